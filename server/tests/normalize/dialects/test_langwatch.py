"""LangWatch's attributes: https://docs.langwatch.ai/integration/opentelemetry/guide."""

from __future__ import annotations

import json
from typing import Any

import pytest
from normalize.dialects.convention import Order, Row, each, order, says, understood

LLM = {"langwatch.span.type": "llm"}
METRICS = {
    "prompt_tokens": 100,
    "completion_tokens": 20,
    "cache_read_input_tokens": 60,
    "cache_creation_input_tokens": 10,
    "reasoning_tokens": 5,
    "cost": 0.25,
    "first_token_ms": 250,
}
DOCUMENTS = [{"document_id": "d1", "content": "Rain."}]


def kind(name: str, value: Any) -> str:
    return json.dumps({"type": name, "value": value})


ROWS = (
    says("langwatch.span.type", "tool", type="tool"),
    says(
        "langwatch.metrics",
        json.dumps(METRICS),
        input_tokens=100,
        output_tokens=20,
        cache_read_tokens=60,
        cache_write_tokens=10,
        reasoning_tokens=5,
        total_cost=0.25,
        first_token_ms=250.0,
    ),
    says(
        "langwatch.input",
        kind("chat_messages", [{"role": "user", "content": "Weather?"}]),
        LLM,
        input=[{"role": "user", "content": "Weather?"}],
        input_messages=[("user", "Weather?")],
        first_user="Weather?",
    ),
    says(
        "langwatch.output",
        kind("text", "Rain."),
        LLM,
        output="Rain.",
        output_messages=[("assistant", "Rain.")],
        last_assistant="Rain.",
    ),
    says("langwatch.rag.contexts", json.dumps([DOCUMENTS[0], DOCUMENTS[0]]), output=DOCUMENTS * 2),
    says("langwatch.rag_contexts", json.dumps(DOCUMENTS), output=DOCUMENTS),
    says("langwatch.labels", '["a"]', tags=["a"]),
    says("langwatch.tags", '["b"]', tags=["b"]),
    says("langwatch.thread.id", "t1", session="t1", conversation_id="t1"),
    says("langwatch.user.id", "ada", user_id="ada"),
)

ORDERS = (order("output", "langwatch.output", "langwatch.rag.contexts", "langwatch.rag_contexts"),)


@each(ROWS)
def test_an_attribute_means_what_its_convention_says(row: Row) -> None:
    row.check()


@each(ORDERS)
def test_of_two_attributes_the_stronger_is_believed(order: Order) -> None:
    order.check(ROWS)


@pytest.mark.parametrize(
    ("said", "becomes"),
    [("rag", "retrieval"), ("module", "chain"), ("agent", "agent")],
)
def test_a_kind_of_span_is_a_type(said: str, becomes: str) -> None:
    assert understood({"langwatch.span.type": said})["type"] == becomes


def test_typescript_wraps_metrics_and_writes_them_in_camel_case() -> None:
    sent = kind("json", {"promptTokens": 11, "completionTokens": 7})
    found = understood({"langwatch.metrics": sent})
    assert (found["input_tokens"], found["output_tokens"]) == (11, 7)


def test_an_object_that_happens_to_have_a_value_stays_whole() -> None:
    sent = {"value": 3, "unit": "m"}
    assert understood({"langwatch.input": json.dumps(sent)})["input"] == sent
