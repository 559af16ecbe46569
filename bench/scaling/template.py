"""Turns a serialised request into pieces with gaps, and fills the gaps: a trace in microseconds.

Every value that differs from trace to trace has a fixed length, so what was serialised once stays
valid protobuf whatever is put in.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass

PIECE = 64
"""Bytes of one piece of text."""

TOKENS = 2
"""Words of its own that a trace says: that of its question, and of the one before."""

_GAP = re.compile(rb"\xf5(.)([\x80-\xbf])([\x80-\xbf])\xf6*\xf7", re.DOTALL)
_KINDS = {"trace": 65, "span": 66, "time": 67, "session": 68, "user": 69, "piece": 70, "token": 71}
_LENGTHS = {
    "trace": 16,
    "span": 8,
    "time": 8,
    "session": 20,
    "user": 10,
    "piece": PIECE,
    "token": 12,
}


def gap(kind: str, number: int = 0) -> bytes:
    """What stands for a value of its kind until it is filled in; the same number, the same value."""
    # Only bytes that JSON leaves as they are.
    marks = bytes([_KINDS[kind], 0x80 | number >> 6, 0x80 | number & 63])
    return b"\xf5" + marks + b"\xf6" * (_LENGTHS[kind] - 5) + b"\xf7"


def time_gap(number: int) -> int:
    """The gap of a point in time, as the fixed64 that protobuf writes for it."""
    return int(struct.unpack("<Q", gap("time", number))[0])


@dataclass(slots=True)
class Values:
    """What one trace is filled with, each list by the numbers of its gaps."""

    trace: bytes
    spans: Sequence[bytes]
    times: Sequence[bytes]
    session: bytes
    user: bytes
    pieces: Sequence[bytes]
    tokens: Sequence[bytes]

    def flat(self) -> list[bytes]:
        """All values in one list, in the order that `Template` counts them in."""
        fixed = (self.trace, self.session, self.user)
        return [*fixed, *self.tokens, *self.spans, *self.times, *self.pieces]


class Template:
    """A serialised text with gaps."""

    def __init__(self, serialised: bytes, spans: int, times: int, pieces: int) -> None:
        self.spans, self.times, self.pieces = spans, times, pieces
        starts = {"trace": 0, "session": 1, "user": 2, "token": 3}
        first = 3 + TOKENS
        starts |= {"span": first, "time": first + spans, "piece": first + spans + times}
        names = {number: name for name, number in _KINDS.items()}
        self._parts: list[bytes] = []
        self._gaps: list[int] = []
        reached = 0
        for found in _GAP.finditer(serialised):
            self._parts.append(serialised[reached : found.start()])
            number = (found[2][0] & 63) << 6 | found[3][0] & 63
            self._gaps.append(starts[names[found[1][0]]] + number)
            reached = found.end()
        self._last = serialised[reached:]

    def fill(self, values: Values) -> bytes:
        """The text with these values in its gaps."""
        flat = values.flat()
        joined = [b""] * (2 * len(self._gaps))
        joined[::2] = self._parts
        joined[1::2] = [flat[number] for number in self._gaps]
        return b"".join(joined) + self._last
