"""Turn a list query into the ways to its rows, the one that costs least first.

A list is either walked in its order, along the index of the column that sorts it, until a page is
full; or what a filter names is collected from the index of that filter, and sorted. Walking is
best where many rows match and hopeless where few do, so that matches are counted first, as far as
they matter; and no way is followed further than its limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import apsw

from threadline_server.store.contract import Filter, ListQuery, Noun
from threadline_server.store.sqlite.conditions import ID_COLUMNS, id_bytes
from threadline_server.store.sqlite.list_indexes import (
    BY_SPAN,
    ERROR_SPANS,
    INDEXES,
    is_cut,
    key,
)
from threadline_server.store.sqlite.statement import value
from threadline_server.store.sqlite.trace_values import traces_saying

FEWEST = 200
"""Rows that are collected and sorted without a thought."""

GLANCED_AT = 20_000
"""Steps of the engine that a walk is worth before anything more is counted; two milliseconds."""

FEW = 5_000
"""Rows that are collected and sorted where a short walk has not filled the page."""

MANY = 200_000
"""Rows that are collected and sorted where walking has not filled the page."""

WALKED = 150_000
"""Steps of the engine after which a walk is given up for collecting; a row takes some fifteen."""

LOOKED_AT = 30_000_000
"""Steps of the engine after which a list is given up; two or three seconds."""

LONGEST = 1_000
"""Rows, the longest, that are looked at one by one for a range of time; every other began no
earlier before the range than the longest of the rest is long."""

_MADE = frozenset({"input", "output"})
_MAKING = 100
"""How many times dearer a row is whose previews are made to be compared, as those of spans are."""

_SEEK = {"eq": "=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_SEEK_BEGINNING = {"eq": "=", "gt": ">=", "gte": ">=", "lt": "<=", "lte": "<="}

_NUMBER: dict[Noun, str] = {
    "sessions": "session_no",
    "traces": "trace_no",
    "spans": "trace_no, span_id",
}
_SQL_NUMBER: dict[Noun, str] = {
    "sessions": "sessions.session_no",
    "traces": "t.trace_no",
    "spans": "(s.trace_no, s.span_id)",
}


@dataclass(frozen=True, slots=True)
class Driver:
    """A query for the keys of all rows that may match, and what column has these keys."""

    column: str
    rows: str
    bindings: tuple[Any, ...]

    @property
    def condition(self) -> str:
        """The condition that a row is one of them."""
        return f"{self.column} IN ({self.rows})"


@dataclass(frozen=True, slots=True)
class Route:
    """A way to the rows of a list: along an index in its order, or to what a driver gives; and
    after how many steps of the engine it is left.
    """

    access: str
    driver: Driver | None
    steps: int


SELECTED = Route("", None, LOOKED_AT)
"""To the few rows that a search selected, which their own condition finds."""


@contextmanager
def at_most(connection: apsw.Connection, steps: int) -> Iterator[None]:
    """Interrupt any statement that takes more steps: apsw.InterruptError."""
    connection.set_progress_handler(lambda: True, steps)
    try:
        yield
    finally:
        connection.set_progress_handler(None)


def routes(connection: apsw.Connection, query: ListQuery, project: int) -> Iterator[Route]:
    """The ways to a page; each is for when the one before was left."""
    walk = _walk(query)
    dearer = _MAKING if query.noun == "spans" and _compared(query) & _MADE else 1
    narrowing = list(_drivers(connection, query, project))
    if not walk:
        narrowing.append(_all(query.noun, project))
    elif not _narrowed(query):
        yield Route(walk, None, LOOKED_AT)
        return
    fewest = _smallest(connection, narrowing, FEWEST)
    if fewest is not None:
        yield Route(_collected(query.noun), fewest, LOOKED_AT)
        return
    if walk:
        yield Route(walk, None, GLANCED_AT // dearer)
    few = _smallest(connection, narrowing, FEW)
    if few is not None:
        yield Route(_collected(query.noun), few, LOOKED_AT)
        return
    if walk:
        yield Route(walk, None, WALKED // dearer)
    many = _smallest(connection, narrowing, MANY // dearer)
    if many is not None:
        yield Route(_collected(query.noun), many, LOOKED_AT)
    elif walk:
        yield Route(walk, None, LOOKED_AT // dearer)


def one_session(query: ListQuery) -> str | None:
    """The session to which a list is narrowed, by its own parameter or by a filter."""
    if query.session_id is not None:
        return query.session_id
    for each in query.filters:
        if (each.column, each.operator) == ("session_id", "eq") and isinstance(each.value, str):
            return each.value
    return None


def _narrowed(query: ListQuery) -> bool:
    bounds = (query.session_id, query.from_ns, query.to_ns)
    return bool(query.filters) or any(bound is not None for bound in bounds)


def _compared(query: ListQuery) -> set[str]:
    return {query.sort, *(each.column for each in query.filters)}


def _walk(query: ListQuery) -> str:
    """The index that has the rows in order; empty where none has."""
    index = INDEXES[query.noun].get(query.sort)
    if query.sort == "start_ns":
        if query.noun == "traces" and one_session(query) is not None:
            index = INDEXES["traces"]["session_id"]
        if query.noun == "spans" and any(map(_is_error, query.filters)):
            index = ERROR_SPANS
    return "" if index is None else f"INDEXED BY {index}"


def _collected(noun: Noun) -> str:
    """Keeps the engine from any index but that of the keys."""
    return f"INDEXED BY {BY_SPAN}" if noun == "spans" else "NOT INDEXED"


def _smallest(connection: apsw.Connection, drivers: list[Driver], limit: int) -> Driver | None:
    """The driver with the fewest rows, if these are no more than so many."""
    least, best = limit, None
    for driver in drivers:
        count = _count(connection, driver, least)
        if count is not None and (best is None or count < least):
            least, best = count, driver
    return best


def _count(connection: apsw.Connection, driver: Driver, limit: int) -> int | None:
    """How many rows a driver gives; None where that takes too long to tell, or are more."""
    counted = f"SELECT count(*) FROM ({driver.rows} LIMIT ?)"
    if driver.column == "s.trace_no":
        counted = (
            "SELECT coalesce(sum(span_count), 0) FROM traces "
            f"WHERE trace_no IN ({driver.rows} LIMIT ?)"
        )
    try:
        with at_most(connection, 50 * limit + 1_000):
            count = value(connection, counted, (*driver.bindings, limit + 1))
    except apsw.InterruptError:
        return None
    return int(count) if count <= limit else None


def _all(noun: Noun, project: int) -> Driver:
    index = INDEXES[noun]["start_ns"]
    rows = f"SELECT {_NUMBER[noun]} FROM {noun} INDEXED BY {index} WHERE project_id = ?"
    return Driver(_SQL_NUMBER[noun], rows, (project,))


def _drivers(connection: apsw.Connection, query: ListQuery, project: int) -> Iterator[Driver]:
    """For each condition of a query that an index answers, the rows that meet it."""
    if query.session_id is not None:
        yield from _filtered(
            query.noun, project, Filter("session_id", "text", "eq", query.session_id)
        )
    for condition in query.filters:
        yield from _filtered(query.noun, project, condition)
    yield from _in_range(connection, query, project)


def _filtered(noun: Noun, project: int, condition: Filter) -> Iterator[Driver]:
    """The rows that may meet a filter, where an index tells."""
    if condition.kind in ("array", "metadata"):
        yield from _said(noun, project, condition)
    elif noun == "spans":
        yield from _filtered_spans(project, condition)
    elif condition.operator not in ("ne", "contains"):
        yield from _compared_with(noun, project, condition)


def _compared_with(noun: Noun, project: int, condition: Filter) -> Iterator[Driver]:
    name, operator = condition.column, condition.operator
    if name not in INDEXES[noun]:
        return
    rows = f"{_by(noun, name)} AND {key(noun, name, name)}"
    if operator == "exists":
        is_null = "IS NOT NULL" if condition.value else "IS NULL"
        yield Driver(_SQL_NUMBER[noun], f"{rows} {is_null}", (project,))
        return
    wanted = id_bytes(str(condition.value)) if name in ID_COLUMNS else condition.value
    compare = (_SEEK_BEGINNING if is_cut(noun, name) else _SEEK)[operator]
    rows = f"{rows} {compare} {key(noun, name, '?')}"
    yield Driver(_SQL_NUMBER[noun], rows, (project, wanted))


def _said(noun: Noun, project: int, condition: Filter) -> Iterator[Driver]:
    """By what traces say in lists and in metadata. Of a span's own metadata nothing is known."""
    if noun == "spans":
        if condition.kind == "array":
            for rows, bindings in traces_saying(project, condition):
                yield Driver("s.trace_no", rows, bindings)
        return
    if condition.column == "user_ids" and condition.kind == "array":
        if condition.operator == "contains":
            rows = f"{_by('traces', 'user_id')} AND user_id = ?"
            yield _of_traces(project, rows, (project, condition.value))
        return
    for rows, bindings in traces_saying(project, condition):
        if noun == "traces":
            yield Driver(_SQL_NUMBER[noun], rows, bindings)
        else:
            yield _of_traces(project, rows, bindings)


