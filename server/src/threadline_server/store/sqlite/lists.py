"""Turn a list query into keyset SQL over one table, and its rows into row structs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import apsw

from threadline_server.store.contract import ListQuery, Page, Scalar, SessionRow, SpanRow, TraceRow
from threadline_server.store.sqlite import rows
from threadline_server.store.sqlite.conditions import ID_COLUMNS, Where, add_filter
from threadline_server.store.sqlite.search_lists import Selection
from threadline_server.store.sqlite.statement import many, value

Row = TypeVar("Row")

_NULLABLE = frozenset(
    {
        "total_cost",
        "first_input",
        "last_output",
        "session_id",
        "user_id",
        "input",
        "output",
        "root_span_id",
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
        "cost_source",
        "usage_counted_by",
    }
)
"""Columns that may be null in some list: their nulls sort last both ways, in a second query."""


@dataclass(frozen=True, slots=True)
class ListTable(Generic[Row]):
    """How one noun lies in the database: where its rows are, and how they are told apart."""

    select: str
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


def _span_ids(connection: apsw.Connection, text: str, project: int) -> tuple[Any, ...]:
    trace_id, _, span_id = text.partition(":")
    trace_no = value(
        connection,
        "SELECT trace_no FROM traces WHERE project_id = ? AND trace_id = ?",
        (project, bytes.fromhex(trace_id)),
    )
    return (-1 if trace_no is None else trace_no, bytes.fromhex(span_id))


SESSIONS: ListTable[SessionRow] = ListTable(
    select=f"SELECT {rows.SESSION_COLUMNS} FROM sessions",
    project="sessions.project_id",
    column=lambda name: f"sessions.{name}",
    ids=("sessions.session_id",),
    id_values=lambda _connection, text, _project: (text,),
    read=rows.session_row,
)
TRACES: ListTable[TraceRow] = ListTable(
    select=f"SELECT {rows.TRACE_COLUMNS} FROM traces t",
    project="t.project_id",
    column=lambda name: f"t.{name}",
    ids=("t.trace_id",),
    id_values=lambda _connection, text, _project: (bytes.fromhex(text),),
    read=rows.trace_row,
)
SPANS: ListTable[SpanRow] = ListTable(
    select=(
        f"SELECT {rows.SPAN_COLUMNS}, t.session_id FROM spans s "
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
            "EXISTS (SELECT 1 FROM traces rt WHERE rt.project_id = sessions.project_id "
            "AND rt.session_id = sessions.session_id AND rt.end_ns >= ? AND rt.start_ns < ?)",
            from_ns,
            to_ns,
        )


def _where(
    query: ListQuery, table: ListTable[Any], project: int, selected: Selection | None
) -> Where:
    where = Where()
    where.add(f"{table.project} = ?", project)
    session_id = _one_session(query)
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


def _one_session(query: ListQuery) -> str | None:
    """The session to which a list is narrowed, by its own parameter or by a filter."""
    if query.session_id is not None:
        return query.session_id
    for each in query.filters:
        if (each.column, each.operator) == ("session_id", "eq") and isinstance(each.value, str):
            return each.value
    return None


def _phases(query: ListQuery) -> list[bool]:
    """Whether each query to run is the one over nulls."""
    if query.sort not in _NULLABLE:
        return [False]
    if query.after is not None and query.after[0] is None:
        return [True]
    return [False, True]


def _sort_value(query: ListQuery, last: Scalar) -> Any:
    return bytes.fromhex(str(last)) if query.sort in ID_COLUMNS else last


def list_page(
    connection: apsw.Connection,
    table: ListTable[Row],
    query: ListQuery,
    project: int,
    selected: Selection | None = None,
) -> Page[Row]:
    """One page of a list, at most `query.limit` rows, of those that a search selected."""
    column = table.column(query.sort)
    if selected is not None or (query.noun == "spans" and _one_session(query) is not None):
        # A plus sign keeps the engine from walking the index of all rows by their start, in
        # search of the few of one session or of a search.
        column = f"+{column}"
    direction, beyond = ("DESC", "<") if query.descending else ("ASC", ">")
    page: list[Row] = []
    for is_null in _phases(query):
        where = _where(query, table, project, selected)
        keys = list(table.ids) if is_null else [column, *table.ids]
        if query.sort in _NULLABLE:
            where.add(f"{column} IS {'' if is_null else 'NOT '}NULL")
        if query.after is not None and is_null == (query.after[0] is None):
            ids = table.id_values(connection, query.after[1], project)
            values = ids if is_null else (_sort_value(query, query.after[0]), *ids)
            marks = ", ".join("?" * len(values))
            where.add(f"({', '.join(keys)}) {beyond} ({marks})", *values)
        order = ", ".join(f"{key} {direction}" for key in keys)
        statement = f"{table.select} WHERE {where.sql} ORDER BY {order} LIMIT ?"
        wanted = query.limit + 1 - len(page)
        found_rows = many(connection, statement, (*where.bindings, wanted))
        page.extend(table.read(row) for row in found_rows)
        if len(page) > query.limit:
            break
    return Page(
        page[: query.limit],
        more=len(page) > query.limit,
        truncated=selected is not None and selected.truncated,
    )
