"""OpenLLMetry's `traceloop.*` and `llm.*` attributes: https://github.com/traceloop/openllmetry."""

from __future__ import annotations

import pytest
from normalize.dialects.convention import Order, Row, begins, each, order, says, understood

LLM = {"llm.request.type": "chat"}
PROPERTIES = "traceloop.association.properties."

ROWS = (
    says("traceloop.span.kind", "workflow", type="chain"),
    says("llm.request.type", "chat", type="llm"),
    says("traceloop.entity.name", "weather", {"traceloop.span.kind": "tool"}, tool_name="weather"),
    says("traceloop.entity.name", "joker", {"traceloop.span.kind": "agent"}, agent_name="joker"),
    says("llm.request.model", "gpt-4", request_model="gpt-4"),
    says("llm.response.model", "gpt-4-0613", response_model="gpt-4-0613"),
    says("llm.vendor", "OpenAI", provider="OpenAI"),
    says("llm.usage.prompt_tokens", 100, input_tokens=100),
    says("llm.usage.completion_tokens", 20, output_tokens=20),
    says("llm.usage.total_tokens", 120, {"llm.usage.prompt_tokens": 100}, output_tokens=20),
    says("llm.usage.reasoning_tokens", 5, reasoning_tokens=5),
    says(
        "traceloop.entity.input",
        '{"args": ["Paris"], "kwargs": {}}',
        input={"args": ["Paris"], "kwargs": {}},
    ),
    says(
        "traceloop.entity.input",
        '{"inputs": {"messages": [{"role": "user", "content": "Hi"}]}, "tags": []}',
        LLM,
        input_messages=[("user", "Hi")],
    ),
    says("traceloop.entity.output", '"Rain."', output="Rain."),
    says(
        "traceloop.entity.output",
        '{"outputs": {"messages": [{"role": "assistant", "content": "Rain."}]}}',
        LLM,
        output_messages=[("assistant", "Rain.")],
    ),
    begins(
        "llm.request.functions.",
        {
            "0.name": "weather",
            "0.description": "Tells the weather.",
            "0.parameters": '{"type": "object"}',
        },
        tool_definitions=[
            {
                "description": "Tells the weather.",
                "name": "weather",
                "parameters": {"type": "object"},
            }
        ],
    ),
    says(f"{PROPERTIES}tenant", "acme", metadata={"tenant": "acme"}),
    says(f"{PROPERTIES}session_id", "s1", session="s1"),
    says(f"{PROPERTIES}user_id", "ada", user_id="ada"),
    says(f"{PROPERTIES}customer_id", "acme", user_id="acme"),
    says(f"{PROPERTIES}thread_id", "t1", session="t1", conversation_id="t1"),
    says(f"{PROPERTIES}conversation_id", "c1", session="c1", conversation_id="c1"),
)

ORDERS = (
    order(
        "session",
        f"{PROPERTIES}session_id",
        f"{PROPERTIES}thread_id",
        f"{PROPERTIES}conversation_id",
    ),
    order("user_id", f"{PROPERTIES}user_id", f"{PROPERTIES}customer_id"),
)


@each(ROWS)
def test_an_attribute_means_what_its_convention_says(row: Row) -> None:
    row.check()


@each(ORDERS)
def test_of_two_attributes_the_stronger_is_believed(order: Order) -> None:
    order.check(ROWS)


@pytest.mark.parametrize(
    ("kind", "becomes"),
    [
        ("workflow", "chain"),
        ("task", "chain"),
        ("agent", "agent"),
        ("tool", "tool"),
        ("unknown", "span"),
    ],
)
def test_a_kind_is_a_type(kind: str, becomes: str) -> None:
    assert understood({"traceloop.span.kind": kind})["type"] == becomes


@pytest.mark.parametrize(
    ("asked", "becomes"),
    [
        ("chat", "llm"),
        ("completion", "llm"),
        ("embedding", "embedding"),
        ("rerank", "retrieval"),
        ("unknown", "span"),
    ],
)
def test_a_type_of_request_tells_the_type_of_a_call(asked: str, becomes: str) -> None:
    assert understood({"llm.request.type": asked})["type"] == becomes


def test_genais_keys_are_believed_before_those_that_it_wrote_ahead_of_them() -> None:
    found = understood(
        {
            "llm.usage.total_tokens": 900,
            "gen_ai.usage.input_tokens": 100,
            "gen_ai.usage.output_tokens": 20,
            "llm.request.model": "old",
            "gen_ai.request.model": "new",
        }
    )
    assert (found["request_model"], found["input_tokens"], found["output_tokens"]) == (
        "new",
        100,
        20,
    )
