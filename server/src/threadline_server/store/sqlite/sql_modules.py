"""Show one project of a store as virtual tables, which are all that SQL of users can read.

A query of users runs on a connection of its own to an empty database in memory. What it knows of
the store are four virtual tables; each reads the stored ones by statements of ours, with the number
of the project in them, on a connection that users never reach.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import apsw
import orjson

from threadline_server.store.sql import SQL_TABLES, SqlTable
from threadline_server.store.sqlite.sql_bounds import EQ, GE, GT, LE, LT
from threadline_server.store.sqlite.sql_content import (
    ShownMessage,
    SpanContent,
    Understanding,
    content_of,
)
from threadline_server.store.sqlite.sql_tables import TABLES, StoredTable, statement

_COMPARISONS = frozenset({EQ, GT, GE, LT, LE})
_CONTENT_COST = 100
"""How many times a row costs whose content is read, compared with one that is stored as such."""

_RANGE_KEEPS = 0.25
_EQUAL_KEEPS = 0.1
_MESSAGES_OF_SPAN = 1 << 24
"""More messages than any span can have: the number of a message is made of its span's."""

Row: TypeAlias = tuple[Any, ...]


@dataclass(slots=True)
class ProjectView:
    """One project in one snapshot of a store."""

    connection: apsw.Connection
    project: int
    understanding: Understanding

    def content(self, trace_id: str, span_id: str) -> SpanContent:
        """The content of one of its spans."""
        return content_of(self.connection, self.understanding, self.project, trace_id, span_id)


class Module:
    """A virtual table of one of the four names."""

    def __init__(self, name: SqlTable, view: ProjectView) -> None:
        self._name = name
        self._view = view

    def Connect(self, *_: Any) -> tuple[str, Table]:  # noqa: N802  # apsw's name
        """The columns as SQL declares them, and the table."""
        columns = ", ".join(
            f'"{name}" {column.type}' for name, column in SQL_TABLES[self._name].items()
        )
        return f"CREATE TABLE {self._name} ({columns})", Table(self._name, self._view)

    Create = Connect


class Table:
    """Plans how rows are read, and reads them."""

    def __init__(self, name: SqlTable, view: ProjectView) -> None:
        self._name = name
        self._view = view
        self._stored = TABLES[name]
        self._names = list(SQL_TABLES[name])

    def BestIndexObject(self, asked: apsw.IndexInfo) -> bool:  # noqa: N802  # apsw's name
        """Take over what the store can compare and sort; the plan goes on as JSON."""
        columns = self._stored.columns
        where: list[tuple[str, int]] = []
        rows = float(self._stored.rows)
        for index in range(asked.nConstraint):
            number = asked.get_aConstraint_iColumn(index)
            comparison = asked.get_aConstraint_op(index)
            if (
                number < 0
                or comparison not in _COMPARISONS
                or not asked.get_aConstraint_usable(index)
                or asked.get_aConstraint_collation(index) != "BINARY"
                or (column := columns.get(self._names[number])) is None
            ):
                continue
            where.append((self._names[number], comparison))
            asked.set_aConstraintUsage_argvIndex(index, len(where))
            if comparison == EQ and column.found_by is not None:
                rows = min(rows, column.found_by)
            else:
                rows *= _EQUAL_KEEPS if comparison == EQ else _RANGE_KEEPS
        order = [
            (self._names[number], asked.get_aOrderBy_desc(index))
            for index in range(asked.nOrderBy)
            if (number := asked.get_aOrderBy_iColumn(index)) >= 0 and self._names[number] in columns
        ]
        if len(order) == asked.nOrderBy:
            asked.orderByConsumed = True
        else:
            order = []
        used = [name for number, name in enumerate(self._names) if number in asked.colUsed]
        dear = self._name == "messages" or any(name not in columns for name in used)
        asked.estimatedRows = max(int(rows), 1)
        asked.estimatedCost = max(rows, 1) * (_CONTENT_COST if dear else 1)
        asked.idxStr = orjson.dumps([used, where, order]).decode()
        return True

    def Open(self) -> Cursor:  # noqa: N802  # apsw's name
        """Something that reads the rows once or more."""
        if self._name == "messages":
            return MessageCursor(self._view, self._stored, self._names)
        return Cursor(self._view, self._stored, self._names)

    def Disconnect(self) -> None:  # noqa: N802  # apsw's name
        """Nothing is held."""

    Destroy = Disconnect


