"""Turn a request for a list or a page into rows of the store and the cursor that follows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from threadline_server.errors import bad_request, not_found
from threadline_server.model import ids
from threadline_server.model.attributes import Attributes
from threadline_server.model.search import SessionHits
from threadline_server.model.span import Carried, Event, SpanType
from threadline_server.query.cursor import decode_cursor, encode_cursor
from threadline_server.query.parameters import ListParameters, list_query, next_cursor
from threadline_server.store.contract import (
    ListQuery,
    Noun,
    Page,
    SessionDetail,
    SessionRow,
    SpanDetail,
    SpanRow,
    SpanStore,
    Step,
    TraceRow,
)

Row = TypeVar("Row")

TRACE_SPANS = 10_000
"""Spans of a trace that one answer holds; a larger trace goes on by cursor."""

STEPS = 25
"""Steps of a workflow that a list shows; `step_count` tells how many there are."""

SHAPE_MARKS = 16
"""Traces of which a session's shape is drawn: the longest."""

SHAPE_SESSIONS = 100

CarriedReader = Callable[[Attributes, SpanType, Sequence[Event], int], Carried]
"""Understands a stored span by its attributes, type, events and start in nanoseconds; handed in,
since the way out does not see the way in."""


@dataclass(slots=True)
class Listed(Generic[Row]):
    """The rows of one page and the cursor of the next, and of a page that a search selects what the
    store's page says of that.
    """

    rows: list[Row]
    next_cursor: str | None
    truncated: bool = False
    hits: dict[str, SessionHits] = field(default_factory=dict)


def require_project(store: SpanStore, project: str) -> str:
    """The project's name; ThreadlineError 404 where there is none."""
    if not store.has_project(project):
        raise not_found("project", project, "leave `project` out to read the project `default`")
    return project


def _listed(
    store: SpanStore, noun: Noun, asked: ListParameters, read: Callable[[ListQuery], Page[Row]]
) -> Listed[Row]:
    require_project(store, asked.project)
    query = list_query(noun, asked)
    page = read(query)
    following = next_cursor(noun, asked, query, page)
    return Listed(page.rows, following, page.truncated, page.hits)


def sessions(store: SpanStore, asked: ListParameters) -> Listed[SessionRow]:
    """One page of sessions."""
    return _listed(store, "sessions", asked, store.sessions)


def traces(store: SpanStore, asked: ListParameters) -> Listed[TraceRow]:
    """One page of traces."""
    return _listed(store, "traces", asked, store.traces)


def spans(store: SpanStore, asked: ListParameters) -> Listed[SpanRow]:
    """One page of spans."""
    return _listed(store, "spans", asked, store.spans)


def session(store: SpanStore, project: str, session_id: str) -> SessionDetail:
    """One session; ThreadlineError 404 where there is none."""
    found = store.session(require_project(store, project), session_id)
    if found is None:
        raise not_found("session", session_id, "list the sessions, or search for the id")
    return found


def shapes(store: SpanStore, project: str, session_ids: Sequence[str]) -> dict[str, list[TraceRow]]:
    """The traces of which each session's shape is drawn, in order of start."""
    require_project(store, project)
    if len(session_ids) > SHAPE_SESSIONS:
        raise bad_request(
            "too_many_sessions",
            f"{len(session_ids)} session ids",
            f"ask for at most {SHAPE_SESSIONS} shapes at a time",
        )
    return store.longest_traces(project, session_ids, limit=SHAPE_MARKS)


def steps(store: SpanStore, project: str, rows: Sequence[TraceRow]) -> dict[str, list[Step]]:
    """The first steps of those traces that are workflows."""
    workflows = [row.trace_id for row in rows if row.step_count]
    return store.steps(project, workflows, limit=STEPS) if workflows else {}


def trace(
    store: SpanStore, project: str, trace_id: str, cursor: str | None
) -> tuple[TraceRow, Listed[SpanRow]]:
    """One trace with its spans by start; ThreadlineError 404 where there is none."""
    found = store.trace(require_project(store, project), ids.trace_id(trace_id))
    if found is None:
        raise not_found("trace", trace_id, "its spans may not have arrived, or were deleted")
    after = None
    if cursor:
        start, span_id = decode_cursor(cursor, "spans", f"trace:{found.trace_id}")
        after = (int(start or 0), span_id.partition(":")[2])
    page = store.trace_spans(project, found.trace_id, limit=TRACE_SPANS, after=after)
    following = None
    if page.more:
        last = page.rows[-1]
        identity = f"{last.trace_id}:{last.span_id}"
        following = encode_cursor(f"trace:{found.trace_id}", last.start_ns, identity)
    return found, Listed(page.rows, following)


def span(store: SpanStore, project: str, trace_id: str, span_id: str) -> SpanDetail:
    """One span with all that was sent; ThreadlineError 404 where there is none."""
    require_project(store, project)
    found = store.span(project, ids.trace_id(trace_id), ids.span_id(span_id))
    if found is None:
        raise not_found("span", span_id, f"list the spans of trace {trace_id}")
    return found
