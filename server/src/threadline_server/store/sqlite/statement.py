"""Run one statement and give its rows as tuples of whatever the columns hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import apsw

Row: TypeAlias = tuple[Any, ...]


def one(connection: apsw.Connection, sql: str, bindings: Sequence[Any] = ()) -> Row | None:
    """The first row, or None."""
    return connection.execute(sql, tuple(bindings)).fetchone()


def many(connection: apsw.Connection, sql: str, bindings: Sequence[Any] = ()) -> Iterator[Row]:
    """Every row, read as they are asked for."""
    return iter(connection.execute(sql, tuple(bindings)))


def value(connection: apsw.Connection, sql: str, bindings: Sequence[Any] = ()) -> Any:
    """The first column of the first row, or None."""
    row = one(connection, sql, bindings)
    return None if row is None else row[0]
