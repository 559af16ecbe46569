"""Reading a conversation only as far as needed gives what reading all of it gives."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from provider_answers import ANSWERED
from provider_conversations import WRITTEN

from threadline_server.model.span import Message
from threadline_server.normalize.conversation import Conversation
from threadline_server.normalize.envelope import rows
from threadline_server.normalize.message import is_message, message
from threadline_server.normalize.messages import (
    first_text,
    joined,
    last_text,
    messages_of,
    of_attribute,
)

ROLES = ("user", "assistant", "system", "tool")
TEXTS = st.sampled_from(
    ["", "hi", "two\nlines", '{"n": 1}', "[1]", "[{", '[{"type": "text"}]', " "]
)
PARTS = st.recursive(
    st.builds(lambda kind, text: {"type": kind, "text": text}, st.sampled_from(
        ["text", "output_text", "refusal", "reasoning", "thinking", "json", "hologram"]), TEXTS)
    | st.builds(lambda text: {"type": "text", "content": text}, TEXTS)
    | st.builds(lambda text: {"text": text}, TEXTS)
    | st.builds(lambda text: {"type": "text", "text": text, "id": "p"}, TEXTS)
    | st.builds(lambda text: {"type": "audio", "data": "AA", "transcript": text}, TEXTS)
    | st.builds(lambda text: {"type": "text", "text": text, "annotations": []}, TEXTS)
    | st.builds(lambda text: {"type": "text", "text": None, "content": text}, TEXTS)
    | st.builds(lambda text: {"type": "tool_call", "id": "c", "text": text, "name": text}, TEXTS)
    | st.just({"type": "tool_use", "id": "c", "name": "f", "input": {}})
    | TEXTS,
    lambda inner: st.builds(
        lambda said: {"type": "tool_result", "tool_use_id": "c", "content": said},
        TEXTS | st.lists(inner, max_size=2),
    ),
    max_leaves=3,
)  # fmt: skip
CONTENTS = TEXTS | st.none() | st.integers(0, 3) | PARTS | st.lists(PARTS, max_size=3)
BESIDE = st.fixed_dictionaries(
    {},
    optional={
        "content": CONTENTS,
        "parts": CONTENTS,
        "blocks": CONTENTS,
        "refusal": TEXTS,
        "audio": st.just({"id": "a", "transcript": "heard"}),
        "reasoning": TEXTS,
        "tool_calls": st.just([{"id": "c", "function": {"name": "f", "arguments": "{}"}}]),
        "images": st.lists(PARTS, max_size=1),
        "additional_kwargs": st.just({"refusal": "no"}),
        "finish_reason": st.just("stop"),
        "id": st.just("m"),
        "name": st.just("planner"),
        "type": st.sampled_from(["message", "human", "ai", "reasoning", "function_call_output"]),
        "output": TEXTS,
    },
)
ROWS = (
    st.builds(
        lambda role, beside: {"role": role, **beside},
        st.sampled_from(["user", "User", "human", "assistant", "model", "system", "tool", "guide"]),
        BESIDE,
    )
    | BESIDE
    | st.builds(lambda said: {"type": "reasoning", "id": "r", "summary": said}, TEXTS)
    | st.builds(lambda beside: {"message": {"role": "assistant", **beside}}, BESIDE)
    | TEXTS
    | st.sampled_from([each for said in WRITTEN.values() if type(said) is list for each in said])
)


def check(value: Any) -> None:
    for role in ROLES:
        for last in (False, True):
            of_few = (last_text if last else first_text)(messages_of(value) or [], role)
            of_all = (last_text if last else first_text)(list(messages_of(value) or []), role)
            assert of_few == of_all


@settings(max_examples=1000)
@given(st.lists(ROWS, max_size=5))
def test_the_first_and_the_last_text_are_those_of_all_messages(value: Any) -> None:
    check(value)


@pytest.mark.parametrize("provider", sorted(WRITTEN))
def test_of_every_providers_conversation_too(provider: str) -> None:
    check(WRITTEN[provider])


@pytest.mark.parametrize("provider", sorted(ANSWERED))
def test_of_every_providers_answer_too(provider: str) -> None:
    check(ANSWERED[provider][0])


@given(st.lists(ROWS, max_size=4), st.data())
def test_of_json_that_was_cut_short_too(value: Any, data: st.DataObject) -> None:
    text = json.dumps(value)
    short = text[: data.draw(st.integers(0, len(text)))]
    found = of_attribute(short) or []
    for role in ROLES:
        assert first_text(found, role) == first_text(list(found), role)
        assert last_text(found, role) == last_text(list(found), role)


@settings(max_examples=500)
@given(ROWS, st.sampled_from([None, "user"]))
def test_what_is_a_message_is_known_without_reading_it(row: Any, role: str | None) -> None:
    assert is_message(row, role) is (message(row, role) is not None)


def test_messages_ahead_of_a_conversation_are_its_first() -> None:
    told = messages_of([{"role": "system", "content": "Be kind."}])
    asked = messages_of([{"role": "user", "content": "Hi"}])
    assert told is not None
    assert asked is not None
    both = [
        Message("system", [{"type": "text", "text": "Be kind."}]),
        Message("user", [{"type": "text", "text": "Hi"}]),
    ]
    assert joined(told, asked) == both
    assert joined(list(told), asked) == both
    assert joined([], asked) == both[1:]


def test_rows_beyond_the_one_that_is_asked_for_are_not_read() -> None:
    class Untouchable(dict[str, Any]):
        def __getitem__(self, name: str) -> Any:
            raise AssertionError(name)

    value = [{"role": "user", "content": "Hi"}, Untouchable(role="user", content="unread")]
    assert Conversation(rows(value)).text("user") == "Hi"
