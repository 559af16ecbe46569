"""Turn lists of block numbers into few bytes and back."""

from __future__ import annotations

from collections.abc import Iterable


def pack_refs(numbers: Iterable[int]) -> bytes:
    """Each number in seven-bit groups, the lowest first."""
    packed = bytearray()
    for number in numbers:
        rest = number
        while rest > 0x7F:
            packed.append(rest & 0x7F | 0x80)
            rest >>= 7
        packed.append(rest)
    return bytes(packed)


def unpack_refs(packed: bytes) -> list[int]:
    """What `pack_refs` was given."""
    numbers = []
    number = shift = 0
    for byte in packed:
        number |= (byte & 0x7F) << shift
        if byte & 0x80:
            shift += 7
        else:
            numbers.append(number)
            number = shift = 0
    return numbers
