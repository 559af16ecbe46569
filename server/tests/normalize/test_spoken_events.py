from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline_server.model.span import Event
from threadline_server.normalize.pipeline import carried, previews
from threadline_server.normalize.spoken_events import SPOKEN_EVENTS, spoken

CALL = {
    "id": "call_1",
    "type": "function",
    "function": {"name": "weather", "arguments": '{"city": "Paris"}'},
}
CALLED = {"type": "tool_call", "id": "call_1", "name": "weather", "arguments": {"city": "Paris"}}
DETAILS = "gen_ai.client.inference.operation.details"


def logged(name, body=None, **attributes):
    return Event(name, 1, attributes, body, logged=True)


def on_span(name, **attributes):
    return Event(name, 1, attributes)


def said(messages):
    """Role and text of each message, with the parts themselves where they are no text."""
    return [
        (each.role, *(part["text"] if part["type"] == "text" else part for part in each.parts))
        for each in messages
    ]


def details(user=None, assistant=None):
    attributes = {}
    if user is not None:
        parts = [{"type": "text", "content": user}]
        attributes["gen_ai.input.messages"] = [{"role": "user", "parts": parts}]
    if assistant is not None:
        parts = [{"type": "text", "content": assistant}]
        attributes["gen_ai.output.messages"] = [{"role": "assistant", "parts": parts}]
    return Event(DETAILS, 1, attributes, logged=True)


def test_an_event_for_each_message_gives_the_conversation_in_order():
    found = spoken(
        [
            logged("gen_ai.system.message", {"content": "Be brief."}),
            logged("gen_ai.user.message", {"content": "Weather?"}),
            logged("gen_ai.assistant.message", {"tool_calls": [CALL]}),
            logged("gen_ai.tool.message", {"content": "21 °C", "id": "call_1"}),
            logged(
                "gen_ai.choice",
                {"index": 0, "finish_reason": "stop", "message": {"content": "Mild."}},
            ),
        ]
    )
    assert said(found.asked) == [
        ("system", "Be brief."),
        ("user", "Weather?"),
        ("assistant", CALLED),
        ("tool", {"type": "tool_result", "id": "call_1", "result": "21 °C"}),
    ]
    assert said(found.answered) == [("assistant", "Mild.")]


def test_the_body_may_say_that_another_role_speaks():
    found = spoken([logged("gen_ai.system.message", {"role": "developer", "content": "Be brief."})])
    assert said(found.asked) == [("system", "Be brief.")]


def test_a_choice_carries_the_tools_that_the_model_calls():
    choice = logged("gen_ai.choice", {"index": 0, "message": {"tool_calls": [CALL]}})
    assert said(spoken([choice]).answered) == [("assistant", CALLED)]


def test_tool_calls_may_be_flattened_into_the_attributes_of_a_choice():
    attributes = {
        "content": "Let me look.",
        "tool_calls.0.id": "call_1",
        "tool_calls.0.function.name": "weather",
        "tool_calls.0.function.arguments": '{"city": "Paris"}',
    }
    choice = on_span("gen_ai.choice", **attributes)
    assert said(spoken([choice]).answered) == [("assistant", "Let me look.", CALLED)]


def test_the_message_of_a_choice_may_be_json_text():
    blocks = json.dumps([{"text": "Mild."}])
    choice = on_span("gen_ai.choice", message=blocks, finish_reason="end_turn")
    assert said(spoken([choice]).answered) == [("assistant", "Mild.")]
    choice = on_span("gen_ai.choice", message="Mild.")
    assert said(spoken([choice]).answered) == [("assistant", "Mild.")]


def test_a_whole_body_may_be_json_text_in_one_attribute():
    content = json.dumps({"message": {"content": "Mild."}, "index": 0})
    choice = on_span("gen_ai.choice", **{"gen_ai.event.content": content})
    assert said(spoken([choice]).answered) == [("assistant", "Mild.")]


def test_text_that_happens_to_be_a_list_stays_text():
    user = logged("gen_ai.user.message", {"content": '["a", "b"]'})
    assert said(spoken([user]).asked) == [("user", '["a", "b"]')]


