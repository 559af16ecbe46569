"""Sentry's `gen_ai.*` attributes: https://getsentry.github.io/sentry-conventions/attributes/gen_ai/."""

from __future__ import annotations

import json

from normalize.dialects.convention import Order, Row, call, each, order, says, understood

CHAT = {"gen_ai.operation.name": "chat"}
ASKED = [{"role": "user", "content": "Weather?"}]
CALLS = [{"id": "c1", "name": "weather", "arguments": '{"city": "Paris"}', "type": "function_call"}]
TOOL = {"name": "weather", "description": "Tells the weather."}

ROWS = (
    says("gen_ai.pipeline.name", "Autofix Pipeline", agent_name="Autofix Pipeline"),
    says("gen_ai.usage.input_tokens.cached", 60, cache_read_tokens=60),
    says("gen_ai.usage.input_tokens.cache_write", 10, cache_write_tokens=10),
    says("gen_ai.usage.output_tokens.reasoning", 5, reasoning_tokens=5),
    says("gen_ai.cost.input_tokens", 0.25, input_cost=0.25),
    says("gen_ai.cost.output_tokens", 0.5, output_cost=0.5),
    says("gen_ai.cost.total_tokens", 0.75, total_cost=0.75),
    says("gen_ai.response.time_to_first_token", 0.5, first_token_ms=500),
    says("gen_ai.tool.input", '{"city": "Paris"}', input={"city": "Paris"}),
    says("gen_ai.tool.output", "rainy", output="rainy"),
    says("gen_ai.embeddings.input", "Weather in Paris?", input="Weather in Paris?"),
    says(
        "gen_ai.request.messages",
        json.dumps(ASKED),
        CHAT,
        input=ASKED,
        input_messages=[("user", "Weather?")],
        first_user="Weather?",
    ),
    says(
        "gen_ai.response.text",
        '["Rain.", "Much."]',
        CHAT,
        output=["Rain.", "Much."],
        output_messages=[("assistant", "Rain.", "Much.")],
    ),
    says("gen_ai.response.text", "Rain.", CHAT, output_messages=[("assistant", "Rain.")]),
    says("gen_ai.response.object", '{"sky": "grey"}', output={"sky": "grey"}),
    says(
        "gen_ai.response.tool_calls",
        json.dumps(CALLS),
        CHAT,
        output=CALLS,
        output_messages=[("assistant", call("c1", "weather", {"city": "Paris"}))],
    ),
    says("gen_ai.request.available_tools", json.dumps([TOOL]), tool_definitions=[TOOL]),
)

ORDERS = (
    order("input", "gen_ai.tool.input", "gen_ai.request.messages", "gen_ai.embeddings.input"),
    order(
        "output",
        "gen_ai.tool.output",
        "gen_ai.response.text",
        "gen_ai.response.object",
        "gen_ai.response.tool_calls",
    ),
)


@each(ROWS)
def test_an_attribute_means_what_its_convention_says(row: Row) -> None:
    row.check()


@each(ORDERS)
def test_of_two_attributes_the_stronger_is_believed(order: Order) -> None:
    order.check(ROWS)


def test_the_name_of_a_kind_of_response_is_no_output() -> None:
    assert understood({"gen_ai.response.object": "chat.completion"})["output"] is None


def test_texts_and_calls_are_one_answer() -> None:
    sent = {
        **CHAT,
        "gen_ai.response.tool_calls": json.dumps(CALLS),
        "gen_ai.response.text": "Let me look.",
    }
    assert understood(sent)["output_messages"] == [
        ("assistant", "Let me look.", call("c1", "weather", {"city": "Paris"}))
    ]
