"""Turn a list query into keyset SQL over one table, and its rows into row structs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import apsw

from threadline_server.errors import bad_request
from threadline_server.store.contract import ListQuery, Noun, Page, SessionRow, SpanRow, TraceRow
from threadline_server.store.sqlite import rows
from threadline_server.store.sqlite.conditions import ID_COLUMNS, Where, add_filter
from threadline_server.store.sqlite.list_indexes import key
from threadline_server.store.sqlite.routes import SELECTED, Route, at_most, one_session, routes
from threadline_server.store.sqlite.search_lists import Selection
from threadline_server.store.sqlite.statement import many, value
from threadline_server.store.sqlite.totals import INTEGER_LIMIT

Row = TypeVar("Row")

NULLABLE: dict[Noun, frozenset[str]] = {
    "sessions": frozenset({"total_cost", "first_input", "last_output"}),
    "traces": frozenset({"session_id", "user_id", "total_cost", "input", "output", "root_span_id"}),
    "spans": frozenset(
        {
            "session_id",
            "parent_span_id",
            "end_ns",
            "duration_ns",
            "model",
            "provider",
            "agent_name",
            "tool_name",
            "input_tokens",
            "output_tokens",
            "total_tokens",
            "cache_read_tokens",
            "cache_write_tokens",
            "reasoning_tokens",
            "total_cost",
            "cost_source",
            "usage_counted_by",
            "input",
            "output",
        }
    ),
}
"""Columns that may be null: their nulls sort last both ways, in a second query."""


@dataclass(frozen=True, slots=True)
class ListTable(Generic[Row]):
    """How one noun lies in the database: where its rows are, and how they are told apart.

    `select` begins a query that is told by which index the rows are reached. `ids` order rows of
    equal values, and `id_values` gives those of the id of a row.
    """

    select: Callable[[str], str]
    project: str
    column: Callable[[str], str]
    ids: tuple[str, ...]
    id_values: Callable[[apsw.Connection, str, int], tuple[Any, ...]]
    read: Callable[[tuple[Any, ...]], Row]


def _span_column(name: str) -> str:
    if name in ("trace_id", "session_id"):
        return f"t.{name}"
    if name in ("input", "output"):
        return f"shown(s.project_id, s.trace_no, s.span_id, '{name}')"
    return f"s.{name}"


def _session_number(
    connection: apsw.Connection, session_id: str, project: int
) -> tuple[int | None]:
    sought = "SELECT session_no FROM sessions WHERE project_id = ? AND session_id = ?"
    return (value(connection, sought, (project, session_id)),)


def _trace_number(connection: apsw.Connection, trace_id: str, project: int) -> tuple[int | None]:
    sought = "SELECT trace_no FROM traces WHERE project_id = ? AND trace_id = ?"
    return (value(connection, sought, (project, bytes.fromhex(trace_id))),)


def _span_ids(connection: apsw.Connection, text: str, project: int) -> tuple[int | None, bytes]:
    trace_id, _, span_id = text.partition(":")
    return (*_trace_number(connection, trace_id, project), bytes.fromhex(span_id))


SESSIONS: ListTable[SessionRow] = ListTable(
    select=lambda access: f"SELECT {rows.SESSION_COLUMNS} FROM sessions {access}",
    project="sessions.project_id",
    column=lambda name: f"sessions.{name}",
    ids=("sessions.session_no",),
    id_values=_session_number,
    read=rows.session_row,
)
TRACES: ListTable[TraceRow] = ListTable(
    select=lambda access: f"SELECT {rows.TRACE_COLUMNS} FROM traces t {access}",
    project="t.project_id",
    column=lambda name: f"t.{name}",
    ids=("t.trace_no",),
    id_values=_trace_number,
    read=rows.trace_row,
)
SPANS: ListTable[SpanRow] = ListTable(
    select=lambda access: (
        f"SELECT {rows.SPAN_COLUMNS}, t.session_id FROM spans s {access} "
        "JOIN traces t ON t.trace_no = s.trace_no "
        "JOIN span_content c ON c.document_no = s.document_no"
    ),
    project="s.project_id",
    column=_span_column,
    ids=("s.trace_no", "s.span_id"),
    id_values=_span_ids,
    read=rows.listed_span_row,
)


def _add_range(where: Where, query: ListQuery) -> None:
    """Design rule 3: what has an interval that meets the range; nothing summed is trimmed."""
    from_ns, to_ns = query.from_ns, query.to_ns
    end = {"sessions": "sessions.end_ns", "traces": "t.end_ns"}.get(
        query.noun, "coalesce(s.end_ns, s.start_ns)"
    )
    start = {"sessions": "sessions.start_ns", "traces": "t.start_ns"}.get(query.noun, "s.start_ns")
    if from_ns is not None:
        where.add(f"{end} >= ?", from_ns)
    if to_ns is not None:
        where.add(f"{start} < ?", to_ns)
    if query.noun == "sessions" and from_ns is not None and to_ns is not None:
        where.add(
            "EXISTS (SELECT 1 FROM traces rt INDEXED BY traces_by_session WHERE rt.project_id = sessions.project_id "
            "AND rt.session_id = sessions.session_id AND rt.end_ns >= ? AND rt.start_ns < ?)",
            from_ns,
            to_ns,
        )


def _where(
    query: ListQuery, table: ListTable[Any], project: int, selected: Selection | None
) -> Where:
    where = Where()
    where.add(f"{table.project} = ?", project)
    session_id = one_session(query)
    if session_id is not None and query.noun == "spans":
        where.add(
            "s.trace_no IN (SELECT trace_no FROM traces WHERE project_id = ? AND session_id = ?)",
            project,
            session_id,
        )
    elif session_id is not None:
        where.add(f"{table.column('session_id')} = ?", session_id)
    for condition in query.filters:
        name = "metadata" if condition.kind == "metadata" else condition.column
        add_filter(where, query.noun, table.column(name), condition)
    _add_range(where, query)
    if selected is not None:
        selected.narrow(where)
    return where


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a list that follows another: rows that meet a condition, in the order of keys."""

    condition: str
    bindings: tuple[Any, ...]
    keys: tuple[str, ...]


