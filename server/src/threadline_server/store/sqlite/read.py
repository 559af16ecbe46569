"""Turn ids into the session, trace or span that they name, with what its own page asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import apsw
import orjson

from threadline_server.store.content.payload import unpack
from threadline_server.store.contract import (
    Page,
    SessionDetail,
    SpanDetail,
    SpanRow,
    Step,
    TraceRow,
)
from threadline_server.store.rollup.forest import Forest, forest
from threadline_server.store.rollup.span import RollupSpan
from threadline_server.store.rollup.steps import root_of
from threadline_server.store.rollup.steps import steps as steps_of
from threadline_server.store.rollup.usage import trace_usage
from threadline_server.store.sqlite import rows
from threadline_server.store.sqlite.blocks import read_payload
from threadline_server.store.sqlite.log_events import CUT_MARK, NOTHING_LOGGED, logged
from threadline_server.store.sqlite.narrow import stored_for_rollup
from threadline_server.store.sqlite.statement import many, one


def _id(text: str, length: int) -> bytes | None:
    """The bytes of a hex id, or None where the text is no such id and so names nothing."""
    try:
        data = bytes.fromhex(text)
    except ValueError:
        return None
    return data if len(data) == length else None


def session(connection: apsw.Connection, project: int, session_id: str) -> SessionDetail | None:
    """A session with the metadata of its traces, the earliest trace's value for each key."""
    found = one(
        connection,
        f"SELECT {rows.SESSION_COLUMNS} FROM sessions WHERE project_id = ? AND session_id = ?",
        (project, session_id),
    )
    if found is None:
        return None
    detail = SessionDetail(rows.session_row(found), {}, {}, 0)
    for metadata, key, conflict in many(
        connection,
        "SELECT metadata, session_key, session_conflict FROM traces "
        "WHERE project_id = ? AND session_id = ? ORDER BY start_ns, trace_id",
        (project, session_id),
    ):
        if metadata != "{}":
            detail.metadata = orjson.loads(metadata) | detail.metadata
        detail.key_counts[key] = detail.key_counts.get(key, 0) + 1
        detail.conflict_trace_count += conflict
    return detail


def trace(connection: apsw.Connection, project: int, trace_id: str) -> TraceRow | None:
    """A trace's row of totals."""
    found = one(
        connection,
        f"SELECT {rows.TRACE_COLUMNS} FROM traces t WHERE t.project_id = ? AND t.trace_id = ?",
        (project, _id(trace_id, 16)),
    )
    return None if found is None else rows.trace_row(found)


def trace_spans(
    connection: apsw.Connection,
    project: int,
    trace_id: str,
    limit: int,
    after: tuple[int, str] | None,
) -> Page[SpanRow]:
    """Spans of a trace by start, then span id."""
    beyond = "" if after is None else "AND (+s.start_ns, s.span_id) > (?, ?)"
    position = () if after is None else (after[0], _id(after[1], 8))
    found = list(
        many(
            connection,
            f"SELECT {rows.SPAN_COLUMNS}, t.session_id FROM traces t "
            "JOIN spans s ON s.project_id = t.project_id AND s.trace_no = t.trace_no "
            f"WHERE t.project_id = ? AND t.trace_id = ? {beyond} "
            # The plus keeps the planner from walking the project's spans by start to spare a sort.
            "ORDER BY +s.start_ns, s.span_id LIMIT ?",
            (project, _id(trace_id, 16), *position, limit + 1),
        )
    )
    page = [rows.span_row(row, row[rows.SPAN_WIDTH]) for row in found[:limit]]
    return Page(page, more=len(found) > limit)


