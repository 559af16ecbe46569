"""Turn integer nanoseconds since 1970 into ISO-8601 text and back."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache

NS_PER_SECOND = 1_000_000_000
NS_PER_MS = 1_000_000

Clock = Callable[[], int]
"""Gives the present as integer nanoseconds since 1970; tests pass their own."""

_ISO = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2}))?(?:\.(\d{1,9}))?)?"
    r"\s*(Z|z|[+-]\d{2}:?\d{2})?"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def now_ns() -> int:
    """The wall clock in nanoseconds since 1970."""
    return time.time_ns()


@lru_cache(maxsize=4096)
def _second_to_iso(second: int) -> str:
    return (_EPOCH + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%S")


def to_iso(time_ns: int) -> str:
    """ISO-8601 in UTC with nine decimals, as every time of the REST contract is written."""
    second, fraction = divmod(time_ns, NS_PER_SECOND)
    return f"{_second_to_iso(second)}.{fraction:09d}Z"


def from_iso(text: str) -> int:
    """Nanoseconds since 1970 of an ISO-8601 date or date-time; without a zone it is UTC.

    Raises ValueError for anything else.
    """
    match = _ISO.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"not an ISO-8601 time: {text!r}")
    day, minute, second, fraction, zone = match.groups()
    whole = datetime.fromisoformat(f"{day}T{minute or '00:00'}:{second or '00'}")
    if zone and zone not in "Zz":
        sign = -1 if zone[0] == "-" else 1
        digits = zone[1:].replace(":", "")
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        whole -= sign * offset
    seconds = (whole.replace(tzinfo=UTC) - _EPOCH) // timedelta(seconds=1)
    return seconds * NS_PER_SECOND + int((fraction or "0").ljust(9, "0"))


def to_ms(duration_ns: int) -> float:
    """Milliseconds with decimals, as every duration of the REST contract is written."""
    return duration_ns / NS_PER_MS
