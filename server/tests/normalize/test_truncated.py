"""What a size limit cut short is read as far as it goes, and says that something is missing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline_server.model.span import Message
from threadline_server.normalize.messages import of_attribute
from threadline_server.normalize.truncated import cut

HISTORY = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": 'Say "hi" \\ \u00fc \U0001f600'},
    {"role": "assistant", "content": None, "tool_calls": [
        {"id": "c", "type": "function", "function": {"name": "f", "arguments": '{"a": [1]}'}}]},
    {"role": "tool", "tool_call_id": "c", "content": '{"b": 2}'},
    {"role": "assistant", "content": "Done."},
]  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
).filter(lambda value: isinstance(value, list | dict))  # fmt: skip


def said(text: str) -> list[Message]:
    found = of_attribute(text)
    assert found is not None
    return found


@pytest.mark.parametrize("ascii_only", [True, False])
def test_wherever_it_is_cut_the_whole_messages_are_read_and_the_last_part_tells(
    ascii_only: bool,
) -> None:
    whole = of_attribute(json.dumps(HISTORY))
    assert whole is not None
    text = json.dumps(HISTORY, ensure_ascii=ascii_only)
    first_end = len(json.dumps(HISTORY[:1])) - 1
    for length in range(first_end, len(text)):
        found = said(text[:length])
        complete = [each for each in found if each.parts[-1]["type"] != "truncated"]
        assert len(found) - len(complete) == 1
        assert found[-1].parts[-1]["type"] == "truncated"
        assert complete == whole[: len(complete)]
        assert len(found) >= max(1, len(complete))


def test_the_text_of_the_message_that_was_cut_is_shown_as_far_as_it_came() -> None:
    found = said('[{"role": "user", "content": "Tell me about Par')
    assert found == [
        Message(
            "user",
            [{"type": "text", "text": "Tell me about Par"}, {"type": "truncated", "text": ""}],
        )
    ]


def test_what_cannot_be_read_of_the_end_is_shown_as_it_came() -> None:
    found = said('[{"role": "user", "content": "hi"}, {"role": "user", "conte')
    assert found[0] == Message("user", [{"type": "text", "text": "hi"}])
    assert found[-1].parts[-1] == {"type": "truncated", "text": ', "conte'}


def test_a_request_that_was_cut_after_its_messages_is_read_too() -> None:
    text = json.dumps({"model": "m", "system": "Be brief.", "messages": HISTORY[1:], "tools": []})
    found = said(text[:-6])
    assert [each.role for each in found] == ["system", "user", "assistant", "tool", "assistant"]
    assert found[-1].parts[-1]["type"] == "truncated"


@pytest.mark.parametrize(
    "text",
    ["[INST] hi", '{name} said "hi"', "[", "{", "[1, 2", '{"a": 1', "]", '["', "[" * 200 + '"'],
)
def test_text_that_is_no_cut_list_of_messages_is_none(text: str) -> None:
    assert of_attribute(text) is None


@given(JSON, st.data())
def test_every_beginning_of_json_is_read(value: Any, data: st.DataObject) -> None:
    text = json.dumps(value)
    length = data.draw(st.integers(1, len(text) - 1))
    found = cut(text[:length])
    assert found is not None
    assert text[:length].endswith(found.rest)


@given(st.text(alphabet='[]{}",:\\ua1 \n', max_size=60))
def test_no_text_makes_it_fail(text: str) -> None:
    cut(text)


@pytest.mark.parametrize("unit", ['\\"', '"', "\\", "[", '{"a":', '["', '"\\u12', ",", "\\u"])
def test_work_grows_with_the_text_and_not_with_its_square(unit: str) -> None:
    text = '[{"role": "user", "content": "' + unit * 200_000
    found = of_attribute(text)
    assert found is None or found[0].role in ("user", "")
