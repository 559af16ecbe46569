"""Turn a session into nothing: its traces, spans and scores, and the content no other trace uses."""

from __future__ import annotations

import apsw

from threadline_server.model.time import NS_PER_SECOND
from threadline_server.store.contract import Changes, Removed
from threadline_server.store.sqlite.blocks import (
    BlockWriter,
    forget_occurrences,
    refs_of_trace,
)
from threadline_server.store.sqlite.statement import many, value
from threadline_server.store.sqlite.trace_values import drop_values

_DOCUMENTS = "SELECT document_no FROM spans WHERE project_id = ? AND trace_no = ?"

DELETED_FOR_NS = 7 * 24 * 3600 * NS_PER_SECOND
"""How long what arrives late for something deleted is acknowledged and dropped (design rule 11)."""


def delete_session(
    connection: apsw.Connection,
    blocks: BlockWriter,
    project: int,
    *,
    name: str,
    session_id: str,
    now_ns: int,
) -> tuple[Removed, Changes] | None:
    """Remove a session within the caller's transaction; None where there is none, nor a score on it.

    It leaves a mark, and so does each of its traces, by which their late spans and scores are
    dropped (design rule 11).
    """
    traces = list(
        many(
            connection,
            "SELECT trace_no, trace_id, span_count FROM traces "
            "WHERE project_id = ? AND session_id = ?",
            (project, session_id),
        )
    )
    score_count = _delete_scores(connection, project, "session_id", session_id)
    if not traces and not score_count:
        return None
    removed = Removed(len(traces), span_count=0, block_count=0, score_count=score_count)
    for trace_no, trace_id, span_count in traces:
        key = (project, trace_no)
        numbers = refs_of_trace(connection, *key)
        for (document_no,) in list(many(connection, _DOCUMENTS, key)):
            connection.execute("DELETE FROM span_content WHERE document_no = ?", (document_no,))
            blocks.forget_words(document_no)
            removed.block_count += 1
        forget_occurrences(connection, project, trace_no, numbers)
        drop_values(connection, project, trace_no)
        for table in ("spans", "log_events", "traces"):
            connection.execute(f"DELETE FROM {table} WHERE project_id = ? AND trace_no = ?", key)
        connection.execute(
            "INSERT OR REPLACE INTO deleted_traces VALUES (?, ?, ?)", (project, trace_id, now_ns)
        )
        removed.score_count += _delete_scores(connection, project, "trace_id", trace_id)
        removed.block_count += blocks.drop_unused(project, numbers)
        removed.span_count += span_count
    connection.execute(
        "DELETE FROM sessions WHERE project_id = ? AND session_id = ?", (project, session_id)
    )
    connection.execute(
        "INSERT OR REPLACE INTO deleted_sessions VALUES (?, ?, ?)", (project, session_id, now_ns)
    )
    changes = Changes(name, {trace_id.hex() for _, trace_id, _ in traces}, {session_id})
    return removed, changes


def _delete_scores(connection: apsw.Connection, project: int, column: str, of: str | bytes) -> int:
    connection.execute(f"DELETE FROM scores WHERE project_id = ? AND {column} = ?", (project, of))
    return connection.changes()


def is_deleted_trace(connection: apsw.Connection, project: int, trace_id: str, now_ns: int) -> bool:
    """Whether what comes in for a trace is to be dropped."""
    deleted_ns = value(
        connection,
        "SELECT deleted_ns FROM deleted_traces WHERE project_id = ? AND trace_id = ?",
        (project, bytes.fromhex(trace_id)),
    )
    return deleted_ns is not None and now_ns - deleted_ns < DELETED_FOR_NS


def is_deleted_session(
    connection: apsw.Connection, project: int, session_id: str, time_ns: int, now_ns: int
) -> bool:
    """Whether what was said of a session at a time is to be dropped."""
    deleted_ns = value(
        connection,
        "SELECT deleted_ns FROM deleted_sessions WHERE project_id = ? AND session_id = ?",
        (project, session_id),
    )
    if deleted_ns is None or now_ns - deleted_ns >= DELETED_FOR_NS:
        return False
    return bool(time_ns <= deleted_ns)


def forget_old_deletions(connection: apsw.Connection, before_ns: int) -> None:
    """Drop the marks of what was deleted before a time."""
    for table in ("deleted_traces", "deleted_sessions"):
        connection.execute(f"DELETE FROM {table} WHERE deleted_ns < ?", (before_ns,))
