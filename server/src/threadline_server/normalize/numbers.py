"""Turn reported tokens and costs into numbers that can be summed, or into None."""

from __future__ import annotations

import math

from threadline_server.model.attributes import AttributeValue

TOKEN_LIMIT = 2**53


def token_count(value: AttributeValue) -> int | None:
    """A count of tokens: a whole number from 0 and below 2^53, else None (design rule 12)."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float) and not value.is_integer():
        return None
    return int(value) if 0 <= value < TOKEN_LIMIT else None


def _amount(value: AttributeValue) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        amount = float(value)
    except OverflowError:
        return None
    return amount if math.isfinite(amount) and amount >= 0 else None


def dollars(value: AttributeValue) -> float | None:
    """A cost in US dollars: finite and not negative, else None (design rule 12)."""
    return _amount(value)


def seconds(value: AttributeValue) -> float | None:
    """A time that something took: finite and not negative, else None."""
    return _amount(value)
