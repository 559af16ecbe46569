"""What Strands Agents writes beside GenAI: https://github.com/strands-agents/sdk-python (telemetry/tracer.py)."""

from __future__ import annotations

from normalize.dialects.convention import Order, Row, each, says, understood

ROWS = (
    says("gen_ai.usage.cache_write_input_tokens", 10, cache_write_tokens=10),
    says("gen_ai.server.time_to_first_token", 750, first_token_ms=750),
    says("system_prompt", "Be brief.", system_instructions="Be brief."),
    says("gen_ai.agent.tools", '["weather", "mail"]', tool_definitions=["weather", "mail"]),
)

ORDERS: tuple[Order, ...] = ()


@each(ROWS)
def test_an_attribute_means_what_its_convention_says(row: Row) -> None:
    row.check()


def test_a_time_with_a_fraction_is_in_seconds_as_openlit_writes_it() -> None:
    assert understood({"gen_ai.server.time_to_first_token": 0.5})["first_token_ms"] == 500
