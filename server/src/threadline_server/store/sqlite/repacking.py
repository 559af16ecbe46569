"""Turn lists of references as earlier versions packed them into today's, for migrations."""

from __future__ import annotations

from typing import Any

import apsw

from threadline_server.store.sqlite.packed import pack_refs, unpack_refs


def _numbers(packed: bytes) -> list[int]:
    """The numbers of a list that held each in seven-bit groups, the lowest first."""
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


def _first_ref(*arguments: Any) -> int:
    return _numbers(arguments[0])[0]


def _first_ref_by_distance(*arguments: Any) -> int:
    return unpack_refs(arguments[0])[0]


def _refs_by_distance(*arguments: Any) -> bytes | None:
    packed, skipped = arguments
    return None if packed is None else pack_refs(_numbers(packed)[skipped:])


def add_repacking(connection: apsw.Connection) -> None:
    """Give a connection the functions that migrations call."""
    connection.create_scalar_function("first_ref", _first_ref, 1)
    connection.create_scalar_function("first_ref_by_distance", _first_ref_by_distance, 1)
    connection.create_scalar_function("refs_by_distance", _refs_by_distance, 2)
