"""AgentOps' attributes: https://github.com/AgentOps-AI/agentops/tree/main/agentops/semconv."""

from __future__ import annotations

import pytest
from normalize.dialects.convention import Order, Row, begins, call, each, order, says, understood

LLM = {"agentops.span.kind": "llm"}

ROWS = (
    says("agentops.span.kind", "tool", type="tool"),
    says(
        "agentops.entity.name",
        "researcher",
        {"agentops.span.kind": "agent"},
        agent_name="researcher",
    ),
    says("agentops.entity.name", "search", {"agentops.span.kind": "tool"}, tool_name="search"),
    says("agentops.entity.input", '{"city": "Paris"}', input={"city": "Paris"}),
    says("agentops.entity.output", '"Rain."', output="Rain."),
    says("tool.result", "rainy", output="rainy"),
    says("agentops.tags", ["prod"], tags=["prod"]),
    begins("gen_ai.usage.", {"prompt_tokens": 100}, LLM, input_tokens=100),
    begins(
        "gen_ai.completion.",
        {
            "0.role": "assistant",
            "0.content": "Let me look.",
            "0.tool_calls.0.id": "c1",
            "0.tool_calls.0.name": "weather",
            "0.tool_calls.0.arguments": '{"city": "Paris"}',
        },
        LLM,
        output_messages=[("assistant", "Let me look.", call("c1", "weather", {"city": "Paris"}))],
    ),
    says("gen_ai.usage.total_cost", 0.75, total_cost=0.75),
    says("gen_ai.user", "ada", user_id="ada"),
)

ORDERS = (order("output", "agentops.entity.output", "tool.result"),)


@each(ROWS)
def test_an_attribute_means_what_its_convention_says(row: Row) -> None:
    row.check()


@each(ORDERS)
def test_of_two_attributes_the_stronger_is_believed(order: Order) -> None:
    order.check(ROWS)


@pytest.mark.parametrize(
    ("kind", "becomes"),
    [
        ("session", "chain"),
        ("workflow", "chain"),
        ("task", "chain"),
        ("operation", "chain"),
        ("agent", "agent"),
        ("tool", "tool"),
        ("llm", "llm"),
        ("chain", "chain"),
        ("text", "chain"),
        ("guardrail", "guardrail"),
        ("http", "chain"),
        ("unknown", "span"),
    ],
)
def test_a_kind_is_a_type(kind: str, becomes: str) -> None:
    assert understood({"agentops.span.kind": kind})["type"] == becomes
