"""LiveKit Agents' `lk.*` attributes: https://github.com/livekit/agents (telemetry/trace_types.py)."""

from __future__ import annotations

import json

from normalize.dialects.convention import Order, Row, call, each, order, result, says, understood

CHAT = {"gen_ai.operation.name": "chat"}
CONTEXT = {
    "items": [
        {"id": "item_1", "type": "message", "role": "system", "content": ["Be brief."]},
        {"id": "item_2", "type": "message", "role": "user", "content": ["Weather?"]},
        {
            "id": "item_3",
            "type": "function_call",
            "call_id": "c1",
            "name": "weather",
            "arguments": '{"city": "Paris"}',
        },
        {
            "id": "item_4",
            "type": "function_call_output",
            "call_id": "c1",
            "name": "weather",
            "output": "rainy",
            "is_error": False,
        },
        {"id": "item_5", "type": "agent_handoff", "new_agent_id": "b"},
    ]
}
SPOKEN = [
    ("system", "Be brief."),
    ("user", "Weather?"),
    ("assistant", call("c1", "weather", {"city": "Paris"})),
    ("tool", result("c1", "rainy", "weather")),
]
OLDER = {"items": [{"id": "item_2", "type": "message", "role": "user", "content": ["Sun?"]}]}
CALLS = [json.dumps({"call_id": "c1", "name": "weather", "arguments": '{"city": "Paris"}'})]
OLDER_CALLS = json.dumps([{"call_id": "c2", "name": "weather", "arguments": '{"city": "Oslo"}'}])

ROWS = (
    says("lk.agent_name", "front-desk", agent_name="front-desk"),
    says("lk.agent_label", "FrontDeskAgent", agent_name="FrontDeskAgent"),
    says("lk.function_tool.name", "weather", type="tool", tool_name="weather"),
    says("lk.function_tool.id", "c1", tool_call_id="c1"),
    says("lk.function_tool.is_error", True, marks=["stated_error"]),
    says("lk.response.ttft", 0.5, first_token_ms=500),
    says("lk.pii.user_input", "typed", input="typed"),
    says("lk.user_input", "typed before", input="typed before"),
    says("lk.pii.user_transcript", "heard", input="heard"),
    says("lk.user_transcript", "heard before", input="heard before"),
    says("lk.pii.input_text", "to say", input="to say"),
    says("lk.input_text", "to say before", input="to say before"),
    says("lk.pii.function_tool.arguments", '{"city": "Paris"}', input={"city": "Paris"}),
    says("lk.function_tool.arguments", '{"city": "Oslo"}', input={"city": "Oslo"}),
    says("lk.pii.function_tool.output", "rainy", output="rainy"),
    says("lk.function_tool.output", "sunny", output="sunny"),
    says("lk.pii.chat_ctx", json.dumps(CONTEXT), CHAT, input=CONTEXT, input_messages=SPOKEN),
    says("lk.chat_ctx", json.dumps(OLDER), CHAT, input=OLDER, input_messages=[("user", "Sun?")]),
    says(
        "lk.pii.response.text",
        "Rain.",
        CHAT,
        output="Rain.",
        output_messages=[("assistant", "Rain.")],
    ),
    says("lk.response.text", "Sun.", CHAT, output="Sun.", output_messages=[("assistant", "Sun.")]),
    says(
        "lk.pii.response.function_calls",
        CALLS,
        CHAT,
        output_messages=[("assistant", call("c1", "weather", {"city": "Paris"}))],
    ),
    says(
        "lk.response.function_calls",
        OLDER_CALLS,
        CHAT,
        output_messages=[("assistant", call("c2", "weather", {"city": "Oslo"}))],
    ),
    says("lk.pii.instructions", "Be kind.", system_instructions="Be kind."),
    says("lk.instructions", "Be brief.", system_instructions="Be brief."),
    says("lk.function_tools", ["weather", "mail"], tool_definitions=["weather", "mail"]),
)

ORDERS = (
    order("agent_name", "lk.agent_name", "lk.agent_label"),
    order(
        "input",
        *("lk.pii.user_input", "lk.user_input", "lk.pii.user_transcript", "lk.user_transcript"),
        *("lk.pii.input_text", "lk.input_text"),
        *("lk.pii.function_tool.arguments", "lk.function_tool.arguments"),
        *("lk.pii.chat_ctx", "lk.chat_ctx"),
    ),
    order(
        "output",
        *("lk.pii.response.text", "lk.response.text"),
        *("lk.pii.function_tool.output", "lk.function_tool.output"),
    ),
    order("system_instructions", "lk.pii.instructions", "lk.instructions"),
    order("input_messages", "lk.pii.chat_ctx", "lk.chat_ctx"),
    order("output_messages", "lk.pii.response.text", "lk.response.text"),
    order("output_messages", "lk.pii.response.function_calls", "lk.response.function_calls"),
)


@each(ROWS)
def test_an_attribute_means_what_its_convention_says(row: Row) -> None:
    row.check()


@each(ORDERS)
def test_of_two_attributes_the_stronger_is_believed(order: Order) -> None:
    order.check(ROWS)


def test_a_tool_that_answered_failed_nowhere() -> None:
    assert understood({"lk.function_tool.is_error": False})["marks"] == []
