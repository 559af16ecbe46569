"""What a row and a head say together is the span that was sent."""

from __future__ import annotations

import dataclasses

from hypothesis import given
from hypothesis import strategies as st
from spans import RECEIVED_NS, TRACE, failed_event, span_id

from threadline_server.model.attributes import to_json
from threadline_server.model.span import DecodedSpan, Event, Link, Resource, Scope
from threadline_server.normalize.pipeline import canonical
from threadline_server.store.content.head import StoredRow, head_of, sent_span
from threadline_server.store.content.payload import pack, unpack
from threadline_server.store.content.version import content_hash

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats() | TEXT | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
ATTRIBUTES = st.dictionaries(TEXT, VALUES, max_size=4)
PENDING = {"logfire.span_type": "pending_span", "logfire.pending_parent_id": span_id(9)}
TIMES = st.integers(0, 2**64 - 1) | st.integers(10**18, 2 * 10**18)
SPANS = st.builds(
    DecodedSpan,
    trace_id=st.just(TRACE),
    span_id=st.just(span_id(1)),
    parent_span_id=st.sampled_from([None, span_id(2)]),
    name=TEXT,
    start_ns=TIMES,
    end_ns=TIMES,
    attributes=ATTRIBUTES | st.just(PENDING),
    resource=st.builds(Resource, ATTRIBUTES),
    scope=st.builds(Scope, TEXT, TEXT, ATTRIBUTES),
    kind=st.integers(0, 5),
    status_code=st.integers(0, 2),
    status_message=TEXT,
    events=st.lists(
        st.builds(Event, TEXT, TIMES, ATTRIBUTES) | st.just(failed_event()), max_size=2
    ),
    links=st.lists(st.builds(Link, st.just(TRACE), st.just(span_id(3)), ATTRIBUTES), max_size=2),
    trace_state=TEXT,
)


def stored_and_read(sent: DecodedSpan) -> DecodedSpan:
    """The span as its row, its head and its payload tell it."""
    span = canonical(sent, RECEIVED_NS)
    row = StoredRow(
        span.trace_id,
        span.span_id,
        span.parent_span_id,
        span.name,
        span.status,
        span.status_message,
        span.start_ns,
        span.end_ns,
    )
    return sent_span(row, unpack(pack(sent, head_of(span))))


def in_json(span: DecodedSpan) -> bytes:
    """Every field as text, in which not-a-number equals itself."""
    return to_json(dataclasses.asdict(span))


@given(SPANS)
def test_a_span_is_read_back_exactly_as_it_was_sent(sent: DecodedSpan) -> None:
    back = stored_and_read(sent)
    assert in_json(back) == in_json(sent)
    again, first = canonical(back, RECEIVED_NS), canonical(sent, RECEIVED_NS)
    assert again.version == first.version
    assert content_hash(back) == content_hash(sent)


def test_a_head_says_only_what_the_row_does_not() -> None:
    plain = DecodedSpan(
        TRACE, span_id(1), None, "n", 10**18, 10**18 + 1, {}, Resource(), Scope(), status_code=1
    )
    assert head_of(canonical(plain, RECEIVED_NS)) == {"code": 1}


def test_of_a_span_without_head_the_row_tells_the_rest() -> None:
    row = StoredRow(TRACE, span_id(1), None, "n", "error", "why", 10**18, None)
    sent = DecodedSpan(TRACE, span_id(1), None, "n", 10**18, 0, {"a": 1}, Resource(), Scope())
    back = sent_span(row, unpack(pack(sent)))
    assert (back.status_code, back.status_message, back.end_ns) == (2, "why", 0)
    assert back.attributes == {"a": 1}
