"""What OpenLIT writes beside GenAI: https://github.com/openlit/openlit (sdk/python/src/openlit/semcov)."""

from __future__ import annotations

import json

import pytest
from normalize.dialects.convention import Order, Row, each, order, says, understood

CHAT = {"gen_ai.operation.name": "chat"}
ASKED = [{"role": "user", "content": "Weather?"}]

ROWS = (
    says("gen_ai.agent.role", "Researcher", agent_name="Researcher"),
    says("gen_ai.agent.instructions", "Be brief.", system_instructions="Be brief."),
    says("gen_ai.tool.args", '{"city": "Paris"}', input={"city": "Paris"}),
    says(
        "gen_ai.content.prompt",
        "Weather?",
        CHAT,
        input="Weather?",
        input_messages=[("user", "Weather?")],
        first_user="Weather?",
    ),
    says("gen_ai.content.prompt", json.dumps(ASKED), CHAT, input_messages=[("user", "Weather?")]),
    says("gen_ai.agent.task", "Write about rain.", input="Write about rain."),
    says("db.query.text", "rain in Paris", input="rain in Paris"),
    says(
        "gen_ai.content.completion",
        "Rain.",
        CHAT,
        output="Rain.",
        output_messages=[("assistant", "Rain.")],
        last_assistant="Rain.",
    ),
    says("gen_ai.agent.actual_output", "It rains.", output="It rains."),
    says("gen_ai.response.image", "https://host/a.png", output="https://host/a.png"),
    says("gen_ai.request.user", "ada", user_id="ada"),
)

ORDERS = (
    order(
        "input",
        "gen_ai.tool.args",
        "gen_ai.content.prompt",
        "gen_ai.agent.task",
        "db.query.text",
    ),
    order(
        "output",
        "gen_ai.content.completion",
        "gen_ai.agent.actual_output",
        "gen_ai.response.image",
    ),
)


@each(ROWS)
def test_an_attribute_means_what_its_convention_says(row: Row) -> None:
    row.check()


@each(ORDERS)
def test_of_two_attributes_the_stronger_is_believed(order: Order) -> None:
    order.check(ROWS)


@pytest.mark.parametrize(
    ("operation", "becomes"),
    [
        ("chat", "llm"),
        ("embeddings", "embedding"),
        ("image", "llm"),
        ("audio", "llm"),
        ("vectordb", "retrieval"),
        ("framework", "chain"),
        ("agent", "agent"),
        ("create_agent", "agent"),
        ("execute_task", "chain"),
        ("execute_tool", "tool"),
    ],
)
def test_an_operation_tells_the_type(operation: str, becomes: str) -> None:
    assert understood({"gen_ai.operation.name": operation})["type"] == becomes