class Cursor:
    """Reads the rows of a table that a plan asks for."""

    def __init__(self, view: ProjectView, stored: StoredTable, names: list[str]) -> None:
        self._view = view
        self._stored = stored
        self._names = names
        self._rows: Iterator[Row] = iter(())
        self._row: Row | None = None
        # Where the value of each column is in a row, and how it is shown.
        self._places: dict[int, tuple[int, Any]] = {}
        self._place_of: dict[str, int] = {}
        self._content: SpanContent | None = None
        self._always_opens = False

    def Filter(self, _: int, plan: str, values: tuple[Any, ...]) -> None:  # noqa: N802  # apsw's
        """Begin to read: the plan, and the values that columns are compared with."""
        used, where, order = orjson.loads(plan)
        columns = self._stored.columns
        selected = [name for name in used if name in columns]
        if self._always_opens or len(selected) < len(used):
            selected += [name for name in ("trace_id", "span_id") if name not in selected]
        self._place_of = {name: place for place, name in enumerate(selected, 1)}
        self._places = {
            number: (self._place_of[name], columns[name].shown)
            for number, name in enumerate(self._names)
            if name in self._place_of
        }
        bounds = []
        for (name, comparison), value in zip(where, values, strict=True):
            bound = columns[name].bounds(comparison, value)
            if bound is not None:
                bounds.append(((name, comparison), bound))
        sql, bindings = statement(self._stored, selected, bounds, order)
        self._rows = self._view.connection.execute(sql, (self._view.project, *bindings))
        self.Next()

    def Next(self) -> None:  # noqa: N802  # apsw's name
        """Go on to the next row."""
        self._row = next(self._rows, None)
        self._content = None

    def Eof(self) -> bool:  # noqa: N802  # apsw's name
        """Whether there is no row any more."""
        return self._row is None

    def Column(self, number: int) -> Any:  # noqa: N802  # apsw's name
        """One value of the row; -1 is its number."""
        row = self._row
        assert row is not None  # the engine asks for Eof first
        if number < 0:
            return self.Rowid()
        found = self._places.get(number)
        if found is None:
            return self._read(self._names[number])
        value = row[found[0]]
        return None if value is None else found[1](value)

    def _read(self, name: str) -> Any:
        """A column that is not stored as such."""
        return self._opened().value(name)

    def _opened(self) -> SpanContent:
        if self._content is None:
            assert self._row is not None  # as above
            trace_id, span_id = (
                self._row[self._place_of[name]] for name in ("trace_id", "span_id")
            )
            self._content = self._view.content(trace_id.hex(), span_id.hex())
        return self._content

    def Rowid(self) -> int:  # noqa: N802  # apsw's name
        """The number of the row, which no other has."""
        assert self._row is not None  # as above
        number: int = self._row[0]
        return number

    def Close(self) -> None:  # noqa: N802  # apsw's name
        """Let the rows go."""
        self._rows = iter(())


class MessageCursor(Cursor):
    """Reads the messages of the spans that a plan asks for."""

    def __init__(self, view: ProjectView, stored: StoredTable, names: list[str]) -> None:
        super().__init__(view, stored, names)
        self._always_opens = True
        self._messages: Iterator[tuple[int, ShownMessage]] = iter(())
        self._message: tuple[int, ShownMessage] | None = None

    def Filter(self, number: int, plan: str, values: tuple[Any, ...]) -> None:  # noqa: N802  # apsw's
        """Begin to read."""
        self._messages = iter(())
        super().Filter(number, plan, values)

    def Next(self) -> None:  # noqa: N802  # apsw's name
        """Go on to the next message, of the next span where this one has no more."""
        self._message = next(self._messages, None)
        while self._message is None:
            super().Next()
            if self._row is None:
                return
            self._messages = enumerate(self._opened().messages())
            self._message = next(self._messages, None)

    def _read(self, name: str) -> Any:
        assert self._message is not None  # the engine asks for Eof first
        return self._message[1].value(name)

    def Rowid(self) -> int:  # noqa: N802  # apsw's name
        """The number of the message, which no other has."""
        assert self._message is not None  # as above
        return super().Rowid() * _MESSAGES_OF_SPAN + self._message[0]
