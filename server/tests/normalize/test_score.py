"""An evaluation result becomes a score, or is refused with what it lacks."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from otlp_logs import SPAN, TIME_NS, TRACE

from threadline_server.model.attributes import AttributeValue
from threadline_server.model.log_record import DecodedLogRecord
from threadline_server.model.score import Score
from threadline_server.model.span import Resource, Scope
from threadline_server.normalize.score import (
    COMMENT_KEY,
    COMMENT_LIMIT,
    EVALUATION_EVENT,
    ID_KEY,
    LABEL_KEY,
    NAME_KEY,
    NAME_LIMIT,
    VALUE_KEY,
    UnusableScoreError,
    score,
    score_name,
)

RECEIVED_NS = TIME_NS + 1_000
HELPFUL: dict[str, AttributeValue] = {NAME_KEY: "helpful", VALUE_KEY: 1.0}


def record(stated: dict[str, Any] | None = None, **changes: Any) -> DecodedLogRecord:
    """A record on a span, of a helpful answer unless told otherwise."""
    values: dict[str, Any] = {
        "event_name": EVALUATION_EVENT,
        "trace_id": TRACE,
        "span_id": SPAN,
        "time_ns": TIME_NS,
        "observed_ns": 0,
        "body": None,
        "attributes": HELPFUL if stated is None else stated,
        "resource": Resource(),
        "scope": Scope(),
    }
    return DecodedLogRecord(**(values | changes))


def of(stated: dict[str, Any] | None = None, **changes: Any) -> Score:
    return score(record(stated, **changes), RECEIVED_NS)


def test_a_score_says_all_that_was_sent() -> None:
    more = {LABEL_KEY: "pass", COMMENT_KEY: "on time", ID_KEY: "id 1"}
    found = of(HELPFUL | more)
    assert (found.score_id, found.name, found.value) == ("id 1", "helpful", 1.0)
    assert (found.label, found.comment, found.source) == ("pass", "on time", "program")
    assert (found.trace_id, found.span_id, found.session_id) == (TRACE, SPAN, None)
    assert (found.time_ns, found.received_ns) == (TIME_NS, RECEIVED_NS)


def test_it_is_on_the_span_else_on_the_trace_else_on_the_session() -> None:
    stated = HELPFUL | {"session.id": ' "shop/42" '}
    on_span = of(stated)
    on_trace = of(stated, span_id=None)
    on_session = of(stated, trace_id=None, span_id=None)
    assert [each.target for each in (on_span, on_trace, on_session)] == ["span", "trace", "session"]
    assert [each.session_id for each in (on_span, on_trace, on_session)] == [None, None, "shop/42"]


def test_a_session_is_named_by_any_key_that_names_one_on_a_span() -> None:
    nowhere = {"trace_id": None, "span_id": None}
    assert of(HELPFUL | {"gen_ai.conversation.id": "c"}, **nowhere).session_id == "c"
    assert of(resource=Resource({"session.id": "r"}), **nowhere).session_id == "r"


@pytest.mark.parametrize(
    ("stated", "changes", "lacks"),
    [
        ({VALUE_KEY: 1.0}, {}, f"no {NAME_KEY}"),
        ({NAME_KEY: "  ", VALUE_KEY: 1.0}, {}, f"no {NAME_KEY}"),
        ({NAME_KEY: "n"}, {}, f"no finite {VALUE_KEY}"),
        ({NAME_KEY: "n", VALUE_KEY: math.nan}, {}, f"no finite {VALUE_KEY}"),
        ({NAME_KEY: "n", VALUE_KEY: "high"}, {}, f"no finite {VALUE_KEY}"),
        (HELPFUL, {"trace_id": None, "span_id": None}, "names no trace"),
        (HELPFUL | {"session.id": "null"}, {"trace_id": None}, "names no trace"),
    ],
)
def test_what_is_no_score_is_refused_with_what_it_lacks(
    stated: dict[str, Any], changes: dict[str, Any], lacks: str
) -> None:
    with pytest.raises(UnusableScoreError, match=lacks):
        of(stated, **changes)


def test_a_refused_record_is_named_by_what_it_judges_else_by_its_event() -> None:
    assert score_name(record(HELPFUL)) == "helpful"
    assert score_name(record({})) == EVALUATION_EVENT


@pytest.mark.parametrize(
    ("value", "expected"),
    [(True, 1.0), (False, 0.0), (3, 3.0), (-0.5, -0.5), (math.inf, None), (-math.inf, None)],
)
def test_a_value_is_a_finite_number(value: AttributeValue, expected: float | None) -> None:
    assert of({NAME_KEY: "n", VALUE_KEY: value, LABEL_KEY: "l"}).value == expected


def test_a_comment_or_a_label_alone_is_a_score() -> None:
    assert of({NAME_KEY: "n", COMMENT_KEY: "why"}).comment == "why"
    assert of({NAME_KEY: "n", LABEL_KEY: True}).label == "true"


def test_long_texts_are_cut_and_end_in_an_ellipsis() -> None:
    found = of({NAME_KEY: "n" * 5_000, LABEL_KEY: "l", COMMENT_KEY: "c" * 20_000})
    assert found.name == "n" * (NAME_LIMIT - 1) + "…"
    assert found.comment == "c" * (COMMENT_LIMIT - 1) + "…"


def test_without_an_id_the_same_record_is_the_same_score_and_another_is_another() -> None:
    sent = of()
    assert of().score_id == sent.score_id
    others = [
        of(span_id=None),
        of(time_ns=TIME_NS + 1),
        of(HELPFUL | {VALUE_KEY: 0.0}),
        of(HELPFUL | {COMMENT_KEY: "why"}),
    ]
    assert len({sent.score_id, *(each.score_id for each in others)}) == 5


def test_of_two_versions_the_later_wins_and_content_decides_a_tie() -> None:
    early, late = of(time_ns=TIME_NS), of(time_ns=TIME_NS + 1)
    assert early.version_key < late.version_key
    other = of(HELPFUL | {VALUE_KEY: 0.0})
    assert other.version_key != early.version_key
    assert other.time_ns == early.time_ns


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ({"time_ns": 0, "observed_ns": TIME_NS + 7}, TIME_NS + 7),
        ({"time_ns": 0}, RECEIVED_NS),
        ({"time_ns": 5}, RECEIVED_NS),
        ({"time_ns": 2**64 - 1}, RECEIVED_NS),
    ],
)
def test_a_time_that_cannot_be_is_when_it_was_received(
    times: dict[str, int], expected: int
) -> None:
    assert of(**times).time_ns == expected


ANY_VALUE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats()
    | st.text(max_size=10)
    | st.binary(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=4,
)
KEYS = st.sampled_from([NAME_KEY, VALUE_KEY, LABEL_KEY, COMMENT_KEY, ID_KEY, "session.id"])


@given(st.dictionaries(KEYS, ANY_VALUE), st.sampled_from([None, TRACE]))
def test_any_record_is_a_score_or_is_refused(stated: dict[str, Any], trace_id: str | None) -> None:
    try:
        found = of(stated, trace_id=trace_id, span_id=None)
    except UnusableScoreError:
        return
    assert found.score_id
    assert found.name
    assert found.value is None or math.isfinite(found.value)
    assert (found.trace_id is None) != (found.session_id is None)
    for text in (found.name, found.label or "", found.comment or ""):
        text.encode()
