"""What Mastra's exporter writes: https://mastra.ai/docs/observability/tracing/exporters/otel."""

from __future__ import annotations

import json

import pytest
from normalize.dialects.convention import Order, Row, begins, call, each, order, says, understood

KINDS = {
    "agent_run": "agent",
    "model_generation": "llm",
    "model_inference": "llm",
    "model_step": "chain",
    "model_chunk": "span",
    "tool_call": "tool",
    "mcp_tool_call": "tool",
    "workflow_run": "chain",
    "workflow_step": "chain",
    "processor_run": "chain",
    "scorer_run": "evaluator",
    "generic": "span",
}
CALL = {"toolCallId": "c1", "toolName": "weather", "args": {"city": "Paris"}}

ROWS = (
    says("mastra.span.type", "agent_run", type="agent"),
    *(
        says(f"mastra.{kind}.input", f"Weather, {kind}?", input=f"Weather, {kind}?")
        for kind in KINDS
    ),
    *(says(f"mastra.{kind}.output", f"Rain, {kind}.", output=f"Rain, {kind}.") for kind in KINDS),
    says(
        "mastra.model_generation.input",
        '{"messages": [{"role": "user", "content": "Weather?"}]}',
        {"mastra.span.type": "model_generation"},
        input_messages=[("user", "Weather?")],
        first_user="Weather?",
    ),
    says(
        "mastra.model_generation.output",
        '{"text": "Rain.", "files": []}',
        {"mastra.span.type": "model_generation"},
        output_messages=[("assistant", "Rain.")],
        last_assistant="Rain.",
    ),
    says("mastra.tags", '["x"]', tags=["x"]),
    says("mastra.metadata.sessionId", "s1", session="s1"),
    says("mastra.metadata.threadId", "t1", session="t1", conversation_id="t1"),
    says("mastra.metadata.userId", "ada", user_id="ada"),
    begins(
        "mastra.metadata.",
        {"plan": "pro", "body": "{}", "headers": "{}", "modelMetadata": "{}"},
        metadata={"plan": "pro"},
    ),
)

ORDERS = (
    order("input", *(f"mastra.{kind}.input" for kind in KINDS)),
    order("output", *(f"mastra.{kind}.output" for kind in KINDS)),
)


@each(ROWS)
def test_an_attribute_means_what_its_convention_says(row: Row) -> None:
    row.check()


@each(ORDERS)
def test_of_two_attributes_the_stronger_is_believed(order: Order) -> None:
    order.check(ROWS)


@pytest.mark.parametrize(("kind", "becomes"), KINDS.items())
def test_a_kind_of_span_is_a_type(kind: str, becomes: str) -> None:
    assert understood({"mastra.span.type": kind})["type"] == becomes


def test_a_generation_is_the_conversation_with_its_calls() -> None:
    asked = {
        "messages": [{"role": "system", "content": "Be brief"}, {"role": "user", "content": "?"}]
    }
    answered = {"text": "Rain.", "toolCalls": [CALL], "files": []}
    found = understood(
        {
            "mastra.span.type": "model_generation",
            "mastra.model_generation.input": json.dumps(asked),
            "mastra.model_generation.output": json.dumps(answered),
        }
    )
    assert found["input_messages"] == [("system", "Be brief"), ("user", "?")]
    assert found["output_messages"] == [
        ("assistant", call("c1", "weather", {"city": "Paris"}), "Rain.")
    ]
