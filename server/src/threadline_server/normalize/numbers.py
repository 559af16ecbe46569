"""Turn reported tokens and costs into numbers that can be summed, or into None."""

from __future__ import annotations

import math

from threadline_server.model.attributes import AttributeValue

TOKEN_LIMIT = 2**53


def token_count(value: AttributeValue) -> int | None:
    """A count of tokens: a whole number from 0 and below 2^53, else None (design rule 12)."""
    if type(value) is int:
        return value if 0 <= value < TOKEN_LIMIT else None
    if type(value) is float and value.is_integer():
        return int(value) if 0 <= value < TOKEN_LIMIT else None
    return None


def _amount(value: AttributeValue) -> float | None:
    if type(value) is not float and type(value) is not int:
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
