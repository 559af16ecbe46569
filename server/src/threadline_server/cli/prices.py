"""`threadline prices`: show what models cost, and set own prices."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any

import cyclopts
import orjson
from cyclopts import Parameter

from threadline_server.cli.target import HERE, Target

app = cyclopts.App(name="prices")

Switch = Annotated[bool, Parameter(negative="")]

COLUMNS = ("input", "output", "cache_read", "cache_write", "reasoning")
NUMBERS = tuple(column.replace("_", " ") for column in COLUMNS)


@app.default
def show(
    model: str = "",
    *,
    provider: str | None = None,
    own: Switch = False,
    json: Switch = False,
    target: Target = HERE,
) -> int:
    """Show what models cost, in US dollars per million tokens; own prices first.

    Parameters
    ----------
    model
        Only models whose names contain this.
    provider
        Only this provider's.
    own
        Only prices of your own.
    json
        Print one JSON document.
    """
    query = {"model": model or None, "provider": provider, "own": own or None}
    document = _ask(target, "GET", query=query)
    if json:
        print(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())
        return 0
    for line in table(document["items"]):
        print(line)
    print(f"\nUS dollars per million tokens, from {document['catalog']} and your own prices.")
    return 0


@app.command(name="set")
def put(
    model: str,
    *,
    provider: str | None = None,
    input: float | None = None,  # noqa: A002  # the flag's name
    output: float | None = None,
    cache_read: float | None = None,
    cache_write: float | None = None,
    reasoning: float | None = None,
    target: Target = HERE,
) -> int:
    """Set a price of your own, in US dollars per million tokens; it goes before the list's.

    It holds for spans that come in from now on; `threadline reprice` applies it to the others.

    Parameters
    ----------
    model
        A model's name, or the beginning of names before a closing `*`, as `gpt-4o*`.
    provider
        Only for this provider; without it, for any.
    input
        Input that is neither read from the cache nor written to it.
    output
        Output without reasoning.
    cache_read
        Input read from the cache; without it, what other input costs.
    cache_write
        Input written to the cache; without it, what other input costs.
    reasoning
        Reasoning; without it, what other output costs.
    """
    rates = {
        "input": input,
        "output": output,
        "cache_read": cache_read,
        "cache_write": cache_write,
        "reasoning": reasoning,
    }
    body = {"model": model, "provider": provider, **rates}
    kept = _ask(target, "PUT", body=body)
    for line in table([kept]):
        print(line)
    print("\nSpans that are stored keep their cost until `threadline reprice`.")
    return 0


@app.command
def unset(
    model: str,
    *,
    provider: str | None = None,
    target: Target = HERE,
) -> int:
    """Take a price of your own away; what the list says holds again.

    Parameters
    ----------
    model
        The name as it was set, its * included.
    provider
        The provider as it was set.
    """
    _ask(target, "DELETE", query={"model": model, "provider": provider})
    print("Spans that are stored keep their cost until `threadline reprice`.")
    return 0


def _ask(
    target: Target,
    method: str,
    *,
    query: Mapping[str, Any] | None = None,
    body: Mapping[str, Any] | None = None,
) -> Any:
    from threadline_server.cli.server import connected

    async def ask() -> Any:
        async with connected(target) as server:
            return await server.ask(method, "/prices", query=query, body=body)

    return asyncio.run(ask())


def table(prices: list[dict[str, Any]]) -> list[str]:
    """Prices as lines of aligned columns, and what is special about one at its end."""
    head = ("model", "provider", *NUMBERS, "")
    rows = [head, *map(_cells, prices)]
    widths = [max(len(row[index]) for row in rows) for index in range(len(head))]
    return [
        "  ".join(
            cell.rjust(width) if head[index] in NUMBERS else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _cells(price: dict[str, Any]) -> tuple[str, ...]:
    rates = ("-" if price[column] is None else f"{price[column]:g}" for column in COLUMNS)
    marks = [
        *(["own"] if price["source"] == "own" else []),
        *(f"more beyond {tier['above_input_tokens']:,} input" for tier in price["tiers"][:1]),
        *([f"and {price['call']:g} a call"] if price["call"] else []),
    ]
    return (price["model"], price["provider"] or "any", *rates, ", ".join(marks))
