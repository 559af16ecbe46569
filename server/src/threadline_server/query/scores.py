"""Turn a request for scores into one page of them and the cursor that follows."""

from __future__ import annotations

from dataclasses import dataclass

from threadline_server.errors import bad_request
from threadline_server.model import ids
from threadline_server.query.cursor import decode_cursor, encode_cursor
from threadline_server.query.pages import Listed, require_project
from threadline_server.query.parameters import page_limit
from threadline_server.store.contract import ScoreQuery, ScoreRow, SpanStore

ORDER = "-time"
"""The latest first: the only order there is so far."""

WITHIN = 1_000
"""Scores that come with a session, a trace or a span; more go on in the list, by cursor."""


@dataclass(frozen=True, slots=True)
class ScoreParameters:
    """What a request for scores says, as it said it; None where it said nothing."""

    project: str
    session_id: str | None = None
    trace_id: str | None = None
    span_id: str | None = None
    limit: int | None = None
    cursor: str | None = None


def scores(store: SpanStore, asked: ScoreParameters) -> Listed[ScoreRow]:
    """One page of scores, the latest first; ThreadlineError where a parameter makes no sense."""
    if asked.span_id is not None and asked.trace_id is None:
        raise bad_request(
            "invalid_parameter",
            f"span_id {asked.span_id!r} without trace_id",
            "a span is named by both",
        )
    after = None
    if asked.cursor:
        time, score_id = decode_cursor(asked.cursor, "scores", ORDER)
        after = (int(time or 0), score_id)
    page = store.scores(
        ScoreQuery(
            project=require_project(store, asked.project),
            limit=page_limit(asked.limit),
            session_id=asked.session_id,
            trace_id=None if asked.trace_id is None else ids.trace_id(asked.trace_id),
            span_id=None if asked.span_id is None else ids.span_id(asked.span_id),
            after=after,
        )
    )
    if not page.more:
        return Listed(page.rows, None)
    last = page.rows[-1].score
    return Listed(page.rows, encode_cursor(ORDER, last.time_ns, last.score_id))


def scores_of_session(store: SpanStore, project: str, session_id: str) -> Listed[ScoreRow]:
    """The scores on a session, on its traces and on their spans."""
    return scores(store, ScoreParameters(project, session_id=session_id, limit=WITHIN))


def scores_of_trace(store: SpanStore, project: str, trace_id: str) -> Listed[ScoreRow]:
    """The scores on a trace and on its spans."""
    return scores(store, ScoreParameters(project, trace_id=trace_id, limit=WITHIN))


def scores_of_span(store: SpanStore, project: str, trace_id: str, span_id: str) -> Listed[ScoreRow]:
    """The scores on one span."""
    asked = ScoreParameters(project, trace_id=trace_id, span_id=span_id, limit=WITHIN)
    return scores(store, asked)
