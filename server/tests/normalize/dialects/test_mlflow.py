"""MLflow's `mlflow.*` attributes, each a JSON text: https://github.com/mlflow/mlflow/blob/master/mlflow/tracing/constant.py."""

from __future__ import annotations

import json

import pytest
from normalize.dialects.convention import Order, Row, each, order, says, understood

LLM = {"lmnr.span.type": "LLM"}
"""Said by another dialect, so that the attributes of this one have to be known by themselves."""
ASKED = {"model": "gpt-5", "messages": [{"role": "user", "content": "Weather?"}]}
ANSWERED = {
    "choices": [{"finish_reason": "stop", "message": {"role": "assistant", "content": "Rain."}}]
}
CHAT = [{"role": "user", "content": "Sun?"}, {"role": "assistant", "content": "Sun."}]
TOOL = {"type": "function", "function": {"name": "weather"}}
USAGE = {
    "input_tokens": 100,
    "output_tokens": 20,
    "total_tokens": 120,
    "cache_read_input_tokens": 60,
    "cache_creation_input_tokens": 10,
}
OTHER = {
    "input_tokens": 200,
    "output_tokens": 40,
    "total_tokens": 240,
    "cache_read_input_tokens": 120,
    "cache_creation_input_tokens": 20,
}

ROWS = (
    says("mlflow.spanType", '"LLM"', type="llm"),
    says("mlflow.llm.model", '"gpt-5"', response_model="gpt-5"),
    says("model", '"gpt-5"', LLM, request_model="gpt-5"),
    says("mlflow.llm.provider", '"openai"', provider="openai"),
    says(
        "mlflow.chat.tokenUsage",
        json.dumps(USAGE),
        input_tokens=100,
        output_tokens=20,
        cache_read_tokens=60,
        cache_write_tokens=10,
    ),
    says(
        "mlflow.trace.tokenUsage",
        json.dumps(OTHER),
        input_tokens=200,
        output_tokens=40,
        cache_read_tokens=120,
        cache_write_tokens=20,
    ),
    says(
        "mlflow.message.format",
        '"anthropic"',
        {"mlflow.chat.tokenUsage": json.dumps(USAGE)},
        input_tokens=170,
    ),
    says(
        "mlflow.llm.cost",
        '{"input_cost": 0.25, "output_cost": 0.5, "total_cost": 0.75}',
        input_cost=0.25,
        output_cost=0.5,
        total_cost=0.75,
    ),
    says(
        "mlflow.trace.cost",
        '{"input_cost": 2.5, "output_cost": 5.0, "total_cost": 7.5}',
        input_cost=2.5,
        output_cost=5.0,
        total_cost=7.5,
    ),
    says(
        "mlflow.spanInputs",
        json.dumps(ASKED),
        LLM,
        input=ASKED,
        input_messages=[("user", "Weather?")],
    ),
    says(
        "mlflow.spanOutputs",
        json.dumps(ANSWERED),
        LLM,
        output=ANSWERED,
        output_messages=[("assistant", "Rain.")],
    ),
    says(
        "mlflow.chat.messages",
        json.dumps(CHAT),
        LLM,
        input_messages=[("user", "Sun?")],
        output_messages=[("assistant", "Sun.")],
    ),
    says("mlflow.chat.tools", json.dumps([TOOL]), tool_definitions=[TOOL]),
    says("mlflow.trace.session", '"s1"', session="s1"),
    says("mlflow.trace.user", "ada", user_id="ada"),
    says("mlflow.traceTag.team", "search", metadata={"team": "search"}),
)

ORDERS = (
    order("input_tokens", "mlflow.chat.tokenUsage", "mlflow.trace.tokenUsage"),
    order("output_tokens", "mlflow.chat.tokenUsage", "mlflow.trace.tokenUsage"),
    order("cache_read_tokens", "mlflow.chat.tokenUsage", "mlflow.trace.tokenUsage"),
    order("cache_write_tokens", "mlflow.chat.tokenUsage", "mlflow.trace.tokenUsage"),
    order("input_cost", "mlflow.llm.cost", "mlflow.trace.cost"),
    order("output_cost", "mlflow.llm.cost", "mlflow.trace.cost"),
    order("total_cost", "mlflow.llm.cost", "mlflow.trace.cost"),
    order("input_messages", "mlflow.spanInputs", "mlflow.chat.messages"),
    order("output_messages", "mlflow.spanOutputs", "mlflow.chat.messages"),
)


@each(ROWS)
def test_an_attribute_means_what_its_convention_says(row: Row) -> None:
    row.check()


@each(ORDERS)
def test_of_two_attributes_the_stronger_is_believed(order: Order) -> None:
    order.check(ROWS)


def test_usage_of_other_formats_has_the_caches_in_it() -> None:
    sent = {"mlflow.message.format": '"openai"', "mlflow.chat.tokenUsage": json.dumps(USAGE)}
    assert understood(sent)["input_tokens"] == 100


@pytest.mark.parametrize(
    ("kind", "becomes"),
    [
        ("LLM", "llm"),
        ("CHAT_MODEL", "llm"),
        ("CHAIN", "chain"),
        ("AGENT", "agent"),
        ("TOOL", "tool"),
        ("RETRIEVER", "retrieval"),
        ("EMBEDDING", "embedding"),
        ("RERANKER", "retrieval"),
        ("PARSER", "chain"),
        ("WORKFLOW", "chain"),
        ("TASK", "chain"),
        ("GUARDRAIL", "guardrail"),
        ("EVALUATOR", "evaluator"),
        ("UNKNOWN", "span"),
    ],
)
def test_a_type_is_a_type_with_and_without_its_quotes(kind: str, becomes: str) -> None:
    assert understood({"mlflow.spanType": json.dumps(kind)})["type"] == becomes
    assert understood({"mlflow.spanType": kind})["type"] == becomes
