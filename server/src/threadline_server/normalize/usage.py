"""Turn the many keys of token usage and cost into one report per span."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from threadline_server.model.attributes import Attributes, AttributeValue
from threadline_server.model.span import Cost, Tokens
from threadline_server.normalize.numbers import dollars, token_count

Number = TypeVar("Number", int, float)

INPUT_KEYS = (
    "gen_ai.usage.input_tokens",
    "gen_ai.usage.prompt_tokens",
    "llm.token_count.prompt",
)
OUTPUT_KEYS = (
    "gen_ai.usage.output_tokens",
    "gen_ai.usage.completion_tokens",
    "llm.token_count.completion",
)
CACHE_READ_KEYS = (
    "gen_ai.usage.cache_read.input_tokens",
    "gen_ai.usage.cache_read_input_tokens",
    "llm.token_count.prompt_details.cache_read",
)
CACHE_WRITE_KEYS = (
    "gen_ai.usage.cache_write.input_tokens",
    "gen_ai.usage.cache_creation.input_tokens",
    "gen_ai.usage.cache_creation_input_tokens",
    "llm.token_count.prompt_details.cache_write",
)
REASONING_KEYS = (
    "gen_ai.usage.reasoning.output_tokens",
    "gen_ai.usage.reasoning_tokens",
    "llm.token_count.completion_details.reasoning",
)
INPUT_COST_KEYS = ("gen_ai.usage.input_cost", "llm.cost.prompt")
OUTPUT_COST_KEYS = ("gen_ai.usage.output_cost", "llm.cost.completion")
TOTAL_COST_KEYS = (
    "gen_ai.usage.cost",
    "llm.cost.total",
    "operation.cost",
    "gen_ai.usage.total_cost",
)


def _first(
    attributes: Attributes,
    keys: tuple[str, ...],
    read: Callable[[AttributeValue], Number | None],
) -> Number | None:
    for key in keys:
        if key in attributes and (value := read(attributes[key])) is not None:
            return value
    return None


def tokens(attributes: Attributes) -> Tokens:
    """The tokens that a span reports, each the first of its keys that holds a usable number."""
    return Tokens(
        input=_first(attributes, INPUT_KEYS, token_count),
        output=_first(attributes, OUTPUT_KEYS, token_count),
        cache_read=_first(attributes, CACHE_READ_KEYS, token_count),
        cache_write=_first(attributes, CACHE_WRITE_KEYS, token_count),
        reasoning=_first(attributes, REASONING_KEYS, token_count),
    )


def cost(attributes: Attributes) -> Cost:
    """The US dollars that a span reports; a total that is absent is the sum of its parts."""
    input_cost = _first(attributes, INPUT_COST_KEYS, dollars)
    output_cost = _first(attributes, OUTPUT_COST_KEYS, dollars)
    total = _first(attributes, TOTAL_COST_KEYS, dollars)
    if total is None and (input_cost is not None or output_cost is not None):
        total = (input_cost or 0.0) + (output_cost or 0.0)
    return Cost(
        input=input_cost,
        output=output_cost,
        total=total,
        source=None if total is None else "reported",
    )
