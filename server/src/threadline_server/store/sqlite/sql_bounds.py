"""Turn what users compare columns with into bounds of the columns that are stored.

A bound may let in more than was asked for, never less: the engine compares what comes through once
more, by the value that users see.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from threadline_server.model.time import NS_PER_MS, NS_PER_SECOND, from_iso

EQ, GT, LE, LT, GE = 2, 4, 8, 16, 32
"""SQLite's numbers of the comparisons that a virtual table is offered."""

_ZEROS = "T00:00:00.000000000Z"
_PREFIX = re.compile(r"\d{4}-\d\d-\d\d(T\d\d(:\d\d(:\d\d(\.\d{1,9}Z?)?)?)?)?")
_DAY_NS = 24 * 3600 * NS_PER_SECOND
_INTEGERS = range(-(1 << 63), 1 << 63)


@dataclass(frozen=True, slots=True)
class Bound:
    """What a stored column must be: SQL after its name, and the values in it."""

    sql: str
    values: tuple[Any, ...] = ()


ANYTHING = None
NOTHING = Bound("IS NULL AND 0")
_SIGNS = {EQ: "= ?", GT: "> ?", GE: ">= ?", LT: "< ?", LE: "<= ?"}

Bounds = Callable[[int, Any], Bound | None]
"""The bound that a comparison with a value gives; None where it gives none."""


def text(comparison: int, value: Any) -> Bound | None:
    """Of a text that is stored as it is shown; an integer is compared as text, as SQLite does."""
    if isinstance(value, int):
        value = str(value)
    return Bound(_SIGNS[comparison], (value,)) if isinstance(value, str) else ANYTHING


def number(comparison: int, value: Any) -> Bound | None:
    """Of a number that is stored as it is shown."""
    return Bound(_SIGNS[comparison], (value,)) if isinstance(value, int | float) else ANYTHING


def identity(comparison: int, value: Any) -> Bound | None:
    """Of an id that is stored as bytes and shown as hex: only what is equal is looked for."""
    if comparison != EQ or not isinstance(value, str):
        return ANYTHING
    try:
        data = bytes.fromhex(value)
    except ValueError:
        return NOTHING
    return Bound("= ?", (data,)) if data.hex() == value else NOTHING


def _between(lowest: int, highest: int, comparison: int) -> Bound:
    if comparison == EQ:
        return Bound("BETWEEN ? AND ?", (_clamped(lowest), _clamped(highest)))
    if comparison in (GT, GE):
        return Bound(">= ?", (_clamped(lowest),))
    return Bound("<= ?", (_clamped(highest),))


def _clamped(value: int) -> int:
    return min(max(value, _INTEGERS.start), _INTEGERS.stop - 1)


def duration(comparison: int, value: Any) -> Bound | None:
    """Of a duration that is stored as nanoseconds and shown as milliseconds."""
    if not isinstance(value, int | float) or not math.isfinite(exact := float(value) * NS_PER_MS):
        return ANYTHING
    # A double is exact to one part in 2^53; a little more is let through.
    slack = abs(exact) * 1e-15 + 1
    return _between(math.floor(exact - slack), math.ceil(exact + slack), comparison)


def _moments(shown: str) -> tuple[int, int] | None:
    """Between which nanoseconds a text falls that is compared with times, as texts are compared:
    a time whose text is not before it is not before the first, and one whose text is not after it
    not after the second. None where its beginning is no day.
    """
    try:
        if _PREFIX.fullmatch(shown):
            exact = from_iso(shown + _ZEROS[len(shown) - 10 :])
            return exact, exact
        day = from_iso(shown[:10]) if _PREFIX.fullmatch(shown[:10]) else None
    except (ValueError, OverflowError):
        return None
    return None if day is None else (day, day + _DAY_NS)


def time(comparison: int, value: Any) -> Bound | None:
    """Of a time that is stored as nanoseconds and shown as ISO 8601."""
    moments = _moments(value) if isinstance(value, str) else None
    return ANYTHING if moments is None else _between(*moments, comparison)
