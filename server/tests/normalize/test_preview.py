from __future__ import annotations

import json

import pytest

from threadline_server.model.attributes import to_json_text
from threadline_server.model.span import Message
from threadline_server.normalize.preview import PREVIEW_LIMIT, messages_preview, preview


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"echo: hello"', "echo: hello"),
        ("hello\n  there", "hello there"),
        ('{"user_message":"hello","conversation_id":"c"}', "hello"),
        ('{"message":{"id":1}}', '{"message":{"id":1}}'),
        ("[19.99]", "[19.99]"),
        ("42", "42"),
        ("null", None),
        ('""', None),
        ('{"cut": "off', '{"cut": "off'),
        ('[{"role":"user","content":"one"},{"role":"user","content":"two"}]', "two"),
    ],
)
def test_a_preview_is_a_line_for_people(text: str, expected: str | None) -> None:
    assert preview(text, "user") == expected


def test_a_long_text_is_cut_visibly() -> None:
    line = preview(json.dumps("word " * 1000), "user")
    assert line is not None
    assert len(line) <= PREVIEW_LIMIT
    assert line.endswith("…")


def test_a_call_for_a_tool_is_previewed_by_the_tools_name() -> None:
    text = json.dumps(
        [
            {
                "role": "assistant",
                "parts": [{"type": "tool_call", "name": "w", "arguments": {"c": 1}}],
            }
        ]
    )
    assert preview(text, "assistant") == 'w {"c":1}'


@pytest.mark.parametrize(
    ("wrapped", "line"),
    [
        ({"args": ["What is the weather?"], "kwargs": {}}, "What is the weather?"),
        ({"args": ["What is the weather?"]}, "What is the weather?"),
        ({"args": [], "kwargs": {"question": "Which city?", "limit": 3}}, "Which city?"),
        ({"inputs": {"args": ["Hello"], "kwargs": {}}, "tags": []}, "Hello"),
        ({"args": [{"question": "Which city?"}], "kwargs": {}}, "Which city?"),
        ({"args": ["a", "b"], "kwargs": {}}, '{"args":["a","b"],"kwargs":{}}'),
    ],
)
def test_what_a_client_wraps_around_the_arguments_is_not_what_was_said(wrapped, line):
    assert preview(to_json_text(wrapped), "user") == line


@pytest.mark.parametrize(
    ("wrapped", "line"),
    [
        ({"output": "It is 18 °C."}, "It is 18 °C."),
        ({"raw": "It is 18 °C.", "pydantic": None, "tasks_output": []}, "It is 18 °C."),
        ({"output": {"temperature": 18}}, '{"output":{"temperature":18}}'),
        ({"status": "shipped"}, '{"status":"shipped"}'),
    ],
)
def test_what_a_framework_wraps_around_a_result_is_not_the_answer(wrapped, line):
    assert preview(to_json_text(wrapped), "assistant") == line


def test_a_number_that_is_too_long_for_json_is_shown_all_the_same() -> None:
    for part in (
        {"type": "tool_result", "id": "c1", "result": {"n": 2**70}},
        {"type": "tool_call", "id": "c1", "name": "f", "arguments": {"n": 2**70}},
    ):
        line = messages_preview([Message("tool", [part])], "assistant")
        assert line is not None
        assert str(2**70) in line
