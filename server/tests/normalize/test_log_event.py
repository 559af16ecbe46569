from __future__ import annotations

import dataclasses

import pytest
from log_events import a_record
from spans import RECEIVED_NS, START_NS

from threadline_server.model.span import Event, Resource, Scope
from threadline_server.normalize.log_event import log_event

NAME = "gen_ai.user.message"
SPAN = "b" * 16


def test_a_record_becomes_an_event_of_its_span():
    record = a_record(SPAN, NAME, {"content": "Hi"}, at_ns=START_NS, attributes={"k": 1})
    found = log_event(record, RECEIVED_NS)
    assert (found.trace_id, found.span_id, found.name) == (record.trace_id, SPAN, NAME)
    assert found.event == Event(NAME, START_NS, {"k": 1}, {"content": "Hi"}, logged=True)


@pytest.mark.parametrize(("trace", "span"), [(None, None), ("a" * 32, None)])
def test_a_record_that_names_no_span_is_none(trace, span):
    assert log_event(a_record(span, NAME, trace=trace), RECEIVED_NS) is None


@pytest.mark.parametrize(
    ("at_ns", "observed_ns", "expected"),
    [
        (START_NS, START_NS + 1, START_NS),
        (0, START_NS + 1, START_NS + 1),
        (0, 0, 0),
        (7, 0, 0),
        (2**64 - 1, 0, 0),
    ],
)
def test_it_happened_when_the_record_says_else_when_it_was_collected(at_ns, observed_ns, expected):
    record = a_record(SPAN, NAME, at_ns=at_ns, observed_ns=observed_ns)
    assert log_event(record, RECEIVED_NS).time_ns == expected


@pytest.mark.parametrize(
    "change",
    [
        {"event_name": "gen_ai.choice"},
        {"time_ns": START_NS + 1},
        {"body": "other"},
        {"attributes": {"k": 2}},
        {"resource": Resource({"service.name": "other"})},
        {"scope": Scope("other")},
    ],
    ids=str,
)
def test_what_was_said_decides_whether_two_records_are_one(change):
    record = a_record(SPAN, NAME, "said", at_ns=START_NS, attributes={"k": 1})
    one, again = log_event(record, RECEIVED_NS), log_event(record, RECEIVED_NS + 1)
    other = log_event(dataclasses.replace(record, **change), RECEIVED_NS)
    assert one.content_hash == again.content_hash
    assert one.content_hash != other.content_hash
