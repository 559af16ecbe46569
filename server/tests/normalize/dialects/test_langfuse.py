"""Langfuse's `langfuse.*` attributes: https://langfuse.com/integrations/native/opentelemetry."""

from __future__ import annotations

import json
from typing import Any

import pytest
from normalize.dialects.convention import Order, Row, each, order, says, understood

GENERATION = {"langfuse.observation.type": "generation"}
USAGE = "langfuse.observation.usage_details"
COST = "langfuse.observation.cost_details"
ASKED = [{"role": "user", "content": "Weather?"}]
OF_TRACE = "langfuse.trace.metadata."
OF_OBSERVATION = "langfuse.observation.metadata."

ROWS = (
    says("langfuse.observation.type", "generation", type="llm"),
    says("langfuse.observation.model.name", "gpt-5", response_model="gpt-5", type="llm"),
    says("langfuse.observation.model.name", '"gpt-5"', response_model="gpt-5"),
    says(
        USAGE,
        json.dumps(
            {
                "input": 30,
                "input_cached_tokens": 60,
                "input_cache_creation": 10,
                "output": 15,
                "output_reasoning_tokens": 5,
                "total": 120,
            }
        ),
        input_tokens=100,
        output_tokens=20,
        cache_read_tokens=60,
        cache_write_tokens=10,
        reasoning_tokens=5,
    ),
    says(
        COST,
        '{"input": 0.25, "input_cached_tokens": 0.125, "output": 0.5, "total": 0.875}',
        input_cost=0.375,
        output_cost=0.5,
        total_cost=0.875,
    ),
    says("langfuse.observation.level", "ERROR", marks=["stated_error"]),
    says("langfuse.observation.status_message", "no such city", status_message="no such city"),
    says(
        "langfuse.observation.completion_start_time",
        '"2026-09-21T14:13:20.500000Z"',
        first_token_ms=500,
    ),
    says(
        "langfuse.observation.input",
        json.dumps(ASKED),
        GENERATION,
        input=ASKED,
        input_messages=[("user", "Weather?")],
        first_user="Weather?",
    ),
    says("langfuse.trace.input", '{"question": "Weather?"}', input={"question": "Weather?"}),
    says(
        "langfuse.observation.output",
        '{"role": "assistant", "content": "Rain."}',
        GENERATION,
        output={"role": "assistant", "content": "Rain."},
        output_messages=[("assistant", "Rain.")],
        last_assistant="Rain.",
    ),
    says(
        "langfuse.observation.output", "Rain.", GENERATION, output_messages=[("assistant", "Rain.")]
    ),
    says("langfuse.trace.output", "Rain", output="Rain"),
    says("langfuse.trace.tags", ["prod", "beta"], tags=["prod", "beta"]),
    says("langfuse.trace.metadata", '{"tier": "gold"}', metadata={"tier": "gold"}),
    says("langfuse.observation.metadata", '{"try": 2}', metadata={"try": 2}),
    says(f"{OF_TRACE}tier", "gold", metadata={"tier": "gold"}),
    says(f"{OF_OBSERVATION}try", 2, metadata={"try": 2}),
    says(f"{OF_OBSERVATION}langfuse_session_id", "s1", session="s1"),
    says(f"{OF_TRACE}langfuse_session_id", "s2", session="s2"),
    says(f"{OF_OBSERVATION}langfuse_user_id", "ada", user_id="ada"),
    says(f"{OF_TRACE}langfuse_user_id", "bob", user_id="bob"),
    says(f"{OF_OBSERVATION}langfuse_tags", '["beta"]', tags=["beta"]),
    says(f"{OF_TRACE}langfuse_tags", ["prod"], tags=["prod"]),
    says("langfuse.session.id", "s3", session="s3"),
    says("langfuse.user.id", "cy", user_id="cy"),
)

ORDERS = (
    order("input", "langfuse.observation.input", "langfuse.trace.input"),
    order("output", "langfuse.observation.output", "langfuse.trace.output"),
    order(
        "session",
        "langfuse.session.id",
        f"{OF_OBSERVATION}langfuse_session_id",
        f"{OF_TRACE}langfuse_session_id",
    ),
    order(
        "user_id",
        "langfuse.user.id",
        f"{OF_OBSERVATION}langfuse_user_id",
        f"{OF_TRACE}langfuse_user_id",
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
        ("span", "span"),
        ("generation", "llm"),
        ("event", "span"),
        ("embedding", "embedding"),
        ("agent", "agent"),
        ("tool", "tool"),
        ("chain", "chain"),
        ("retriever", "retrieval"),
        ("guardrail", "guardrail"),
        ("evaluator", "evaluator"),
    ],
)
def test_a_type_of_observation_is_a_type(kind: str, becomes: str) -> None:
    assert understood({"langfuse.observation.type": kind})["type"] == becomes


@pytest.mark.parametrize(
    ("usage", "becomes"),
    [
        ({"input": 100, "output": 20, "total": 120}, (100, 20)),
        ({"input": 30, "input_cached_tokens": 70, "output": 20, "total": 120}, (100, 20)),
        ({"input": 90, "input_audio_tokens": 10, "output": 20, "total": 120}, (100, 20)),
        ({"input": 100, "output": 12, "output_audio_tokens": 8, "total": 120}, (100, 20)),
        ({"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}, (100, 20)),
        ({"promptTokens": 100, "completionTokens": 20, "totalTokens": 120}, (100, 20)),
        ({"input_tokens": 100, "output_tokens": 20, "total_tokens": 120}, (100, 20)),
        (
            {
                "prompt_tokens": 100,
                "completion_tokens": 20,
                "total_tokens": 120,
                "prompt_tokens_details": {"cached_tokens": 60},
                "completion_tokens_details": {"reasoning_tokens": 5},
            },
            (100, 20),
        ),
        ({"input_tokens": 30, "cache_read_input_tokens": 70, "output_tokens": 20}, (100, 20)),
    ],
)
def test_usage_counts_once_whatever_was_taken_out_of_it(
    usage: dict[str, Any], becomes: tuple[int, int]
) -> None:
    found = understood({USAGE: json.dumps(usage)})
    assert (found["input_tokens"], found["output_tokens"]) == becomes


@pytest.mark.parametrize("level", ["DEFAULT", "DEBUG", "WARNING", "error", 3])
def test_only_the_level_of_errors_is_an_error(level: Any) -> None:
    assert understood({"langfuse.observation.level": level})["marks"] == []


@pytest.mark.parametrize("moment", ["soon", "2026-09-21T14:13:20.5", '"2026-09-21T14:13:19Z"', 5])
def test_a_moment_without_a_zone_or_before_the_start_is_no_first_token(moment: Any) -> None:
    sent = {"langfuse.observation.completion_start_time": moment}
    assert understood(sent)["first_token_ms"] is None
