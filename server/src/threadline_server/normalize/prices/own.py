"""Turn the file of the user's own prices into prices, find those that match, and write it anew."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import orjson

from threadline_server.errors import ThreadlineError
from threadline_server.model.price import OwnPrice, Rates

KINDS = ("input", "output", "cache_read", "cache_write", "reasoning")
"""What a price says, in the order of the fields of `Rates`."""

RATE_LIMIT = 1e12
"""Dollars per million tokens: more is a slip of the pen."""

OWN_LIMIT = 10_000
"""Prices of one file."""


def read_own(file: Path) -> tuple[OwnPrice, ...]:
    """The prices of a file; none where there is no file.

    The file holds `{"prices": [{"model", "provider", "input", "output", "cache_read",
    "cache_write", "reasoning"}]}`, in US dollars per million tokens. Raises ThreadlineError where
    it cannot be understood: a price that is silently not applied would be worse.
    """
    try:
        document = orjson.loads(file.read_bytes())
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise _unusable(file, error.strerror or str(error)) from error
    except orjson.JSONDecodeError as error:
        raise _unusable(file, f"it is no JSON: {error}") from error
    entries = document.get("prices") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise _unusable(file, 'it is no object with a list of "prices"')
    if len(entries) > OWN_LIMIT:
        raise _unusable(file, f"it has {len(entries)} prices, and at most {OWN_LIMIT} are read")
    try:
        return tuple(own_price(entry) for entry in entries)
    except ValueError as error:
        raise _unusable(file, str(error)) from error


def _unusable(file: Path, why: str) -> ThreadlineError:
    return ThreadlineError(
        "prices_unusable",
        f"the prices in {file} cannot be used: {why}",
        hint="docs/prices.md says how it is written; `threadline prices set` writes it",
        status=500,
    )


def own_price(entry: Any) -> OwnPrice:
    """A price as JSON has it; raises ValueError where it is none."""
    if not isinstance(entry, dict):
        raise ValueError("a price is no object")  # noqa: TRY004  # of a file, not of an argument
    if unknown := sorted(set(entry) - {"model", "provider", *KINDS}):
        raise ValueError(f"a price has no {unknown[0]!r}")
    model, provider = entry.get("model"), entry.get("provider")
    if not isinstance(model, str) or not model.strip():
        raise ValueError("a price names no model")
    if "*" in model.strip()[:-1]:
        raise ValueError(f"{model!r}: a * stands at the end of a model's name")
    if provider is not None and (not isinstance(provider, str) or not provider.strip()):
        raise ValueError(f"the provider of {model!r} is no name")
    given = {kind: _rate(model, kind, entry.get(kind)) for kind in KINDS}
    rates = Rates(call=0.0, **given)
    if rates.input is None and rates.output is None:
        raise ValueError(f"{model!r} has a price for neither input nor output")
    return OwnPrice(model.strip(), provider and provider.strip(), rates)


def _rate(model: str, kind: str, value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= RATE_LIMIT:
        return float(value)
    raise ValueError(f"the price of {kind} of {model!r} is no amount of dollars: {value!r}")


def own_document(price: OwnPrice) -> dict[str, Any]:
    """A price as the file and REST write it, without what it does not say."""
    rates = {kind: getattr(price.rates, kind) for kind in KINDS}
    document = {"model": price.model, "provider": price.provider, **rates}
    return {key: value for key, value in document.items() if value is not None}


def write_own(file: Path, prices: Iterable[OwnPrice]) -> None:
    """Put prices in place of the file's, at once or not at all.

    Raises ThreadlineError where that is not possible.
    """
    text = orjson.dumps(
        {"prices": [own_document(price) for price in prices]}, option=orjson.OPT_INDENT_2
    )
    try:
        with tempfile.NamedTemporaryFile(dir=file.parent, prefix=file.name, delete=False) as fresh:
            fresh.write(text + b"\n")
            fresh.flush()
            os.fsync(fresh.fileno())
        Path(fresh.name).replace(file)
    except OSError as error:
        raise ThreadlineError(
            "prices_not_written",
            f"the prices cannot be written to {file}: {error.strerror or error}",
            hint="see that the folder exists and can be written to",
            status=500,
        ) from error


def same_key(left: OwnPrice, model: str, provider: str | None) -> bool:
    """Whether a price is the one for a model and provider as they are written."""
    return (left.model.lower(), (left.provider or "").lower()) == (
        model.strip().lower(),
        (provider or "").strip().lower(),
    )


def match(prices: Sequence[OwnPrice], sellers: Sequence[str], model: str) -> OwnPrice | None:
    """The price that fits best: a whole name before a beginning, a longer beginning before a
    shorter one, one for the provider before one for any. `sellers` are the provider's names.
    """
    name = model.strip().lower()
    fitting = [
        price
        for price in prices
        if (price.provider is None or price.provider.lower() in sellers)
        and _fits(price.model.lower(), name)
    ]
    return max(fitting, key=_closeness, default=None)


def _fits(pattern: str, name: str) -> bool:
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern


def _closeness(price: OwnPrice) -> tuple[bool, int, bool]:
    return (not price.model.endswith("*"), len(price.model), price.provider is not None)
