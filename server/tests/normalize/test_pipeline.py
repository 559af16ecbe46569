from __future__ import annotations

from spans import failed_event, span_id, understood

from threadline_server.normalize.pipeline import carried


def test_status_error_is_an_error_without_any_event() -> None:
    span = understood(status_code=2, status_message="boom")
    assert (span.status, span.status_message) == ("error", "boom")


def test_an_exception_event_is_an_error_only_while_the_status_is_unset() -> None:
    assert understood(events=[failed_event()]).status == "error"
    assert understood(events=[failed_event()], status_code=1).status == "ok"


def test_the_exception_says_what_the_status_did_not() -> None:
    span = understood(events=[failed_event("KeyError", "'city'")])
    assert span.status_message == "KeyError: 'city'"


def test_name_and_parent_stay_what_otlp_said() -> None:
    span = understood(2, 1, name="", attributes={"lmnr.span.path": ["other"]})
    assert (span.name, span.parent_span_id) == ("", span_id(1))


def test_a_pending_span_stands_in_for_the_span_it_announces() -> None:
    attributes = {"logfire.span_type": "pending_span", "logfire.pending_parent_id": span_id(7)}
    pending = understood(9, 2, attributes=attributes)
    assert (pending.span_id, pending.parent_span_id) == (span_id(2), span_id(7))
    assert pending.pending
    assert pending.end_ns is None
    assert pending.version < understood(2, 7).version


def test_a_pending_root_has_no_parent() -> None:
    attributes = {"logfire.span_type": "pending_span", "logfire.pending_parent_id": "0" * 16}
    assert understood(9, 2, attributes=attributes).parent_span_id is None


def test_a_model_call_tells_its_first_question_and_its_last_answer() -> None:
    span = understood(
        attributes={
            "gen_ai.operation.name": "chat",
            "gen_ai.input.messages": '[{"role":"user","content":"one"},{"role":"user","content":"two"}]',
            "gen_ai.output.messages": '[{"role":"assistant","content":"three"}]',
        }
    )
    shown = span.previews
    assert (shown.first_user, shown.input) == ("one", "two")
    assert (shown.last_assistant, shown.output) == ("three", "three")
    assert shown.has_messages


def test_what_is_carried_is_json_where_the_text_is_json() -> None:
    given = carried({"lmnr.span.input": '{"n": 1}', "lmnr.span.output": '{"cut'}, "span")
    assert (given.input, given.output) == ({"n": 1}, '{"cut')


def test_labels_of_several_dialects_are_joined() -> None:
    span = understood(
        attributes={
            "lmnr.association.properties.tags": ["a", "b"],
            "tag.tags": ["b", "c"],
            "lmnr.association.properties.metadata.rollout.session_id": "r",
            "metadata": '{"env": "test"}',
        }
    )
    assert span.tags == ["a", "b", "c"]
    assert span.metadata == {"rollout.session_id": "r", "env": "test"}
