"""Turn a model's tokens into US dollars, and texts into the tokens that they roughly are."""

from __future__ import annotations

import math
from dataclasses import dataclass

CHARACTERS_PER_TOKEN = 3.8
"""What English prose, JSON and code come to, one with another."""


@dataclass(frozen=True, slots=True)
class Model:
    """Who serves a model, what a million tokens cost, and how fast it writes.

    `write_factor` is what a token that goes into the provider's cache costs over a plain one; 0 where
    caching is automatic and free. A model that nobody charges for has no prices.
    """

    provider: str
    input_price: float | None
    output_price: float | None
    read_factor: float = 0.1
    write_factor: float = 0.0
    tokens_per_second: float = 80.0
    first_token_ms: int = 520


MODELS: dict[str, Model] = {
    "claude-sonnet-4-5": Model("anthropic", 3, 15, write_factor=1.25, tokens_per_second=72),
    "claude-haiku-4-5": Model(
        "anthropic", 1, 5, write_factor=1.25, tokens_per_second=140, first_token_ms=310
    ),
    "gpt-5": Model("openai", 1.25, 10, tokens_per_second=88, first_token_ms=840),
    "gpt-5-mini": Model("openai", 0.25, 2, tokens_per_second=150, first_token_ms=400),
    "text-embedding-3-small": Model("openai", 0.02, 0),
    "qwen3-30b-a3b": Model("vllm", None, None, tokens_per_second=58, first_token_ms=240),
}
"""The models of the stories, with list prices in US dollars per million tokens."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call; `input` includes what was read from the cache and written to it."""

    input: int
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0
    reasoning: int = 0


def tokens(text: str) -> int:
    """About how many tokens a text is; none only where there is no text."""
    return math.ceil(len(text) / CHARACTERS_PER_TOKEN)


def cost(model: Model, usage: Usage) -> tuple[float, float] | None:
    """Dollars for input and for output; None where the model has no price."""
    if model.input_price is None or model.output_price is None:
        return None
    plain = usage.input - usage.cache_read - usage.cache_write
    weighed = plain + usage.cache_read * model.read_factor + usage.cache_write * model.write_factor
    return weighed * model.input_price / 1e6, usage.output * model.output_price / 1e6
