"""Turn tokens and a price into US dollars."""

from __future__ import annotations

from threadline_server.model.price import Price, Rates
from threadline_server.model.span import Cost, Tokens

DECIMALS = 12
"""Dollars are rounded here: a millionth of the least price of a token, and far from float noise."""


def computed_cost(tokens: Tokens, price: Price) -> Cost:
    """What a call with these tokens cost; unknown where it has tokens of a kind without a rate.

    Cached tokens and reasoning are parts of input and output, and priced apart from the rest.
    """
    asked, answered = tokens.input or 0, tokens.output or 0
    rates = _rates(price, asked)
    read, written = tokens.cache_read or 0, tokens.cache_write or 0
    reasoned = tokens.reasoning or 0
    spent = _sum(
        (max(asked - read - written, 0), rates.input),
        (read, _else(rates.cache_read, rates.input)),
        (written, _else(rates.cache_write, rates.input)),
    )
    made = _sum(
        (max(answered - reasoned, 0), rates.output),
        (reasoned, _else(rates.reasoning, rates.output)),
    )
    if spent is None or made is None:
        return Cost()
    return Cost(
        input=round(spent, DECIMALS),
        output=round(made, DECIMALS),
        total=round(spent + made + rates.call, DECIMALS),
        source="computed",
    )


def _rates(price: Price, input_tokens: int) -> Rates:
    rates = price.rates
    for above, tier in price.tiers:
        if input_tokens <= above:
            break
        rates = tier
    return rates


def _else(rate: float | None, general: float | None) -> float | None:
    return general if rate is None else rate


def _sum(*parts: tuple[int, float | None]) -> float | None:
    """Dollars of tokens at their rates per million; None where some have no rate."""
    dollars = 0.0
    for count, rate in parts:
        if count and rate is None:
            return None
        dollars += count * (rate or 0.0)
    return dollars / 1_000_000
