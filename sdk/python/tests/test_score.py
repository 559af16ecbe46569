"""Scores and feedback are events about a span, a trace or a session."""

import uuid

import pytest

from threadline import Laminar

TRACE = "0123456789abcdef0123456789abcdef"
SPAN = "fedcba9876543210"
NAME = "gen_ai.evaluation.name"
VALUE = "gen_ai.evaluation.score.value"
LABEL = "gen_ai.evaluation.score.label"
EXPLANATION = "gen_ai.evaluation.explanation"
ID = "threadline.score.id"


def only(spans):
    (score,) = spans.scores
    return score


@pytest.mark.parametrize(
    ("value", "attributes"),
    [
        (0.5, {VALUE: 0.5}),
        (3, {VALUE: 3.0}),
        (True, {VALUE: 1.0, LABEL: "true"}),
        (False, {VALUE: 0.0, LABEL: "false"}),
        ("good", {LABEL: "good"}),
    ],
)
def test_a_value_is_a_number_a_truth_or_a_label(spans, value, attributes):
    with Laminar.start_as_current_span("answer"):
        Laminar.score("quality", value, comment="why", id="mine")
    score, span = only(spans), spans.find("answer")
    assert (score.trace_id, score.span_id) == (span.trace_id, span.span_id)
    assert score.attributes == {NAME: "quality", EXPLANATION: "why", ID: "mine", **attributes}
    assert type(score.attributes.get(VALUE, 0.0)) is float
    assert score.time_ns > 0


def test_without_an_id_each_has_its_own(spans):
    with Laminar.start_as_current_span("answer"):
        Laminar.score("quality", 1)
        Laminar.score("quality", 1)
    first, second = (score.attributes[ID] for score in spans.scores)
    assert first != second


@pytest.mark.parametrize(
    ("target", "where"),
    [
        ({"trace_id": uuid.UUID(TRACE)}, (TRACE, None, None)),
        ({"trace_id": int(TRACE, 16)}, (TRACE, None, None)),
        ({"trace_id": TRACE.upper()}, (TRACE, None, None)),
        ({"trace_id": str(uuid.UUID(TRACE))}, (TRACE, None, None)),
        ({"session_id": "s"}, (None, None, "s")),
        ({"span_context": {"trace_id": TRACE, "span_id": SPAN}}, (TRACE, SPAN, None)),
    ],
)
def test_a_target_can_be_a_span_a_trace_or_a_session(spans, target, where):
    Laminar.score("quality", 1, **target)
    score = only(spans)
    assert (score.trace_id, score.span_id, score.attributes.get("session.id")) == where


def test_feedback_is_a_score_of_that_name_with_the_value_first(spans):
    Laminar.feedback(True, session_id="s", comment="thanks", id="f")
    assert only(spans).attributes == {
        NAME: "feedback",
        VALUE: 1.0,
        LABEL: "true",
        EXPLANATION: "thanks",
        ID: "f",
        "session.id": "s",
    }


@pytest.mark.parametrize(
    ("name", "value", "target"),
    [
        ("", 1, {"session_id": "s"}),
        ("quality", None, {"session_id": "s"}),
        ("quality", float("nan"), {"session_id": "s"}),
        ("quality", [1], {"session_id": "s"}),
        ("quality", 1, {}),
        ("quality", 1, {"trace_id": "xyz"}),
        ("quality", 1, {"trace_id": 0}),
        ("quality", 1, {"trace_id": "0" * 32}),
        ("quality", 1, {"session_id": ""}),
        ("quality", 1, {"span_context": "{"}),
    ],
)
def test_what_is_no_score_is_one_warning_and_no_error(spans, caplog, name, value, target):
    for _ in range(2):
        Laminar.score(name, value, **target)
    assert spans.scores == []
    assert len(caplog.records) == 1
