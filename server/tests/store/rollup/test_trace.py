from __future__ import annotations

import random

from spans import MS, START_NS, call, rollup_span, span_id

from threadline_server.store.rollup.choice import SessionChoice
from threadline_server.store.rollup.trace import TextSource, roll_up_trace


def claim(value: str, rank: int = 1) -> dict[str, object]:
    key = "session.id" if rank == 1 else "thread_id"
    return {"session_value": value, "session_key": key, "session_rank": rank}


def test_any_spans_id_claims_the_whole_trace() -> None:
    rollup = roll_up_trace([rollup_span(1), rollup_span(2, 1, **claim("s"))])
    assert rollup.session == SessionChoice("s", "session.id", span_id(2), conflict=False)


def test_on_conflict_the_roots_own_value_decides() -> None:
    rollup = roll_up_trace([rollup_span(5, **claim("root")), rollup_span(2, 5, **claim("early"))])
    assert rollup.session == SessionChoice("root", "session.id", span_id(5), conflict=True)


def test_without_a_root_the_earliest_started_value_decides() -> None:
    rollup = roll_up_trace(
        [rollup_span(3, 9, **claim("late")), rollup_span(2, 9, **claim("early"))]
    )
    assert rollup.session == SessionChoice("early", "session.id", span_id(2), conflict=True)


def test_a_conversation_counts_only_if_no_span_has_a_session() -> None:
    conversation = rollup_span(1, **claim("thread", rank=2))
    assert roll_up_trace([conversation]).session == SessionChoice(
        "thread", "thread_id", span_id(1), conflict=False
    )
    rollup = roll_up_trace([conversation, rollup_span(2, 1, **claim("session"))])
    assert rollup.session == SessionChoice("session", "session.id", span_id(2), conflict=False)


def test_of_several_roots_the_earliest_started_is_the_root() -> None:
    rollup = roll_up_trace([rollup_span(4, name="later"), rollup_span(2, name="first")])
    assert (rollup.name, rollup.root_span_id) == ("first", span_id(2))


def test_the_status_is_an_errors_else_the_roots_else_unset() -> None:
    root = rollup_span(1, status="ok")
    assert roll_up_trace([root, rollup_span(2, 1, status="error")]).status == "error"
    assert roll_up_trace([root, rollup_span(2, 1)]).status == "ok"
    assert roll_up_trace([rollup_span(2, 1, status="ok")]).status == "unset"


def test_input_and_output_come_from_the_root_else_from_model_calls() -> None:
    calls = [
        call(2, 1, says_user=True, says_assistant=True, end_ns=START_NS + 90 * MS),
        call(3, 1, says_user=True, says_assistant=True, end_ns=START_NS + 40 * MS),
    ]
    rollup = roll_up_trace([rollup_span(1, has_input=True), *calls])
    assert rollup.input_source == TextSource(span_id(1), "input")
    assert rollup.output_source == TextSource(span_id(2), "last_assistant")
    rollup = roll_up_trace([rollup_span(1, has_output=True), *calls])
    assert rollup.input_source == TextSource(span_id(2), "first_user")
    assert rollup.output_source == TextSource(span_id(1), "output")


def test_a_root_that_hands_work_on_without_a_model_is_a_workflow() -> None:
    steps = [rollup_span(2, 1), rollup_span(20, 1)]
    assert roll_up_trace([rollup_span(1), *steps]).step_count == 2
    assert roll_up_trace([rollup_span(1), *steps, call(30, 1)]).step_count == 0
    assert roll_up_trace([rollup_span(1), steps[0]]).step_count == 0


def test_parallel_calls_are_timed_once() -> None:
    rollup = roll_up_trace([rollup_span(1), call(2, 1), call(4, 1), call(50, 1)])
    assert rollup.model_ns == (12 + 10) * MS


def test_metadata_is_decided_key_by_key_and_tags_are_joined() -> None:
    rollup = roll_up_trace(
        [
            rollup_span(5, metadata={"env": "root"}, tags=["b"]),
            rollup_span(2, 5, metadata={"env": "early", "build": 7}, tags=["a", "b"]),
        ]
    )
    assert rollup.metadata == {"env": "root", "build": 7}
    assert rollup.tags == ["a", "b"]


def test_the_order_of_arrival_changes_nothing() -> None:
    spans = [call(n, n // 2 or None, **claim(f"s{n % 3}"), tags=[f"t{n}"]) for n in range(1, 30)]
    expected = roll_up_trace(spans)
    for seed in range(20):
        random.Random(seed).shuffle(spans)
        assert roll_up_trace(spans) == expected
