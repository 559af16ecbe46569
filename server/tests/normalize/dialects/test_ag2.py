"""AG2's spans: https://github.com/ag2ai/ag2/blob/main/ag2/_telemetry_consts.py."""

from __future__ import annotations

import pytest
from normalize.dialects.convention import Order, Row, each, order, says, understood

CALL = {
    "ag2.span.type": "usage",
    "gen_ai.response.model": "gpt-4o-mini",
    "gen_ai.provider.name": "openai",
    "gen_ai.usage.input_tokens": 11,
    "gen_ai.usage.output_tokens": 7,
}

ROWS = (
    says("ag2.span.type", "agent", type="agent"),
    says("ag2.usage.kind", "model_call", CALL, input_tokens=None, output_tokens=None),
    says("ag2.usage.total_tokens", 18, {"gen_ai.usage.input_tokens": 11}, output_tokens=7),
    says(
        "gen_ai.usage.thinking_tokens",
        5,
        {"gen_ai.usage.output_tokens": 12},
        reasoning_tokens=5,
    ),
    says("ag2.human_input.prompt", "Which city?", input="Which city?"),
    says("ag2.human_input.response", "Paris.", output="Paris."),
)

ORDERS: tuple[Order, ...] = (order("type", "ag2.span.type"),)


@each(ROWS)
def test_an_attribute_means_what_its_convention_says(row: Row) -> None:
    row.check()


@each(ORDERS)
def test_of_two_attributes_the_stronger_is_believed(order: Order) -> None:
    order.check(ROWS)


@pytest.mark.parametrize(
    ("said", "becomes"),
    [("llm", "llm"), ("tool", "tool"), ("task", "chain"), ("usage", "span"), ("later", "llm")],
)
def test_what_keeps_account_of_a_call_is_none(said: str, becomes: str) -> None:
    assert understood({**CALL, "ag2.span.type": said})["type"] == becomes


@pytest.mark.parametrize("kind", ["subtask", "compaction", "aggregation"])
def test_an_account_of_what_has_no_span_counts(kind: str) -> None:
    found = understood({**CALL, "ag2.usage.kind": kind})
    assert (found["input_tokens"], found["output_tokens"]) == (11, 7)
