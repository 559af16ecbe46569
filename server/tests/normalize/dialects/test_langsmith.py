"""LangSmith's attributes: https://docs.langchain.com/langsmith/trace-with-opentelemetry."""

from __future__ import annotations

import json

import pytest
from normalize.dialects.convention import Order, Row, each, order, says, understood

LLM = {"langsmith.span.kind": "llm"}
METADATA = "langsmith.metadata."
ASKED = {"messages": [{"role": "user", "content": "Weather?"}]}
ANSWERED = {
    "generations": [[{"text": "Rain.", "message": {"role": "assistant", "content": "Rain."}}]]
}
TOOL = {"type": "function", "function": {"name": "weather"}}

ROWS = (
    says("langsmith.span.kind", "LLM", type="llm"),
    says("gen_ai.usage.input_token_details", '{"cache_read": 60}', cache_read_tokens=60),
    says("gen_ai.usage.input_token_details", '{"cache_creation": 10}', cache_write_tokens=10),
    says("gen_ai.usage.output_token_details", '{"reasoning": 5}', reasoning_tokens=5),
    says(
        f"{METADATA}usage_metadata",
        json.dumps({"input_token_details": {"cache_read": 50}}),
        cache_read_tokens=50,
    ),
    says(
        f"{METADATA}usage_metadata",
        json.dumps({"input_token_details": {"cache_creation": 20}}),
        cache_write_tokens=20,
    ),
    says(
        f"{METADATA}usage_metadata",
        json.dumps({"output_token_details": {"reasoning": 4}}),
        reasoning_tokens=4,
    ),
    says(f"{METADATA}ls_model_name", "gpt-5", request_model="gpt-5"),
    says(f"{METADATA}ls_provider", "openai", provider="openai"),
    says(
        "gen_ai.prompt",
        json.dumps(ASKED),
        LLM,
        input=ASKED,
        input_messages=[("user", "Weather?")],
        first_user="Weather?",
    ),
    says(
        "gen_ai.completion",
        json.dumps(ANSWERED),
        LLM,
        output=ANSWERED,
        output_messages=[("assistant", "Rain.")],
        last_assistant="Rain.",
    ),
    says("tools", json.dumps([TOOL]), tool_definitions=[TOOL]),
    says("langsmith.span.tags", "prod, beta", tags=["prod", "beta"]),
    says("langsmith.span.tags", ["prod"], tags=["prod"]),
    says(f"{METADATA}tier", "gold", metadata={"tier": "gold"}),
    says("langsmith.trace.session_id", "s1", session="s1"),
    says(f"{METADATA}session_id", "s2", session="s2"),
    says(f"{METADATA}conversation_id", "c1", session="c1", conversation_id="c1"),
    says(f"{METADATA}thread_id", "t1", session="t1", conversation_id="t1"),
    says(f"{METADATA}user_id", "ada", user_id="ada"),
)

ORDERS = (
    order("cache_read_tokens", "gen_ai.usage.input_token_details", f"{METADATA}usage_metadata"),
    order("cache_write_tokens", "gen_ai.usage.input_token_details", f"{METADATA}usage_metadata"),
    order("reasoning_tokens", "gen_ai.usage.output_token_details", f"{METADATA}usage_metadata"),
    order(
        "session",
        "langsmith.trace.session_id",
        f"{METADATA}session_id",
        f"{METADATA}conversation_id",
        f"{METADATA}thread_id",
    ),
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
        ("llm", "llm"),
        ("chain", "chain"),
        ("tool", "tool"),
        ("retriever", "retrieval"),
        ("embedding", "embedding"),
        ("prompt", "chain"),
        ("parser", "chain"),
    ],
)
def test_a_kind_is_a_type(kind: str, becomes: str) -> None:
    assert understood({"langsmith.span.kind": kind})["type"] == becomes


@pytest.mark.parametrize(
    "beside",
    [
        {"langsmith.trace.session_name": "my-project"},
        {"langsmith.trace.session_id": "8b9b1ee1-8d2c-4f0c-9d5c-2d6b1b3c0a11"},
    ],
)
def test_a_session_that_is_a_project_is_none(beside: dict[str, str]) -> None:
    assert understood({"langsmith.trace.session_id": "s1", **beside})["session"] is None
