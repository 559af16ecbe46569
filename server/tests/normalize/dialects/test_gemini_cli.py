"""Gemini CLI's spans: https://github.com/google-gemini/gemini-cli/blob/main/docs/cli/telemetry.md."""

from __future__ import annotations

import json

import pytest
from normalize.dialects.convention import Order, Row, each, says, understood

CALL = {"gen_ai.operation.name": "tool_call", "gen_ai.tool.name": "run_shell_command"}
REQUEST = {"callId": "c1", "name": "run_shell_command", "args": {"command": "echo hi"}}
PART = {"functionResponse": {"id": "c1", "name": "shell", "response": {"output": "hi"}}}
ANSWER = {"callId": "c1", "responseParts": [PART], "resultDisplay": "shown"}


def answered(response: object) -> str:
    return json.dumps({"status": "success", "response": response}, separators=(",", ":"))


ROWS = (
    says("gen_ai.tool.call_id", "c1", CALL, tool_call_id="c1"),
    says(
        "gen_ai.input.messages",
        json.dumps(REQUEST, separators=(",", ":")),
        CALL,
        input={"command": "echo hi"},
    ),
    says("gen_ai.output.messages", answered(ANSWER), CALL, output="hi"),
)

ORDERS: tuple[Order, ...] = ()


@each(ROWS)
def test_an_attribute_means_what_its_convention_says(row: Row) -> None:
    row.check()


@pytest.mark.parametrize(
    ("response", "output"),
    [
        ({"responseParts": [], "resultDisplay": "shown"}, "shown"),
        ({"responseParts": [{"functionResponse": {"response": {"error": "no"}}}]}, {"error": "no"}),
    ],
)
def test_an_answer_is_what_the_model_was_given_or_else_what_was_shown(
    response: object, output: object
) -> None:
    sent = {**CALL, "gen_ai.output.messages": answered(response)}
    assert understood(sent)["output"] == output


def test_messages_of_a_model_call_are_not_taken_for_a_tools() -> None:
    said = [{"role": "user", "parts": [{"text": "Say hello"}]}]
    found = understood(
        {"gen_ai.operation.name": "llm_call", "gen_ai.input.messages": json.dumps(said)}
    )
    assert (found["type"], found["input_messages"]) == ("llm", [("user", "Say hello")])
