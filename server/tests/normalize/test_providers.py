"""What one provider writes down becomes the same as what any other does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from provider_answers import ANSWERED
from provider_conversations import ANSWER, CONVERSATION, WRITTEN

from threadline_server.model.span import Message
from threadline_server.normalize.messages import messages_of, of_attribute


def bare(messages: list[Message] | None) -> list[tuple[str, list[dict[str, Any]]]]:
    """Roles and parts without what only some providers say beside them."""
    assert messages is not None
    return [
        (each.role, [{k: v for k, v in part.items() if k != "extra"} for part in each.parts])
        for each in messages
    ]


@pytest.mark.parametrize("provider", sorted(WRITTEN))
def test_one_conversation_is_the_same_whoever_wrote_it_down(provider: str) -> None:
    assert bare(messages_of(WRITTEN[provider])) == bare(CONVERSATION)
    assert bare(of_attribute(json.dumps(WRITTEN[provider]))) == bare(CONVERSATION)


@pytest.mark.parametrize("provider", sorted(ANSWERED))
def test_one_answer_is_the_same_whoever_gave_it(provider: str) -> None:
    response, reason = ANSWERED[provider]
    found = messages_of(response)
    assert bare(found) == [("assistant", [{"type": "text", "text": ANSWER}])]
    assert found is not None
    assert found[0].finish_reason == reason


@pytest.mark.parametrize(
    "request_body",
    [
        {"model": "m", "prompt": "Say hi"},
        {"model": "m", "prompt": ["Say hi"]},
        {"model": "m", "input": "Say hi"},
        {"model": "m", "contents": "Say hi"},
        {"model": "m", "contents": [{"text": "Say hi"}]},
        {"model": "m", "contents": {"parts": [{"text": "Say hi"}]}},
        {"prompts": ["Say hi"]},
        {"message": "Say hi", "chat_history": []},
        [{"role": "USER", "message": None, "content": "Say hi"}],
    ],
)
def test_a_prompt_is_what_the_user_says(request_body: Any) -> None:
    assert bare(messages_of(request_body)) == [("user", [{"type": "text", "text": "Say hi"}])]


def test_plain_text_is_a_message_where_the_caller_knows_who_speaks() -> None:
    said = [("user", [{"type": "text", "text": "Say hi"}])]
    assert bare(messages_of("Say hi", "user")) == said
    assert bare(of_attribute('["Say hi"]', "user")) == said
    assert of_attribute("Say hi") is None


def test_the_items_of_one_turn_are_one_message() -> None:
    found = messages_of(
        {
            "output": [
                {"type": "reasoning", "id": "rs", "summary": [], "encrypted_content": "c2VjcmV0"},
                {"type": "web_search_call", "id": "ws", "status": "completed",
                 "action": {"type": "search", "query": "weather"}},
                {"type": "message", "id": "m", "role": "assistant",
                 "content": [{"type": "output_text", "text": "18", "annotations": []}]},
                {"type": "function_call", "call_id": "c2", "name": "mail", "arguments": "{}"},
            ]
        }
    )  # fmt: skip
    assert bare(found) == [
        (
            "assistant",
            [
                {"type": "reasoning", "text": "", "encrypted": "c2VjcmV0"},
                {
                    "type": "tool_call",
                    "id": "ws",
                    "name": "web_search",
                    "arguments": {"type": "search", "query": "weather"},
                },
                {"type": "text", "text": "18"},
                {"type": "tool_call", "id": "c2", "name": "mail", "arguments": {}},
            ],
        )
    ]


def test_results_of_several_tools_in_one_message_become_messages_of_their_own() -> None:
    found = messages_of(
        [
            {
                "role": "user",
                "content": [
                    {"type": "tool_result", "tool_use_id": "a", "content": "1st"},
                    {"type": "tool_result", "tool_use_id": "b", "content": "2nd", "is_error": True},
                    {"type": "text", "text": "Go on."},
                ],
            }
        ]
    )
    assert bare(found) == [
        ("tool", [{"type": "tool_result", "id": "a", "result": "1st"}]),
        ("tool", [{"type": "tool_result", "id": "b", "result": "2nd", "error": True}]),
        ("user", [{"type": "text", "text": "Go on."}]),
    ]


def test_a_row_that_is_no_message_is_shown_among_those_that_are() -> None:
    found = messages_of([{"role": "user", "content": "hi"}, {"strange": 1}])
    assert bare(found)[1] == ("", [{"type": "other", "value": {"strange": 1}}])


@pytest.mark.parametrize(
    "data",
    [
        [{"role": "engineer", "name": "Ada"}],
        {"message": "hello", "id": 1},
        [{"type": "phone_call", "number": "1"}],
        {"input": ["a", "b"]},
        {"text": "hello"},
        {"content": "hello"},
    ],
)
def test_data_that_only_looks_like_messages_is_none(data: Any) -> None:
    assert messages_of(data) is None


def test_the_name_of_a_speaker_and_the_reason_for_the_end_are_kept() -> None:
    found = messages_of(
        [{"role": "assistant", "name": "planner", "content": "ok", "finish_reason": "length"}]
    )
    assert found == [Message("assistant", [{"type": "text", "text": "ok"}], "length", "planner")]


def test_instructions_of_pydantic_ai_are_said_once() -> None:
    ask = {"kind": "request", "instructions": "Be kind.", "parts": []}
    found = messages_of(
        [ask, {"kind": "response", "parts": [{"part_kind": "text", "content": "a"}]}, ask]
    )
    assert bare(found) == [
        ("system", [{"type": "text", "text": "Be kind."}]),
        ("assistant", [{"type": "text", "text": "a"}]),
    ]
