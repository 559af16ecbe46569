"""Claude Code's spans: https://code.claude.com/docs/en/monitoring-usage."""

from __future__ import annotations

import pytest
from normalize.dialects.convention import Order, Row, each, order, says, understood

TOOL = {"span.type": "tool", "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "Bash"}

ROWS = (
    says("span.type", "interaction", type="agent"),
    says("ttft_ms", 16, {"span.type": "llm_request"}, first_token_ms=16.0),
    says("user_prompt", "Say hello", {"span.type": "interaction"}, input="Say hello"),
    says("tool_input", '{"command":"ls"}', TOOL, input={"command": "ls"}),
    says("full_command", "echo hi", TOOL, input="echo hi"),
)

ORDERS = (order("input", "user_prompt", "tool_input", "full_command"),)


@each(ROWS)
def test_an_attribute_means_what_its_convention_says(row: Row) -> None:
    row.check()


@each(ORDERS)
def test_of_two_attributes_the_stronger_is_believed(order: Order) -> None:
    order.check(ROWS)


@pytest.mark.parametrize(
    ("said", "becomes"),
    [
        ("interaction", "agent"),
        ("llm_request", "llm"),
        ("tool", "tool"),
        ("tool.execution", "span"),
        ("tool.blocked_on_user", "span"),
        ("hook", "span"),
        ("web", "llm"),
    ],
)
def test_the_parts_of_a_tool_name_a_provider_and_are_no_model_calls(
    said: str, becomes: str
) -> None:
    sent = {"span.type": said, "gen_ai.provider.name": "anthropic"}
    assert understood(sent)["type"] == becomes
