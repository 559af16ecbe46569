"""Turn the tables that users see into SQL over those that are stored, one project's rows alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from threadline_server.model.time import to_iso, to_ms
from threadline_server.store.sql import SqlTable
from threadline_server.store.sqlite import sql_bounds
from threadline_server.store.sqlite.sql_bounds import EQ, Bound, Bounds

Shown = Callable[[Any], Any]
"""Turns a stored value that is not null into the one that users see."""


def _as_it_is(value: Any) -> Any:
    return value


def _hex(value: bytes) -> str:
    return value.hex()


@dataclass(frozen=True, slots=True)
class Stored:
    """A column that is stored: where, how users see it, and which bounds comparisons give.

    Each is in the same order as what users see of it. `found_by`: an index leads from a value of
    it to about so many rows.
    """

    expression: str
    shown: Shown = _as_it_is
    bounds: Bounds = sql_bounds.text
    found_by: int | None = None


def _text(expression: str, found_by: int | None = None) -> Stored:
    return Stored(expression, found_by=found_by)


def _number(expression: str) -> Stored:
    return Stored(expression, bounds=sql_bounds.number)


def _id(expression: str, found_by: int | None = None) -> Stored:
    return Stored(expression, _hex, sql_bounds.identity, found_by)


def _time(expression: str) -> Stored:
    return Stored(expression, to_iso, sql_bounds.time)


def _duration(expression: str) -> Stored:
    return Stored(expression, to_ms, sql_bounds.duration)


@dataclass(frozen=True, slots=True)
class StoredTable:
    """Where the rows of a table lie: the table that holds them under its alias, the number of a
    row, and the columns. `rows` is a guess at how many there are. Some columns of what is
    `of_traces` are those of the traces, which are joined for them. `only` keeps rows out that have
    nothing to show.
    """

    source: str
    alias: str
    number: str
    columns: dict[str, Stored]
    rows: int
    of_traces: bool = False
    only: str = ""


_COUNTS = (
    "span_count",
    "error_count",
    "input_tokens",
    "output_tokens",
    "total_tokens",
    "cache_read_tokens",
    "total_cost",
    "unpriced_calls",
    "running",
)


def _same(alias: str, build: Callable[[str], Stored], *names: str) -> dict[str, Stored]:
    return {name: build(f"{alias}.{name}") for name in names}


SESSIONS = StoredTable(
    "sessions s",
    "s",
    "s.session_no",
    {
        "session_id": _text("s.session_id", found_by=1),
        "start_time": _time("s.start_ns"),
        "end_time": _time("s.end_ns"),
        "duration_ms": _duration("s.duration_ns"),
        "active_ms": _duration("s.active_ns"),
        **_same("s", _number, *_COUNTS, "trace_count", "error_trace_count", "start_ns", "end_ns"),
        **_same("s", _text, "user_ids", "models", "tags", "first_input", "last_output"),
    },
    10_000,
)
TRACES = StoredTable(
    "traces t",
    "t",
    "t.trace_no",
    {
        "trace_id": _id("t.trace_id", found_by=1),
        "session_id": _text("t.session_id", found_by=10),
        "user_id": _text("t.user_id", found_by=100),
        "root_span_id": _id("t.root_span_id"),
        "start_time": _time("t.start_ns"),
        "end_time": _time("t.end_ns"),
        "duration_ms": _duration("t.duration_ns"),
        "model_ms": _duration("t.model_ns"),
        "tool_ms": _duration("t.tool_ns"),
        **_same("t", _number, *_COUNTS, "step_count", "start_ns", "end_ns"),
        **_same("t", _text, "name", "status", "models", "tags", "metadata", "input", "output"),
    },
    100_000,
)
_OF_TRACE = {
    "trace_id": _id("t.trace_id", found_by=10),
    "session_id": _text("t.session_id", found_by=100),
}
SPANS = StoredTable(
    "spans s",
    "s",
    "s.document_no",
    {
        **_OF_TRACE,
        "span_id": _id("s.span_id"),
        "parent_span_id": _id("s.parent_span_id"),
        "usage_counted_by": _id("s.usage_counted_by"),
        "start_time": _time("s.start_ns"),
        "end_time": _time("s.end_ns"),
        "received_time": _time("s.received_ns"),
        "duration_ms": _duration("s.duration_ns"),
        **_same("s", _text, "name", "type", "status", "status_message", "user_id"),
        **_same("s", _text, "conversation_id", "agent_name", "tool_name", "tool_call_id"),
        **_same("s", _text, "model", "request_model", "response_model", "provider"),
        **_same("s", _text, "cost_source", "scope_name", "tags", "metadata"),
        **_same("s", _number, "input_tokens", "output_tokens", "total_tokens"),
        **_same("s", _number, "cache_read_tokens", "cache_write_tokens", "reasoning_tokens"),
        **_same("s", _number, "input_cost", "output_cost", "total_cost", "event_count"),
        **_same("s", _number, "start_ns", "end_ns"),
    },
    1_000_000,
    of_traces=True,
)
MESSAGES = StoredTable(
    "spans s",
    "s",
    "s.document_no",
    {
        **_OF_TRACE,
        "span_id": _id("s.span_id"),
        "start_time": _time("s.start_ns"),
        "model": _text("s.model"),
        "start_ns": _number("s.start_ns"),
    },
    10_000_000,
    of_traces=True,
    # Where a model may have spoken, and where events or log records may tell of it.
    only="(s.type IN ('llm', 'agent') OR s.event_count > 0)",
)
TABLES: dict[SqlTable, StoredTable] = {
    "sessions": SESSIONS,
    "traces": TRACES,
    "spans": SPANS,
    "messages": MESSAGES,
}

Comparison = tuple[str, int]
"""A column, and the number of a comparison with it."""
Order = tuple[str, bool]
"""A column, and whether it descends."""


def statement(
    table: StoredTable,
    columns: Sequence[str],
    bounds: Sequence[tuple[Comparison, Bound]],
    order: Sequence[Order],
) -> tuple[str, list[Any]]:
    """SQL that gives each row's number and then the columns, and its values but for the first: the
    project's number.
    """
    found = table.of_traces and any(
        comparison == EQ and table.columns[name].found_by is not None
        for (name, comparison), _ in bounds
    )
    # Where rows are found by their trace, the plus keeps the planner from walking the project by
    # time.
    plus = "+" if found else ""
    conditions = [f"{table.alias}.project_id = ?1"]
    if table.only:
        conditions.append(table.only)
    values: list[Any] = []
    named = {*columns, *(name for name, _ in order)}
    for (name, _), bound in bounds:
        named.add(name)
        column = table.columns[name]
        by_index = column.found_by is not None or column.bounds is sql_bounds.identity
        conditions.append(f"{'' if by_index else plus}{column.expression} {bound.sql}")
        values += bound.values
    source = table.source
    if table.of_traces and any(table.columns[name].expression.startswith("t.") for name in named):
        conditions += ["t.project_id = ?1", "s.trace_no = t.trace_no"]
        # The order of a CROSS JOIN is kept.
        source = f"traces t CROSS JOIN {source}" if found else f"{source} CROSS JOIN traces t"
    selected = ", ".join([table.number, *(table.columns[name].expression for name in columns)])
    sql = f"SELECT {selected} FROM {source} WHERE {' AND '.join(conditions)}"
    if order:
        terms = [
            f"{plus}{table.columns[name].expression}{' DESC' if down else ''}"
            for name, down in order
        ]
        sql = f"{sql} ORDER BY {', '.join(terms)}"
    return sql, values
