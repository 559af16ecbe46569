"""Braintrust's attributes: https://www.braintrust.dev/docs/integrations/sdk-integrations/opentelemetry."""

from __future__ import annotations

import json

import pytest
from normalize.dialects.convention import Order, Row, each, order, says, understood

LLM = {"braintrust.span_attributes": '{"type":"llm"}'}
METADATA = {"model": "gpt-4o-mini", "provider": "openai", "temperature": 0}
METRICS = {
    "prompt_tokens": 100,
    "completion_tokens": 20,
    "tokens": 120,
    "prompt_cached_tokens": 60,
    "prompt_cache_creation_tokens": 10,
    "completion_reasoning_tokens": 5,
    "estimated_cost": 0.25,
    "time_to_first_token": 0.25,
}

ROWS = (
    says("braintrust.span_attributes", '{"type":"tool","name":"weather"}', type="tool"),
    says(
        "braintrust.metadata",
        json.dumps(METADATA),
        request_model="gpt-4o-mini",
        provider="openai",
        metadata=METADATA,
    ),
    says(
        "braintrust.metrics",
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
        "braintrust.input_json",
        '[{"role":"user","content":"Weather?"}]',
        LLM,
        input=[{"role": "user", "content": "Weather?"}],
        input_messages=[("user", "Weather?")],
        first_user="Weather?",
    ),
    says("braintrust.input", "Sun?", LLM, input="Sun?", input_messages=[("user", "Sun?")]),
    says(
        "braintrust.output_json",
        '[{"index":0,"message":{"role":"assistant","content":"Rain."}}]',
        LLM,
        output=[{"index": 0, "message": {"role": "assistant", "content": "Rain."}}],
        output_messages=[("assistant", "Rain.")],
        last_assistant="Rain.",
    ),
    says("braintrust.output", "Yes.", LLM, output="Yes.", output_messages=[("assistant", "Yes.")]),
    says("braintrust.tags", ["x"], tags=["x"]),
)

ORDERS = (
    order("input", "braintrust.input_json", "braintrust.input"),
    order("output", "braintrust.output_json", "braintrust.output"),
    order("input_messages", "braintrust.input_json", "braintrust.input"),
    order("output_messages", "braintrust.output_json", "braintrust.output"),
)


@each(ROWS)
def test_an_attribute_means_what_its_convention_says(row: Row) -> None:
    row.check()


@each(ORDERS)
def test_of_two_attributes_the_stronger_is_believed(order: Order) -> None:
    order.check(ROWS)


@pytest.mark.parametrize(
    ("said", "becomes"),
    [("llm", "llm"), ("task", "chain"), ("function", "chain"), ("score", "evaluator")],
)
def test_a_kind_of_span_is_a_type(said: str, becomes: str) -> None:
    sent = {"braintrust.span_attributes": json.dumps({"type": said})}
    assert understood(sent)["type"] == becomes
