from __future__ import annotations

from typing import Any

import pytest

from threadline_server.model.span import Message
from threadline_server.normalize.messages import first_text, last_text, messages_of

CALL = {"type": "tool_call", "id": "c1", "name": "weather", "arguments": {"city": "Paris"}}
RESULT = {"type": "tool_result", "id": "c1", "result": "18C"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(
            {"role": "user", "content": "hi"},
            [Message("user", [{"type": "text", "text": "hi"}])],
            id="OpenAI chat",
        ),
        pytest.param(
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [
                    {
                        "id": "c1",
                        "type": "function",
                        "function": {"name": "weather", "arguments": '{"city": "Paris"}'},
                    }
                ],
            },
            [Message("assistant", [CALL])],
            id="OpenAI tool call",
        ),
        pytest.param(
            {"role": "tool", "tool_call_id": "c1", "content": "18C"},
            [Message("tool", [RESULT])],
            id="OpenAI tool result",
        ),
        pytest.param(
            {
                "type": "function_call",
                "call_id": "c1",
                "name": "weather",
                "arguments": '{"city":"Paris"}',
            },
            [Message("assistant", [CALL])],
            id="OpenAI Responses",
        ),
        pytest.param(
            {
                "role": "assistant",
                "content": [
                    {"type": "thinking", "thinking": "hm"},
                    {"type": "tool_use", "id": "c1", "name": "weather", "input": {"city": "Paris"}},
                ],
            },
            [Message("assistant", [{"type": "reasoning", "text": "hm"}, CALL])],
            id="Anthropic blocks",
        ),
        pytest.param(
            {
                "role": "user",
                "content": [{"type": "tool_result", "tool_use_id": "c1", "content": "18C"}],
            },
            [Message("tool", [RESULT])],
            id="Anthropic tool result",
        ),
        pytest.param(
            {
                "role": "model",
                "parts": [
                    {"text": "hi"},
                    {"functionCall": {"id": "c1", "name": "weather", "args": {"city": "Paris"}}},
                ],
            },
            [Message("assistant", [{"type": "text", "text": "hi"}, CALL])],
            id="Gemini parts",
        ),
        pytest.param(
            {
                "role": "assistant",
                "parts": [
                    {"type": "text", "content": "hi"},
                    {"type": "tool_call_response", "id": "c1", "result": "18C"},
                ],
            },
            [Message("assistant", [{"type": "text", "text": "hi"}, RESULT])],
            id="GenAI parts",
        ),
        pytest.param(
            {
                "role": "user",
                "content": [
                    {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
                ],
            },
            [
                Message(
                    "user",
                    [{"type": "image", "media_type": "image/png", "data": "AAAA", "url": None}],
                )
            ],
            id="image in the span",
        ),
        pytest.param(
            {"role": "user", "content": [{"type": "hologram", "beam": 1}]},
            [Message("user", [{"type": "other", "value": {"type": "hologram", "beam": 1}}])],
            id="what nobody knows yet",
        ),
    ],
)
def test_a_message_of_any_shape_becomes_one_of_typed_parts(
    value: dict[str, Any], expected: list[Message]
) -> None:
    assert messages_of([value]) == expected


@pytest.mark.parametrize("value", [None, 1, "text", [], ["text"], [{"no": "role"}], {"a": 1}])
def test_what_is_no_list_of_messages_is_none(value: Any) -> None:
    assert messages_of(value) is None


def test_messages_within_a_request_body_are_found() -> None:
    found = messages_of({"model": "m", "messages": [{"role": "user", "content": "hi"}]})
    assert found == [Message("user", [{"type": "text", "text": "hi"}])]


def test_the_first_and_the_last_text_of_a_role_skip_messages_without_text() -> None:
    messages = messages_of(
        [
            {"role": "user", "content": ""},
            {"role": "user", "content": "first"},
            {"role": "user", "content": "last"},
            {"role": "user", "content": [{"type": "image", "image": "data:image/png;base64,AA"}]},
        ]
    )
    assert messages is not None
    assert first_text(messages, "user") == "first"
    assert last_text(messages, "user") == "last"
