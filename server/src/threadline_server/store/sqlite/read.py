"""Turn ids into the session, trace or span that they name, with what its own page asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import apsw
import orjson

from threadline_server.store.contract import (
    Page,
    Previewer,
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
from threadline_server.store.sqlite.log_events import CUT_MARK, NOTHING_LOGGED, logged
from threadline_server.store.sqlite.narrow import stored_trace
from threadline_server.store.sqlite.statement import many, one, value
from threadline_server.store.sqlite.stored import ShownSpans, previews, unpacked


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


def show(
    connection: apsw.Connection, shown: ShownSpans, project: int, listed: Sequence[SpanRow]
) -> None:
    """Fill in the previews of spans of a list."""
    numbers: dict[str, int] = {}
    for row in listed:
        if row.trace_id not in numbers:
            numbers[row.trace_id] = value(
                connection,
                "SELECT trace_no FROM traces WHERE project_id = ? AND trace_id = ?",
                (project, bytes.fromhex(row.trace_id)),
            )
        says = shown.of(project, numbers[row.trace_id], bytes.fromhex(row.span_id))
        row.input, row.output = says.input, says.output


def span(
    connection: apsw.Connection, previewer: Previewer, project: int, trace_id: str, span_id: str
) -> SpanDetail | None:
    """A span with all that was sent."""
    found = one(
        connection,
        f"SELECT {rows.SPAN_COLUMNS}, t.session_id, s.user_id, s.conversation_id, "
        "s.request_model, s.response_model, s.tool_call_id, s.input_cost, s.output_cost, s.tags, s.metadata, s.marks, s.received_ns, "
        "s.normalizer_version, s.document_no, c.log_refs, t.trace_no FROM traces t "
        "JOIN spans s ON s.project_id = t.project_id AND s.trace_no = t.trace_no "
        "JOIN span_content c ON c.document_no = s.document_no "
        "WHERE t.project_id = ? AND t.trace_id = ? AND s.span_id = ?",
        (project, _id(trace_id, 16), _id(span_id, 8)),
    )
    if found is None:
        return None
    row = rows.span_row(found, found[rows.SPAN_WIDTH])
    own = found[rows.SPAN_WIDTH + 1 :]
    carried = unpacked(connection, own[12])
    told = NOTHING_LOGGED
    if own[13] is not None:
        told = logged(connection, project, own[14], bytes.fromhex(span_id))
    events = carried.events
    if told.events:
        events = sorted([*events, *told.events], key=lambda event: event.time_ns)
    shown = previewer(carried.attributes, row.type, [*carried.events, *told.events])
    row.input, row.output = shown.input, shown.output
    tags, metadata, marks = map(orjson.loads, own[7:10])
    values: list[Any] = [
        row,
        *own[:7],
        tags,
        metadata,
        [*marks, CUT_MARK] if told.is_cut else marks,
        *own[10:12],
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
    connection: apsw.Connection,
    previewer: Previewer,
    project: int,
    trace_ids: Sequence[str],
    limit: int,
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
        spans = list(stored_trace(connection, project, row[0]).spans.values())
        tree, top = forest(spans), root_of(spans)
        listed = []
        for each in steps_of(top, tree)[:limit]:
            key = (project, row[0], bytes.fromhex(each.span_id))
            detail = one(
                connection,
                f"SELECT {rows.SPAN_COLUMNS}, t.session_id FROM spans s "
                "JOIN traces t ON t.trace_no = s.trace_no "
                "WHERE s.project_id = ? AND s.trace_no = ? AND s.span_id = ?",
                key,
            )
            assert detail is not None  # read in the same snapshot
            step = rows.span_row(detail, detail[rows.SPAN_WIDTH])
            shown = previews(connection, previewer, *key)
            step.input, step.output = shown.input, shown.output
            listed.append(_step(step, tree, each))
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
