"""What a model's tokens cost: rates, the tiers beyond which others hold, and whose word it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Rates:
    """US dollars per million tokens of each kind, and per call; None where a kind has no own rate.

    Cached input without a rate costs what other input does, and reasoning what other output does.
    """

    input: float | None = None
    output: float | None = None
    cache_read: float | None = None
    cache_write: float | None = None
    reasoning: float | None = None
    call: float = 0.0


@dataclass(frozen=True, slots=True)
class Price:
    """What calls of a model cost. `tiers` are numbers of input tokens, ascending, each with the
    rates of a call that has more, for all of its tokens.
    """

    rates: Rates
    tiers: tuple[tuple[int, Rates], ...] = ()


@dataclass(frozen=True, slots=True)
class OwnPrice:
    """A price that the user set.

    `model` is a name, or the beginning of one before a closing `*`; `provider` None is any.
    """

    model: str
    provider: str | None
    rates: Rates


@dataclass(frozen=True, slots=True)
class ListedPrice:
    """A price as it stands in the list, and whose it is."""

    model: str
    provider: str | None
    price: Price
    source: Literal["own", "built_in"]
