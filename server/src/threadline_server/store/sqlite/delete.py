"""Turn a session into nothing: its traces, their spans, and the content no other trace uses."""

from __future__ import annotations

import apsw

from threadline_server.store.contract import Changes, Removed
from threadline_server.store.sqlite.blocks import BlockWriter
from threadline_server.store.sqlite.statement import many


def delete_session(
    connection: apsw.Connection,
    blocks: BlockWriter,
    project: int,
    *,
    name: str,
    session_id: str,
    now_ns: int,
) -> tuple[Removed, Changes] | None:
    """Remove a session within the caller's transaction; None where there is no such session.

    Each of its traces leaves a mark, so that its late spans are dropped (design rule 11).
    """
    traces = list(
        many(
            connection,
            "SELECT trace_no, trace_id, span_count FROM traces "
            "WHERE project_id = ? AND session_id = ?",
            (project, session_id),
        )
    )
    if not traces:
        return None
    removed = Removed(trace_count=len(traces), span_count=0, block_count=0)
    for trace_no, trace_id, span_count in traces:
        key = (project, trace_no)
        numbers = [
            row[0]
            for row in many(
                connection,
                "SELECT block_no FROM block_traces WHERE project_id = ? AND trace_no = ?",
                key,
            )
        ]
        for table in ("spans", "span_content", "block_traces", "traces"):
            connection.execute(f"DELETE FROM {table} WHERE project_id = ? AND trace_no = ?", key)
        connection.execute(
            "INSERT OR REPLACE INTO deleted_traces VALUES (?, ?, ?)", (project, trace_id, now_ns)
        )
        removed.block_count += blocks.drop_unused(project, numbers)
        removed.span_count += span_count
    connection.execute(
        "DELETE FROM sessions WHERE project_id = ? AND session_id = ?", (project, session_id)
    )
    changes = Changes(name, {trace_id.hex() for _, trace_id, _ in traces}, {session_id})
    return removed, changes


def forget_old_deletions(connection: apsw.Connection, before_ns: int) -> None:
    """Drop the marks of traces that were deleted before a time."""
    connection.execute("DELETE FROM deleted_traces WHERE deleted_ns < ?", (before_ns,))