def _of_traces(project: int, traces: str, bindings: tuple[Any, ...], more: str = "") -> Driver:
    """The sessions of traces."""
    rows = (
        f"{_by('sessions', 'session_id')} AND session_id IN "
        f"(SELECT session_id FROM traces NOT INDEXED WHERE trace_no IN ({traces}){more})"
    )
    return Driver(_SQL_NUMBER["sessions"], rows, (project, *bindings))


def _filtered_spans(project: int, condition: Filter) -> Iterator[Driver]:
    """Of spans, what narrows their traces, and those that failed."""
    if condition.column in ("trace_id", "session_id"):
        for driver in _filtered("traces", project, condition):
            yield Driver("s.trace_no", driver.rows, driver.bindings)
    if (condition.column, condition.operator) == ("model", "eq"):
        of_trace = Filter("models", "array", "contains", condition.value)
        yield from _said("spans", project, of_trace)
    if _is_error(condition):
        rows = (
            f"SELECT trace_no, span_id FROM spans INDEXED BY {ERROR_SPANS} "
            "WHERE project_id = ? AND status = 'error'"
        )
        yield Driver(_SQL_NUMBER["spans"], rows, (project,))


def _is_error(condition: Filter) -> bool:
    return (condition.column, condition.operator, condition.value) == ("status", "eq", "error")


