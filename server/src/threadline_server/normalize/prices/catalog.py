"""Turn the price list that comes with the server (genai-prices) into prices by provider and model."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

from threadline_server.model.price import ListedPrice, Price, Rates
from threadline_server.model.time import NS_PER_SECOND

if TYPE_CHECKING:
    from genai_prices.types import (
        ModelInfo,
        ModelPrice,
        Provider,
        StartDateConstraint,
        TimeOfDateConstraint,
    )

    Condition = StartDateConstraint | TimeOfDateConstraint | None

NAME_LIMIT = 300
"""Longer names of models are nobody's; the list's expressions are not run over them."""

NO_PROVIDER = frozenset(
    {
        "",
        *("gateway", "unknown", "vercel"),
        *("ag2", "agno", "autogen", "beeai", "crewai", "google_adk", "haystack", "langchain"),
        *("litellm", "llama_index", "llamaindex", "mastra", "microsoft.agent_framework"),
        *("pydantic_ai", "semantic_kernel", "smolagents", "strands-agents"),
    }
)
"""What stands for a provider where a framework or a gateway does not know it."""

ANY_HOST = "openai"
"""The provider that OpenAI's client is said to have, whichever server it was pointed at."""

SOLE_SELLERS = frozenset({"anthropic", "google", "x-ai"})
"""Whose models, by their names, are nobody else's to serve at a price of their own. Open models are
served by many, and what a server of somebody's own asks for them nobody knows.
"""

_BEDROCK = re.compile(
    r"(?:[a-z-]+\.)?(?:ai21|amazon|anthropic|cohere|deepseek|meta|mistral|openai|qwen)\.[a-z]"
)
"""How Bedrock's names of models begin: a region perhaps, and the vendor."""

ALIASES = {
    "fireworks_ai": "fireworks",
    "genai": "google",
    "gcp": "google",
    "togetherai": "together",
    "x_ai": "x-ai",
}
"""Providers as instrumentations call them and the list does not."""

_PATHS = ("models/", "publishers/")
"""How Google's APIs begin the names of models, which then end in the name proper."""


@dataclass(frozen=True, slots=True)
class Offer:
    """The prices of one model, each with the condition under which it holds; the last that does
    counts, else the first.
    """

    prices: tuple[tuple[Condition, Price], ...]

    def at(self, time_ns: int) -> Price:
        """The price that holds at a time, in nanoseconds since 1970."""
        if len(self.prices) > 1:
            moment = datetime.fromtimestamp(time_ns / NS_PER_SECOND, UTC)
            for condition, price in reversed(self.prices):
                if condition is None or condition.active(moment):
                    return price
        return self.prices[0][1]


def catalog_version() -> str:
    """Which list it is."""
    return f"genai-prices {version('genai-prices')}"


def _providers() -> list[Provider]:
    # The list takes half a second and tens of megabytes: whoever prices nothing spares them.
    from genai_prices.data import providers

    return providers


def load() -> None:
    """Read the list, which happens else when the first price is looked for."""
    _providers()


def provider_of(name: str) -> str | None:
    """The id under which the list has a provider, whatever an instrumentation calls it."""
    found = _provider(name)
    return None if found is None else found.id


def _provider(name: str) -> Provider | None:
    from genai_prices.data_snapshot import find_provider_by_id

    plain = name.lower().strip()
    for each in (plain, plain.partition(".")[0]):
        if each and (found := find_provider_by_id(_providers(), ALIASES.get(each, each))):
            return found
    return None


def _by_model(model: str) -> Provider | None:
    """The provider to whom a model's name belongs, where no provider is named."""
    before, slash, _ = model.partition("/")
    if slash and (named := _provider(before)) is not None:
        return named
    if _BEDROCK.match(model):
        return _provider("aws")
    return next(
        (each for each in _providers() if each.model_match and each.model_match.is_match(model)),
        None,
    )


_APIS = (":completions", ":responses")
"""Which of OpenAI's APIs was asked, behind the name of a model as Mirascope writes it."""


def _names(provider: Provider, model: str) -> Iterator[str]:
    """The name as it is, then without what clients put around it."""
    yield model
    for api in _APIS:
        model = model.removesuffix(api)
    before, slash, rest = model.partition("/")
    if slash and (model.startswith(_PATHS) or _provider(before) is provider):
        yield rest.rpartition("/")[2] if model.startswith(_PATHS) else rest


def offer(provider: str | None, model: str) -> Offer | None:
    """What the list has for a model; None where the provider or the model is not in it.

    A provider that is named and not in the list sells at prices of its own, whatever the model.
    What OpenAI's client was pointed at is known by the model alone, where only its vendor sells it.
    """
    model = model.strip().lower()
    if not model or len(model) > NAME_LIMIT or len(provider or "") > NAME_LIMIT:
        return None
    named = provider is not None and provider.lower().strip() not in NO_PROVIDER
    seller = _provider(provider) if named and provider is not None else _by_model(model)
    if seller is None:
        return None
    found = _sold(seller, model)
    if found is None and seller.id == ANY_HOST:
        vendor = _by_model(model)
        if vendor is not None and vendor.id in SOLE_SELLERS:
            found = _sold(vendor, model)
    return found


def _sold(seller: Provider, model: str) -> Offer | None:
    for name in _names(seller, model):
        found = seller.find_model(name, all_providers=_providers())
        if found is not None:
            return _offer(found)
    return None


def _offer(model: ModelInfo) -> Offer | None:
    dated = _dated(model)
    prices = tuple(
        (condition, price) for condition, each in dated if (price := _price(each)) is not None
    )
    return Offer(prices) if len(prices) == len(dated) and prices else None


def _dated(model: ModelInfo) -> list[tuple[Condition, ModelPrice]]:
    if isinstance(model.prices, list):
        return [(each.constraint, each.prices) for each in model.prices]
    return [(None, model.prices)]


def _price(listed: ModelPrice) -> Price | None:
    """The price; None where a model is not sold by the token."""
    from genai_prices.types import TieredPrices

    starts = sorted(
        {
            tier.start
            for each in vars(listed).values()
            if isinstance(each, TieredPrices)
            for tier in each.tiers
        }
    )
    rates = _rates(listed, 0)
    if rates.input is None and rates.output is None:
        return None
    return Price(rates, tuple((start, _rates(listed, start + 1)) for start in starts))


def _rates(listed: ModelPrice, input_tokens: int) -> Rates:
    call = _rate(listed, "requests_kcount", input_tokens)
    return Rates(
        input=_rate(listed, "input_mtok", input_tokens),
        output=_rate(listed, "output_mtok", input_tokens),
        cache_read=_rate(listed, "cache_read_mtok", input_tokens),
        cache_write=_rate(listed, "cache_write_mtok", input_tokens),
        reasoning=_rate(listed, "output_reasoning_mtok", input_tokens),
        call=0.0 if call is None else call / 1_000,
    )


def _rate(listed: ModelPrice, key: str, input_tokens: int) -> float | None:
    from genai_prices.types import TieredPrices

    value = getattr(listed, key)
    if isinstance(value, TieredPrices):
        passed = [tier.price for tier in value.tiers if input_tokens > tier.start]
        value = passed[-1] if passed else value.base
    return None if value is None else float(value)


def listed(on: date) -> Iterator[ListedPrice]:
    """Every model of the list with the price that holds on a day, at noon UTC."""
    moment = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
    time_ns = int(moment.timestamp()) * NS_PER_SECOND
    for provider in _providers():
        for model in provider.models:
            if (found := _offer(model)) is not None:
                yield ListedPrice(model.id, provider.id, found.at(time_ns), "built_in")
