"""What Logfire and Pydantic AI write beside GenAI: https://ai.pydantic.dev/logfire/."""

from __future__ import annotations

import json

import pytest
from normalize.dialects.convention import (
    Order,
    Row,
    call,
    each,
    order,
    result,
    says,
    thought,
    understood,
)

AGENT = {"gen_ai.operation.name": "invoke_agent"}
CHAT = {"gen_ai.operation.name": "chat"}
ALL = [
    {"role": "system", "parts": [{"type": "text", "content": "Be brief."}]},
    {"role": "user", "parts": [{"type": "text", "content": "Weather?"}]},
    {"role": "assistant", "parts": [{"type": "text", "content": "Rain."}], "finish_reason": "stop"},
]
EVENTS = [
    {"event.name": "gen_ai.system.message", "role": "system", "content": "Be brief."},
    {"event.name": "gen_ai.user.message", "role": "user", "content": "Weather?"},
    {
        "event.name": "gen_ai.assistant.message",
        "role": "assistant",
        "tool_calls": [
            {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": "{}"}}
        ],
    },
    {
        "event.name": "gen_ai.tool.message",
        "role": "tool",
        "id": "c1",
        "name": "weather",
        "content": "rainy",
    },
    {
        "event.name": "gen_ai.choice",
        "index": 0,
        "message": {"role": "assistant", "content": "Rain."},
    },
]
SPOKEN = [
    ("system", "Be brief."),
    ("user", "Weather?"),
    ("assistant", call("c1", "weather", {})),
    ("tool", result("c1", "rainy", "weather")),
]
RUN = [
    {"event.name": "gen_ai.user.message", "role": "user", "content": "Sun?"},
    {"event.name": "gen_ai.assistant.message", "role": "assistant", "content": "Sun."},
]
OLDEST = [
    {"parts": [{"content": "Wet?", "part_kind": "user-prompt"}], "kind": "request"},
    {"parts": [{"content": "Yes.", "part_kind": "text"}], "kind": "response"},
]
REQUEST = {"model": "gpt-5", "messages": [{"role": "user", "content": "Wind?"}], "stream": False}
RESPONSE = {"message": {"role": "assistant", "content": "Wind."}, "usage": {"total_tokens": 120}}

ROWS = (
    says("agent_name", "weather_agent", agent_name="weather_agent"),
    says("model_name", "gpt-5", request_model="gpt-5"),
    says("operation.cost", 0.75, total_cost=0.75),
    says("tool_arguments", '{"city": "Paris"}', input={"city": "Paris"}),
    says("tool_response", "rainy", output="rainy"),
    says(
        "pydantic_ai.all_messages",
        json.dumps(ALL),
        AGENT,
        input=ALL,
        input_messages=[("system", "Be brief."), ("user", "Weather?")],
        output_messages=[("assistant", "Rain.")],
    ),
    says("pydantic_ai.all_messages", json.dumps(ALL), type="agent"),
    says(
        "all_messages",
        json.dumps(OLDEST),
        AGENT,
        input=OLDEST,
        input_messages=[("user", "Wet?")],
        output_messages=[("assistant", "Yes.")],
    ),
    says("all_messages", json.dumps(OLDEST), type="agent"),
    says("all_messages_events", json.dumps(RUN), type="agent"),
    says(
        "all_messages_events",
        json.dumps(RUN),
        AGENT,
        input=RUN,
        input_messages=[("user", "Sun?")],
        output_messages=[("assistant", "Sun.")],
    ),
    says(
        "events",
        json.dumps(EVENTS),
        CHAT,
        input=EVENTS,
        input_messages=SPOKEN,
        output_messages=[("assistant", "Rain.")],
    ),
    says("prompt", "Weather?", input="Weather?"),
    says(
        "request_data",
        json.dumps(REQUEST),
        CHAT,
        input=REQUEST,
        input_messages=[("user", "Wind?")],
    ),
    says(
        "response_data",
        json.dumps(RESPONSE),
        CHAT,
        output=RESPONSE,
        output_messages=[("assistant", "Wind.")],
    ),
    says("final_result", "Rain.", output="Rain."),
    says("logfire.tags", ["prod"], tags=["prod"]),
)

ORDERS = (
    order(
        "input",
        "tool_arguments",
        "pydantic_ai.all_messages",
        "all_messages",
        "all_messages_events",
        "events",
        "prompt",
        "request_data",
    ),
    order("output", "tool_response", "final_result", "response_data"),
    order("type", "pydantic_ai.all_messages", "all_messages", "all_messages_events"),
    order("input_messages", "pydantic_ai.all_messages", "all_messages", "all_messages_events"),
    order("output_messages", "pydantic_ai.all_messages", "all_messages", "all_messages_events"),
)


@each(ROWS)
def test_an_attribute_means_what_its_convention_says(row: Row) -> None:
    row.check()


@each(ORDERS)
def test_of_two_attributes_the_stronger_is_believed(order: Order) -> None:
    order.check(ROWS)


def test_a_run_of_an_older_version_is_an_agent_though_it_names_a_model_and_tells_usage() -> None:
    found = understood(
        {
            "agent_name": "weather_agent",
            "model_name": "gpt-5",
            "gen_ai.usage.input_tokens": 100,
            "all_messages_events": json.dumps(RUN),
        }
    )
    assert (found["type"], found["agent_name"]) == ("agent", "weather_agent")


def test_thoughts_and_calls_of_a_run_are_parts() -> None:
    run = [
        {
            "role": "assistant",
            "parts": [
                {"type": "thinking", "content": "A tool knows."},
                {
                    "type": "tool_call",
                    "id": "c1",
                    "name": "weather",
                    "arguments": '{"city": "Paris"}',
                },
            ],
        }
    ]
    found = understood({**AGENT, "pydantic_ai.all_messages": json.dumps(run)})
    assert found["output_messages"] == [
        ("assistant", thought("A tool knows."), call("c1", "weather", {"city": "Paris"}))
    ]


@pytest.mark.parametrize("value", ['["a", "b"]', '[{"id": 1}]', "[]", "3 events"])
def test_events_of_another_kind_are_no_input(value: str) -> None:
    assert understood({"events": value})["input"] is None


def test_data_of_a_request_to_something_else_is_no_input() -> None:
    assert understood({"request_data": '{"url": "https://host"}'})["input"] is None
