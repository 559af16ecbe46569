"""Laminar's `lmnr.*` attributes: https://github.com/lmnr-ai/lmnr-python."""

from __future__ import annotations

import json

import pytest
from normalize.dialects.convention import Order, Row, call, each, order, says, understood

LLM = {"lmnr.span.type": "LLM"}
PROPERTIES = "lmnr.association.properties."
ASKED = [{"role": "user", "content": "Weather?"}]
ANSWERED = {
    "role": "assistant",
    "content": [
        {"type": "text", "text": "Let me look."},
        {"type": "tool_use", "id": "c1", "name": "weather", "input": {"city": "Paris"}},
    ],
}

ROWS = (
    says("lmnr.span.type", "TOOL", type="tool"),
    says("lmnr.span.original_type", "LLM", type="llm"),
    says("lmnr.span.input", '{"city": "Paris"}', input={"city": "Paris"}),
    says(
        "lmnr.span.input",
        json.dumps(ASKED),
        LLM,
        input_messages=[("user", "Weather?")],
        first_user="Weather?",
    ),
    says("lmnr.span.output", '"Rain."', output="Rain."),
    says(
        "lmnr.span.output",
        json.dumps(ANSWERED),
        LLM,
        output_messages=[("assistant", "Let me look.", call("c1", "weather", {"city": "Paris"}))],
        last_assistant="Let me look.",
    ),
    says(
        "gen_ai.usage.cache_creation.input_tokens.ephemeral_5m",
        10,
        {"gen_ai.usage.cache_creation.input_tokens.ephemeral_1h": 5},
        cache_write_tokens=15,
    ),
    says("gen_ai.usage.cache_creation.input_tokens.ephemeral_5m", 10, cache_write_tokens=10),
    says("gen_ai.usage.cache_creation.input_tokens.ephemeral_1h", 5, cache_write_tokens=5),
    says(f"{PROPERTIES}tags", ["prod"], tags=["prod"]),
    says(f"{PROPERTIES}labels", ["foo", "bar"], tags=["foo", "bar"]),
    says(f"{PROPERTIES}metadata.tier", "gold", metadata={"tier": "gold"}),
    says(f"{PROPERTIES}session_id", "s1", session="s1"),
    says(f"{PROPERTIES}user_id", "ada", user_id="ada"),
)

ORDERS = (order("type", "lmnr.span.type", "lmnr.span.original_type"),)


@each(ROWS)
def test_an_attribute_means_what_its_convention_says(row: Row) -> None:
    row.check()


@each(ORDERS)
def test_of_two_attributes_the_stronger_is_believed(order: Order) -> None:
    order.check(ROWS)


@pytest.mark.parametrize(
    ("kind", "becomes"),
    [
        ("LLM", "llm"),
        ("CACHED", "llm"),
        ("TOOL", "tool"),
        ("EXECUTOR", "chain"),
        ("EVALUATION", "chain"),
        ("PIPELINE", "chain"),
        ("EVALUATOR", "evaluator"),
        ("HUMAN_EVALUATOR", "evaluator"),
        ("EVENT", "span"),
        ("DEFAULT", "span"),
    ],
)
def test_a_type_of_span_is_a_type(kind: str, becomes: str) -> None:
    assert understood({"lmnr.span.type": kind})["type"] == becomes


def test_both_kinds_of_cache_are_parts_of_what_the_whole_says() -> None:
    found = understood(
        {
            "gen_ai.usage.input_tokens": 100,
            "gen_ai.usage.cache_creation.input_tokens": 15,
            "gen_ai.usage.cache_creation.input_tokens.ephemeral_5m": 10,
            "gen_ai.usage.cache_creation.input_tokens.ephemeral_1h": 5,
        }
    )
    assert (found["input_tokens"], found["cache_write_tokens"]) == (100, 15)