def test_a_body_that_is_text_is_what_was_said():
    assert said(spoken([logged("gen_ai.user.message", "Weather?")]).asked) == [("user", "Weather?")]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('[{"role": "user", "content": "Weather?"}]', [("user", "Weather?")]),
        ('{"content": "Weather?"}', [("user", "Weather?")]),
        ("Weather?", [("user", "Weather?")]),
        ("[1, 2]", [("user", "[1, 2]")]),
    ],
)
def test_a_whole_prompt_is_messages_or_text(value, expected):
    prompt = on_span("gen_ai.content.prompt", **{"gen_ai.prompt": value})
    completion = on_span("gen_ai.content.completion", **{"gen_ai.completion": "Mild."})
    found = spoken([prompt, completion])
    assert (said(found.asked), said(found.answered)) == (expected, [("assistant", "Mild.")])


def test_one_event_with_everything_goes_before_single_messages_and_the_last_of_several_counts():
    found = spoken(
        [
            logged("gen_ai.user.message", {"content": "piece"}),
            details(user="first", assistant="answer"),
            details(user="second"),
        ]
    )
    assert said(found.asked) == [("user", "second")]
    assert said(found.answered) == [("assistant", "answer")]


def test_events_without_content_are_no_messages():
    bare = [
        logged("gen_ai.user.message", {}),
        logged("gen_ai.tool.message", {"id": "call_1"}),
        logged("gen_ai.choice", {"index": 0, "finish_reason": "stop", "message": {}}),
        on_span("gen_ai.content.prompt"),
        logged(DETAILS),
        on_span("exception"),
    ]
    found = spoken(bare)
    assert (found.asked, found.answered) == ([], [])
    assert previews({}, "llm", bare).has_messages is False


def test_attributes_go_before_events_and_events_of_the_span_before_log_records():
    attributes = {"gen_ai.input.messages": '[{"role": "user", "content": "attribute"}]'}
    events = [
        logged("gen_ai.user.message", {"content": "log"}),
        logged("gen_ai.choice", {"message": {"content": "log"}}),
        on_span("gen_ai.user.message", content="event"),
        on_span("gen_ai.choice", content="event"),
    ]
    shown = previews(attributes, "llm", events)
    assert (shown.first_user, shown.last_assistant) == ("attribute", "event")
    assert (shown.input, shown.output, shown.has_messages) == ("attribute", "event", True)
    found = carried(attributes, "llm", events)
    assert said(found.input_messages) == [("user", "attribute")]
    assert said(found.output_messages) == [("assistant", "event")]


def test_a_span_that_is_no_model_call_shows_what_its_events_say_where_it_has_no_payload():
    events = [on_span("gen_ai.user.message", content="Weather?"), on_span("exception")]
    shown = previews({"output.value": "42"}, "agent", events)
    assert (shown.input, shown.output) == ("Weather?", "42")
    assert (shown.first_user, shown.has_messages) == (None, False)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
keys = st.sampled_from(
    [
        *("content", "role", "message", "tool_calls", "tool_calls.0.id", "id", "parts", "name"),
        *("gen_ai.prompt", "gen_ai.completion", "gen_ai.event.content", "gen_ai.input.messages"),
        *("gen_ai.output.messages", "gen_ai.system_instructions"),
    ]
)
values = anything | anything.map(lambda value: json.dumps(value, default=str))
events = st.builds(
    Event,
    st.sampled_from(sorted(SPOKEN_EVENTS)),
    st.integers(0, 2**63 - 1),
    st.dictionaries(keys, values, max_size=4),
    values | st.dictionaries(keys, values, max_size=4),
    st.booleans(),
)


@given(st.lists(events, max_size=4), st.sampled_from(["llm", "agent", "span"]))
def test_whatever_events_say_is_shown_and_never_an_error(said_events, kind):
    shown = previews({}, kind, said_events)
    found = carried({}, kind, said_events)
    if kind == "llm":
        assert shown.has_messages == bool(found.input_messages or found.output_messages)
    for each in found.input_messages + found.output_messages:
        assert isinstance(each.role, str)
        assert all(isinstance(part["type"], str) for part in each.parts)
