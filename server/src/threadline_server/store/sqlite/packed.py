"""Turn lists of block numbers into few bytes and back."""

from __future__ import annotations

from collections.abc import Iterable


def pack_refs(numbers: Iterable[int]) -> bytes:
    """Each number as its distance from the one before, so that what arrived together, and the
    history that a call repeats, take a byte or two each: zigzag, then seven-bit groups, the lowest
    first.
    """
    packed = bytearray()
    before = 0
    for number in numbers:
        distance = number - before
        before = number
        rest = distance << 1 if distance >= 0 else (-distance << 1) - 1
        while rest > 0x7F:
            packed.append(rest & 0x7F | 0x80)
            rest >>= 7
        packed.append(rest)
    return bytes(packed)


def unpack_refs(packed: bytes) -> list[int]:
    """What `pack_refs` was given."""
    numbers = []
    number = rest = shift = 0
    for byte in packed:
        rest |= (byte & 0x7F) << shift
        if byte & 0x80:
            shift += 7
            continue
        number += -((rest + 1) >> 1) if rest & 1 else rest >> 1
        numbers.append(number)
        rest = shift = 0
    return numbers
