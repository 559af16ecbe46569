"""What Semantic Kernel and Agent Framework write: https://github.com/microsoft/agent-framework (observability.py)."""

from __future__ import annotations

import pytest
from normalize.dialects.convention import Order, Row, each, order, says, understood

ROWS = (
    says("workflow.id", "b6b1", type="chain"),
    says("executor.id", "writer", type="chain"),
    says("gen_ai.response.prompt_tokens", 100, input_tokens=100),
    says("gen_ai.response.completion_tokens", 20, output_tokens=20),
    says("agent_framework.function.name", "weather", tool_name="weather"),
    says(
        "semantic_kernel.function.name",
        "weather",
        {"gen_ai.operation.name": "execute_tool"},
        tool_name="weather",
    ),
    says("microsoft.session.id", "s1", session="s1"),
    says("gen_ai.thread.id", "thread_1", session="thread_1", conversation_id="thread_1"),
)

ORDERS = (order("type", "workflow.id", "executor.id"),)


@each(ROWS)
def test_an_attribute_means_what_its_convention_says(row: Row) -> None:
    row.check()


@each(ORDERS)
def test_of_two_attributes_the_stronger_is_believed(order: Order) -> None:
    order.check(ROWS)


@pytest.mark.parametrize(
    ("operation", "becomes"),
    [
        ("chat.completions", "llm"),
        ("text.completions", "llm"),
        ("chat.streaming_completions", "llm"),
        ("text.streaming_completions", "llm"),
        ("invoke_agent", "agent"),
        ("execute_tool", "tool"),
    ],
)
def test_semantic_kernels_operations_tell_the_type(operation: str, becomes: str) -> None:
    assert understood({"gen_ai.operation.name": operation})["type"] == becomes