def span(
    connection: apsw.Connection, project: int, trace_id: str, span_id: str
) -> SpanDetail | None:
    """A span with all that was sent."""
    found = one(
        connection,
        f"SELECT {rows.SPAN_COLUMNS}, t.session_id, c.input, c.output, "
        "s.user_id, s.conversation_id, s.request_model, s.response_model, s.tool_call_id, "
        "s.input_cost, s.output_cost, c.input_key, c.output_key, s.tags, s.metadata, s.marks, "
        "s.received_ns, s.normalizer_version, c.refs, c.log_refs, t.trace_no FROM traces t "
        "JOIN spans s ON s.project_id = t.project_id AND s.trace_no = t.trace_no "
        "JOIN span_content c ON c.project_id = s.project_id AND c.trace_no = s.trace_no "
        "AND c.span_id = s.span_id "
        "WHERE t.project_id = ? AND t.trace_id = ? AND s.span_id = ?",
        (project, _id(trace_id, 16), _id(span_id, 8)),
    )
    if found is None:
        return None
    own = found[rows.SPAN_WIDTH + 3 :]
    carried = unpack(read_payload(connection, own[14]))
    told = NOTHING_LOGGED
    if own[15] is not None:
        told = logged(connection, project, own[16], bytes.fromhex(span_id))
    events = carried.events
    if told.events:
        events = sorted([*events, *told.events], key=lambda event: event.time_ns)
    tags, metadata, marks = map(orjson.loads, own[9:12])
    values: list[Any] = [
        rows.listed_span_row(found),
        *own[:9],
        tags,
        metadata,
        [*marks, CUT_MARK] if told.is_cut else marks,
        *own[12:14],
        carried.attributes,
        events,
        carried.links,
        carried.resource,
        carried.scope,
    ]
    return SpanDetail(*values)


def _subtree(tree: Forest, top: RollupSpan) -> list[RollupSpan]:
    found = [top]
    for each in found:
        found.extend(tree.children.get(each.span_id, ()))
    return found


def _step(listed: SpanRow, tree: Forest, top: RollupSpan) -> Step:
    below = _subtree(tree, top)
    usage = trace_usage(forest(below))
    return Step(
        row=listed,
        span_count=len(below),
        error_count=sum(each.status == "error" for each in below),
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        total_cost=usage.total_cost,
    )


def steps(
    connection: apsw.Connection, project: int, trace_ids: Sequence[str], limit: int
) -> dict[str, list[Step]]:
    """The first steps of each trace that is a workflow."""
    found: dict[str, list[Step]] = {}
    for trace_id in trace_ids:
        row = one(
            connection,
            "SELECT trace_no FROM traces WHERE project_id = ? AND trace_id = ? AND step_count > 0",
            (project, _id(trace_id, 16)),
        )
        if row is None:
            continue
        stored, _ = stored_for_rollup(connection, project, row[0])
        tree = forest(list(stored.values()))
        top = root_of(list(stored.values()))
        listed = []
        for each in steps_of(top, tree)[:limit]:
            detail = one(
                connection,
                f"SELECT {rows.SPAN_COLUMNS}, t.session_id, c.input, c.output FROM spans s "
                "JOIN traces t ON t.trace_no = s.trace_no "
                "JOIN span_content c USING (project_id, trace_no, span_id) "
                "WHERE s.project_id = ? AND s.trace_no = ? AND s.span_id = ?",
                (project, row[0], bytes.fromhex(each.span_id)),
            )
            assert detail is not None  # read in the same snapshot
            listed.append(_step(rows.listed_span_row(detail), tree, each))
        found[trace_id] = listed
    return found


def longest_traces(
    connection: apsw.Connection, project: int, session_ids: Sequence[str], limit: int
) -> dict[str, list[TraceRow]]:
    """The longest traces of each session, in order of start."""
    found = {}
    for session_id in session_ids:
        traces = [
            rows.trace_row(row)
            for row in many(
                connection,
                f"SELECT {rows.TRACE_COLUMNS} FROM traces t "
                "WHERE t.project_id = ? AND t.session_id = ? "
                "ORDER BY t.duration_ns DESC, t.trace_id LIMIT ?",
                (project, session_id, limit),
            )
        ]
        found[session_id] = sorted(traces, key=lambda each: (each.start_ns, each.trace_id))
    return found


def trace_counts(
    connection: apsw.Connection, project: int, session_ids: Sequence[str]
) -> dict[str, int]:
    """How many traces each session has."""
    marks = ", ".join("?" * len(session_ids))
    counts = many(
        connection,
        "SELECT session_id, trace_count FROM sessions "
        f"WHERE project_id = ? AND session_id IN ({marks})",
        (project, *session_ids),
    )
    return dict(counts)
