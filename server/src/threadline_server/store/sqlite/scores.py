"""Turn scores into rows within the writer's transaction, and rows into pages of scores."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import apsw

from threadline_server.model.score import Score
from threadline_server.store.contract import Changes, Page, ScoreQuery, ScoreRow
from threadline_server.store.sqlite.conditions import Where
from threadline_server.store.sqlite.delete import is_deleted_session, is_deleted_trace
from threadline_server.store.sqlite.narrow import as_bytes, as_hex
from threadline_server.store.sqlite.statement import many, one

_COLUMNS = (
    "score_id, name, value, label, comment, source, session_id, trace_id, span_id, time_ns, "
    "received_ns, content_hash"
)
_INSERT = (
    f"INSERT OR REPLACE INTO scores (project_id, {_COLUMNS}) "
    f"VALUES ({', '.join('?' * (len(_COLUMNS.split()) + 1))})"
)
_SELECTED = ", ".join(f"s.{name}" for name in _COLUMNS.split(", "))
_WIDTH = len(_COLUMNS.split())


def write_scores(
    connection: apsw.Connection,
    project: int,
    scores: Iterable[Score],
    changes: Changes,
    now_ns: int,
) -> None:
    """Store scores of one project after the spans of the same transaction.

    What each is on, and was on before, is added to `changes` if it is there to be shown.
    """
    for score in scores:
        if _is_deleted(connection, project, score, now_ns):
            continue
        known = _known(connection, project, score.score_id)
        if known is not None and known.version_key >= score.version_key:
            continue
        connection.execute(_INSERT, (project, *_values(score)))
        for each in (score, known):
            if each is not None:
                _tell(connection, project, each, changes)


def _is_deleted(connection: apsw.Connection, project: int, score: Score, now_ns: int) -> bool:
    """Design rule 11, for scores. A session may go on under its id: only what was said of it
    before it was deleted goes with it.
    """
    if score.trace_id is not None:
        return is_deleted_trace(connection, project, score.trace_id, now_ns)
    assert score.session_id is not None  # a score is on a trace or on a session
    return is_deleted_session(connection, project, score.session_id, score.time_ns, now_ns)


def _known(connection: apsw.Connection, project: int, score_id: str) -> Score | None:
    row = one(
        connection,
        f"SELECT {_COLUMNS} FROM scores WHERE project_id = ? AND score_id = ?",
        (project, score_id),
    )
    return None if row is None else _score(row)


def _tell(connection: apsw.Connection, project: int, score: Score, changes: Changes) -> None:
    if score.trace_id is not None:
        trace = one(
            connection,
            "SELECT session_id FROM traces WHERE project_id = ? AND trace_id = ?",
            (project, as_bytes(score.trace_id)),
        )
        if trace is None:
            return
        changes.trace_ids.add(score.trace_id)
        session_id = trace[0]
    else:
        session = one(
            connection,
            "SELECT session_id FROM sessions WHERE project_id = ? AND session_id = ?",
            (project, score.session_id),
        )
        session_id = None if session is None else session[0]
    if session_id is not None:
        changes.session_ids.add(session_id)


def _values(score: Score) -> tuple[Any, ...]:
    """The values of _COLUMNS."""
    return (
        score.score_id,
        score.name,
        score.value,
        score.label,
        score.comment,
        score.source,
        score.session_id,
        as_bytes(score.trace_id),
        as_bytes(score.span_id),
        score.time_ns,
        score.received_ns,
        score.content_hash,
    )


def _score(row: tuple[Any, ...]) -> Score:
    """A row of _COLUMNS."""
    values: list[Any] = [*row]
    values[7:9] = map(as_hex, row[7:9])
    return Score(*values)


_OF_SESSION = """
SELECT score_no FROM scores WHERE project_id = ? AND session_id = ?
UNION ALL
SELECT st.score_no FROM traces tt
CROSS JOIN scores st ON st.project_id = tt.project_id AND st.trace_id = tt.trace_id
WHERE tt.project_id = ? AND tt.session_id = ?
"""
"""Scores on a session and within its traces; the join goes from the few traces to their scores."""


def scores(connection: apsw.Connection, project: int, query: ScoreQuery) -> Page[ScoreRow]:
    """One page of scores, the latest first."""
    where = Where()
    # Plus signs keep the planner from walking all of the project's scores, in search of the few of
    # one session or to spare a sort.
    plus = "" if query.session_id is None else "+"
    where.add(f"{plus}s.project_id = ?", project)
    if query.session_id is not None:
        of_session = (project, query.session_id, project, query.session_id)
        where.add(f"s.score_no IN ({_OF_SESSION})", *of_session)
    if query.trace_id is not None:
        where.add("s.trace_id = ?", _id(query.trace_id))
    if query.span_id is not None:
        where.add("s.span_id = ?", _id(query.span_id))
    time = f"{plus}s.time_ns"
    if query.after is not None:
        where.add(f"({time}, s.score_id) < (?, ?)", *query.after)
    found = list(
        many(
            connection,
            f"SELECT {_SELECTED}, coalesce(s.session_id, t.session_id) FROM scores s "
            "LEFT JOIN traces t ON t.project_id = s.project_id AND t.trace_id = s.trace_id "
            f"WHERE {where.sql} ORDER BY {time} DESC, s.score_id DESC LIMIT ?",
            (*where.bindings, query.limit + 1),
        )
    )
    rows = [ScoreRow(_score(row[:_WIDTH]), row[_WIDTH]) for row in found[: query.limit]]
    return Page(rows, more=len(found) > query.limit)


def _id(text: str) -> bytes | None:
    """The bytes of a hex id; None, which equals nothing, for what is no such id."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return None
