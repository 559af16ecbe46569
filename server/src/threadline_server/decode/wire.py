"""Take protobuf bytes apart into fields without knowing their meaning.

Only for messages that the real parser refuses, and for counting: it works on the wire format of
https://protobuf.dev/programming-guides/encoding/ and is slower by far.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
_FIXED_LENGTH = {FIXED64: 8, FIXED32: 4}
_LONGEST_VARINT = 10


class BrokenWireError(Exception):
    """Bytes that are no protobuf message; its message says what is wrong."""


@dataclass(slots=True)
class Field:
    """One field as it lies on the wire: `payload` of a BYTES field, `raw` with tag and length."""

    number: int
    kind: int
    payload: memoryview
    raw: memoryview


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for index in range(_LONGEST_VARINT):
        if at + index >= len(data):
            raise BrokenWireError("it ends within a number")
        byte = data[at + index]
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value, at + index + 1
    raise BrokenWireError("it has a number of over ten bytes")


def fields(data: memoryview) -> Iterator[Field]:
    """Every field of a message in order; raises BrokenWireError where the bytes make no sense."""
    at = 0
    while at < len(data):
        start = at
        tag, at = _varint(data, at)
        kind = tag & 7
        if tag >> 3 == 0:
            raise BrokenWireError("it has a field without number")
        if kind == VARINT:
            _, end = _varint(data, at)
            payload = data[at:end]
        elif kind == BYTES:
            length, at = _varint(data, at)
            end = at + length
            payload = data[at:end]
        elif kind in _FIXED_LENGTH:
            end = at + _FIXED_LENGTH[kind]
            payload = data[at:end]
        else:
            raise BrokenWireError(f"it has a field of unknown kind {kind}")
        if end > len(data):
            raise BrokenWireError("it ends within a field")
        at = end
        yield Field(tag >> 3, kind, payload, data[start:end])


def encoded(number: int, payload: bytes) -> bytes:
    """A BYTES field with a payload, as it lies on the wire."""
    return _as_varint(number << 3 | BYTES) + _as_varint(len(payload)) + payload


def _as_varint(value: int) -> bytes:
    result = bytearray()
    while value > 0x7F:
        result.append(value & 0x7F | 0x80)
        value >>= 7
    result.append(value)
    return bytes(result)


def count(data: memoryview, path: tuple[int, ...]) -> int:
    """How many BYTES fields lie at the end of a path of field numbers."""
    number, *rest = path
    found = (field for field in fields(data) if field.number == number and field.kind == BYTES)
    if not rest:
        return sum(1 for _ in found)
    return sum(count(field.payload, tuple(rest)) for field in found)
