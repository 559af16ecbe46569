"""Codex's spans: https://developers.openai.com/codex/config-advanced (Observability and telemetry)."""

from __future__ import annotations

from normalize.dialects.convention import Order, Row, each, order, says

TURN = "codex.turn.token_usage."
CALL = {"codex.tool.phase": "dispatch"}

ROWS = (
    says(TURN + "total_tokens", 36, type="agent"),
    says("codex.usage.total_tokens", 18, type="llm"),
    says("codex.tool.phase", "dispatch", type="tool"),
    says("tool_name", "exec_command", CALL, tool_name="exec_command"),
    says("call_id", "call_1", CALL, tool_call_id="call_1"),
    says(TURN + "input_tokens", 22, input_tokens=22),
    says(TURN + "output_tokens", 14, output_tokens=14),
    says(TURN + "cached_input_tokens", 6, {TURN + "input_tokens": 22}, cache_read_tokens=6),
    says(TURN + "cache_write_input_tokens", 3, {TURN + "input_tokens": 22}, cache_write_tokens=3),
    says(TURN + "reasoning_output_tokens", 5, {TURN + "output_tokens": 14}, reasoning_tokens=5),
    says(
        "codex.usage.reasoning_output_tokens",
        4,
        {"gen_ai.usage.output_tokens": 7},
        reasoning_tokens=4,
    ),
)

ORDERS = (
    order("type", TURN + "total_tokens", "codex.usage.total_tokens", "codex.tool.phase"),
    order(
        "reasoning_tokens", TURN + "reasoning_output_tokens", "codex.usage.reasoning_output_tokens"
    ),
)


@each(ROWS)
def test_an_attribute_means_what_its_convention_says(row: Row) -> None:
    row.check()


@each(ORDERS)
def test_of_two_attributes_the_stronger_is_believed(order: Order) -> None:
    order.check(ROWS)
