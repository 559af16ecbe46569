"""Whatever a message holds is in its parts, or shown as it came."""

from __future__ import annotations

import copy
import itertools
import json
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from provider_answers import ANSWERED
from provider_conversations import WRITTEN

from threadline_server.normalize.messages import messages_of, of_attribute
from threadline_server.normalize.parts.part import BY_KEY, BY_TYPE, parts_of

NAMES = st.sampled_from(
    sorted(
        {
            *BY_KEY, "text", "content", "parts", "blocks", "id", "call_id", "tool_call_id", "name",
            "toolName", "arguments", "args", "input", "output", "result", "error", "source", "data",
            "url", "file_id", "media_type", "format", "filename", "file", "function", "thought",
            "summary", "thinking", "encrypted_content", "json", "value", "is_error", "status",
            "title", "modality", "transcript", "origin", "reasoningText", "outcome", "code",
        }
    )
)  # fmt: skip
TYPES = st.sampled_from(
    sorted({*BY_TYPE, "hologram", "web_search_call", "mcp_call", "shell_call_output", "base64"})
)
MESSAGE_NAMES = st.sampled_from(
    ["content", "parts", "blocks", "reasoning", "reasoning_content", "tool_calls", "function_call",
     "refusal", "audio", "images", "name", "tool_call_id", "finish_reason", "additional_kwargs",
     "parsed", "toolInvocations", "response_metadata", "status", "usage"]
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.just("LEAF"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(NAMES, inner, max_size=4)
        | st.builds(lambda kind, rest: {**rest, "type": kind}, TYPES, st.dictionaries(NAMES, inner, max_size=4))
    ),
    max_leaves=16,
)  # fmt: skip
MESSAGES = st.builds(
    lambda role, rest: {**rest, "role": role},
    st.sampled_from(["user", "assistant", "tool", "system"]),
    st.dictionaries(MESSAGE_NAMES, VALUES, max_size=5),
)


def marked(value: Any, numbers: Iterator[int]) -> Any:
    """The value with a text of its own in the place of each leaf."""
    if isinstance(value, dict):
        return {key: marked(each, numbers) for key, each in value.items()}
    if isinstance(value, list):
        return [marked(each, numbers) for each in value]
    return f"leaf{next(numbers)}." if value == "LEAF" else value


def leaves(value: Any) -> set[str]:
    found = set()
    waiting = [value]
    for each in waiting:
        if isinstance(each, dict | list):
            waiting.extend(each.values() if isinstance(each, dict) else each)
        elif isinstance(each, str):
            found.add(each)
    return found


def lost(value: Any, found: Any) -> set[str]:
    """Texts of a marked value that are nowhere in what was made of it."""
    everything = json.dumps(found)
    return {each for each in leaves(value) if each.startswith("leaf") and each not in everything}


@settings(max_examples=500)
@given(VALUES)
def test_every_text_of_a_part_is_in_what_becomes_of_it(value: Any) -> None:
    value = marked(value, itertools.count())
    before = copy.deepcopy(value)
    found = parts_of(value)
    assert value == before
    assert not lost(value, found)
    assert all(isinstance(part["type"], str) for part in found)
    orjson.dumps(found)


@settings(max_examples=500)
@given(MESSAGES)
def test_every_text_of_a_message_is_in_what_becomes_of_it(message: Any) -> None:
    message = marked(message, itertools.count())
    before = copy.deepcopy(message)
    found = messages_of([message])
    assert message == before
    assert found is not None
    assert not lost(message, [[m.parts, m.finish_reason, m.name, m.extra] for m in found])


NOT_SAID = {
    "text", "image_url", "function", "input_text", "input_image", "summary_text", "reasoning",
    "function_call", "function_call_output", "message", "output_text", "image", "base64",
    "thinking", "tool_use", "tool_result", "success", "constructor", "system", "human", "ai",
    "tool", "tool_call", "file", "tool-call", "tool-result", "json", "blob",
    "tool_call_response", "request", "response", "binary", "system-prompt", "user-prompt",
    "tool-return", "assistant", "user", "model", "developer", "MessageRole.USER",
    "langchain", "schema", "messages", "SystemMessage", "HumanMessage", "AIMessage", "ToolMessage",
    "png", "Generation",
}  # fmt: skip
"""Words by which providers name kinds and roles, for which we have our own."""
HELD_BY_THE_REQUEST = {"gpt-5", "claude", "gemini", "nova", "magistral", "command-a", "llama",
                       "chatcmpl-1", "resp_1"}  # fmt: skip


@pytest.mark.parametrize("provider", sorted(WRITTEN))
def test_no_text_of_a_real_conversation_is_lost(provider: str) -> None:
    written = WRITTEN[provider]
    found = messages_of(written)
    assert found is not None
    everything = json.dumps([[m.parts, m.extra, m.finish_reason] for m in found])
    for each in leaves(written) - NOT_SAID - HELD_BY_THE_REQUEST:
        if each[:1] not in "{[" and not each.startswith("data:"):
            assert json.dumps(each) in everything


@pytest.mark.parametrize("provider", sorted(ANSWERED))
def test_no_message_changes_what_was_sent(provider: str) -> None:
    response, _ = ANSWERED[provider]
    before = copy.deepcopy(response)
    messages_of(response)
    assert response == before


def nested(wrap: Any, depth: int) -> Any:
    value: Any = "core"
    for _ in range(depth):
        value = wrap(value)
    return value


WRAPS = [
    lambda v: {"type": "tool_result", "tool_use_id": "c", "content": [v]},
    lambda v: {"toolResult": {"toolUseId": "c", "content": [v]}},
    lambda v: {"type": "document", "source": {"type": "content", "content": [v]}},
    lambda v: {"type": "image", "image": v},
    lambda v: {"message": v},
    lambda v: {"content": {"parts": [v]}},
    lambda v: {"role": "tool", "content": [v]},
    lambda v: {"lc": 1, "id": ["HumanMessage"], "kwargs": {"content": [v]}},
    lambda v: {"choices": [v]},
    lambda v: {"messages": [v]},
    lambda v: [v],
]


@pytest.mark.parametrize("wrap", WRAPS)
def test_nesting_is_followed_only_so_far_and_what_lies_deeper_is_kept(wrap: Any) -> None:
    value = nested(wrap, 90)
    for held in (value, {"role": "user", "content": [value]}, [value]):
        found = messages_of(held)
        if found is not None:
            assert "core" in json.dumps([m.parts for m in found])
    assert "core" in json.dumps(parts_of(value))


def test_json_within_json_within_json_is_text_at_last() -> None:
    text = json.dumps([{"role": "user", "content": "hi"}])
    for _ in range(8):
        text = json.dumps([{"role": "tool", "tool_call_id": "c", "content": text}])
    found = of_attribute(text)
    assert found is not None
    assert found[0].role == "tool"
