"""Google ADK's `gcp.vertex.agent.*` attributes: https://github.com/google/adk-python (telemetry/tracing.py)."""

from __future__ import annotations

import json

import pytest
from normalize.dialects.convention import Order, Row, call, each, order, result, says, understood

CALL = {"gen_ai.system": "gcp.vertex.agent"}
TOOLS = [{"function_declarations": [{"name": "weather"}]}]
REQUEST = {
    "model": "gemini-2.5-flash",
    "config": {"system_instruction": "Be brief.", "tools": TOOLS},
    "contents": [
        {"role": "user", "parts": [{"text": "Weather?"}]},
        {
            "role": "model",
            "parts": [
                {"function_call": {"id": "c1", "name": "weather", "args": {"city": "Paris"}}}
            ],
        },
        {
            "role": "user",
            "parts": [
                {"function_response": {"id": "c1", "name": "weather", "response": {"sky": "grey"}}}
            ],
        },
    ],
}
RESPONSE = {"content": {"parts": [{"text": "Rain."}], "role": "model"}, "finish_reason": "STOP"}
DATA = [{"role": "user", "parts": [{"text": "Sun?"}]}]

ROWS = (
    says(
        "gcp.vertex.agent.llm_request",
        json.dumps(REQUEST),
        CALL,
        input=REQUEST,
        system_instructions="Be brief.",
        tool_definitions=TOOLS,
        input_messages=[
            ("system", "Be brief."),
            ("user", "Weather?"),
            ("assistant", call("c1", "weather", {"city": "Paris"})),
            ("tool", result("c1", {"sky": "grey"}, "weather")),
        ],
        first_user="Weather?",
    ),
    says(
        "gcp.vertex.agent.llm_response",
        json.dumps(RESPONSE),
        CALL,
        output=RESPONSE,
        output_messages=[("assistant", "Rain.")],
        last_assistant="Rain.",
    ),
    says(
        "gcp.vertex.agent.data",
        json.dumps(DATA),
        CALL,
        input=DATA,
        input_messages=[("user", "Sun?")],
    ),
    says("gcp.vertex.agent.tool_call_args", '{"city": "Paris"}', input={"city": "Paris"}),
    says("gcp.vertex.agent.tool_response", '{"sky": "grey"}', output={"sky": "grey"}),
    says("gcp.vertex.agent.session_id", "s1", session="s1"),
)

ORDERS = (
    order(
        "input",
        "gcp.vertex.agent.tool_call_args",
        "gcp.vertex.agent.llm_request",
        "gcp.vertex.agent.data",
    ),
    order("output", "gcp.vertex.agent.tool_response", "gcp.vertex.agent.llm_response"),
)


@each(ROWS)
def test_an_attribute_means_what_its_convention_says(row: Row) -> None:
    row.check()


@each(ORDERS)
def test_of_two_attributes_the_stronger_is_believed(order: Order) -> None:
    order.check(ROWS)


@pytest.mark.parametrize("empty", ["{}", "N/A", "", "<not serializable>", {}])
def test_what_stands_for_nothing_gives_way_to_what_says_something(empty: str) -> None:
    found = understood(
        {
            "gcp.vertex.agent.tool_call_args": empty,
            "gcp.vertex.agent.tool_response": empty,
            "gcp.vertex.agent.llm_request": json.dumps(REQUEST),
            "gcp.vertex.agent.llm_response": json.dumps(RESPONSE),
        }
    )
    assert (found["input"], found["output"]) == (REQUEST, RESPONSE)


def test_a_tools_span_shows_its_arguments_and_not_the_empty_request() -> None:
    found = understood(
        {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": "weather",
            "gcp.vertex.agent.llm_request": "{}",
            "gcp.vertex.agent.llm_response": "{}",
            "gcp.vertex.agent.tool_call_args": '{"city": "Paris"}',
            "gcp.vertex.agent.tool_response": '{"sky": "grey"}',
        }
    )
    assert (found["input"], found["output"]) == ({"city": "Paris"}, {"sky": "grey"})
