"""Turn dollars into integers whose sums are exact, so that no order of arrival shows in them."""

from __future__ import annotations

import sys

_DIGITS = 1074
"""Binary digits after the point of the finest double, and so enough for every one."""

_UNIT = 1 << _DIGITS


def exact(dollars: float) -> int:
    """So many dollars in units of 2 to the power of -1074."""
    numerator, denominator = dollars.as_integer_ratio()
    return numerator << (_DIGITS + 1 - denominator.bit_length())


def rounded(units: int) -> float:
    """The double next to a sum of such units; at most the greatest that there is."""
    try:
        return units / _UNIT
    except OverflowError:
        return sys.float_info.max