def _in_range(connection: apsw.Connection, query: ListQuery, project: int) -> Iterator[Driver]:
    """The rows whose interval may meet a range of time."""
    noun, from_ns, to_ns = query.noun, query.from_ns, query.to_ns
    if from_ns is None:
        if to_ns is not None:
            rows = f"{_by(noun, 'start_ns')} AND start_ns < ?"
            yield Driver(_SQL_NUMBER[noun], rows, (project, to_ns))
    elif to_ns is None and noun != "spans":
        rows = f"{_by(noun, 'end_ns')} AND end_ns >= ?"
        yield Driver(_SQL_NUMBER[noun], rows, (project, from_ns))
    else:
        yield _between(connection, noun, project, from_ns, to_ns)
        if noun == "sessions":
            traces = _between(connection, "traces", project, from_ns, to_ns)
            bounds = " AND end_ns >= ? AND start_ns < ?"
            bindings = (*traces.bindings, from_ns, to_ns)
            yield _of_traces(project, traces.rows, bindings, bounds)


def _by(noun: Noun, column: str) -> str:
    return (
        f"SELECT {_NUMBER[noun]} FROM {noun} INDEXED BY {INDEXES[noun][column]} "
        "WHERE project_id = ?"
    )


def _between(
    connection: apsw.Connection, noun: Noun, project: int, from_ns: int, to_ns: int | None
) -> Driver:
    """The rows that may meet a range: those that began within it, or before it by no more than all
    but the longest last, and the longest.
    """
    # A span is no longer than its trace.
    timed: Noun = "sessions" if noun == "sessions" else "traces"
    by_duration = INDEXES[timed]["duration_ns"]
    longest_ns: int | None = value(
        connection,
        f"SELECT duration_ns FROM {timed} INDEXED BY {by_duration} WHERE project_id = ? "
        "ORDER BY duration_ns DESC LIMIT 1 OFFSET ?",
        (project, LONGEST),
    )
    began_ns = from_ns - (longest_ns or 0)
    rows = f"{_by(noun, 'start_ns')} AND start_ns >= ?"
    bindings: tuple[Any, ...] = (project, began_ns)
    if to_ns is not None:
        rows, bindings = f"{rows} AND start_ns < ?", (*bindings, to_ns)
    longest = f"{_by(timed, 'duration_ns')} AND duration_ns > ?"
    bindings = (*bindings, project, longest_ns or 0)
    if noun == "spans":
        longest = (
            f"SELECT trace_no, span_id FROM spans INDEXED BY {BY_SPAN} "
            f"WHERE trace_no IN ({longest}) AND project_id = ? AND start_ns < ?"
        )
        bindings = (*bindings, project, began_ns)
    return Driver(_SQL_NUMBER[noun], f"{rows} UNION ALL {longest}", bindings)