def _stretches(
    connection: apsw.Connection, table: ListTable[Any], query: ListQuery, column: str, project: int
) -> Iterator[Stretch]:
    """What is left of a list after `query.after`: rows of the same value, then of values beyond,
    then those without. One condition for all of it could not be sought in an index.
    """
    beyond = "<" if query.descending else ">"
    whole = (column, *table.ids)
    nulls = f"{column} IS NULL"
    if query.after is None:
        yield Stretch(
            f"{column} IS NOT NULL" if query.sort in NULLABLE[query.noun] else "TRUE", (), whole
        )
    else:
        last, identity = query.after
        # What is gone since then had a number that nothing tells any more: then rows of the same
        # value come again, rather than being passed over.
        nowhere = INTEGER_LIMIT if query.descending else -1
        found = table.id_values(connection, identity, project)
        ids = tuple(nowhere if each is None else each for each in found)
        after_ids = f"({', '.join(table.ids)}) {beyond} ({', '.join('?' * len(ids))})"
        if last is None:
            yield Stretch(f"{nulls} AND {after_ids}", ids, table.ids)
            return
        value_of_last = bytes.fromhex(str(last)) if query.sort in ID_COLUMNS else last
        sought = key(query.noun, query.sort, "?")
        same = f"{column} = {sought} AND {after_ids}"
        yield Stretch(same, (value_of_last, *ids), table.ids)
        yield Stretch(f"{column} {beyond} {sought}", (value_of_last,), whole)
    if query.sort in NULLABLE[query.noun]:
        yield Stretch(nulls, (), table.ids)


@dataclass(frozen=True, slots=True)
class _Reading(Generic[Row]):
    """A page of a list as it is read, by whatever route."""

    connection: apsw.Connection
    table: ListTable[Row]
    query: ListQuery
    where: Where
    stretches: list[Stretch]

    def along(self, route: Route) -> list[Row]:
        """The rows of the page and one more. Raises apsw.InterruptError where the route is left."""
        direction = "DESC" if self.query.descending else "ASC"
        page: list[Row] = []
        for stretch in self.stretches:
            where = Where([*self.where.parts], [*self.where.bindings])
            if route.driver is not None:
                where.add(route.driver.condition, *route.driver.bindings)
            where.add(stretch.condition, *stretch.bindings)
            order = ", ".join(f"{each} {direction}" for each in stretch.keys)
            begun = self.table.select(route.access)
            statement = f"{begun} WHERE {where.sql} ORDER BY {order} LIMIT ?"
            wanted = self.query.limit + 1 - len(page)
            with at_most(self.connection, route.steps):
                found = many(self.connection, statement, (*where.bindings, wanted))
                page += map(self.table.read, found)
            if len(page) > self.query.limit:
                break
        return page


def list_page(
    connection: apsw.Connection,
    table: ListTable[Row],
    query: ListQuery,
    project: int,
    selected: Selection | None = None,
) -> Page[Row]:
    """One page of a list, at most `query.limit` rows, of those that a search selected.

    Raises ThreadlineError `list_too_broad` where too many rows would have to be looked at.
    """
    column = key(query.noun, query.sort, table.column(query.sort))
    if selected is not None:
        # A plus sign keeps the engine from walking the index of all rows in search of the few.
        column = f"+{column}"
    stretches = list(_stretches(connection, table, query, column, project))
    where = _where(query, table, project, selected)
    reading = _Reading(connection, table, query, where, stretches)
    ways = routes(connection, query, project) if selected is None else iter([SELECTED])
    for route in ways:
        try:
            page = reading.along(route)
        except apsw.InterruptError:
            continue
        return Page(
            page[: query.limit],
            more=len(page) > query.limit,
            truncated=selected is not None and selected.truncated,
        )
    raise bad_request(
        "list_too_broad",
        f"too many {query.noun} would have to be looked at to filter or sort them so",
        "narrow the time by from and to, or filter by a session or by another field as well",
    )
