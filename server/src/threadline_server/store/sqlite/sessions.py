"""Turn what becomes of traces into the rows of their sessions, in the writer's transaction."""

from __future__ import annotations

from collections.abc import Iterable

import apsw

from threadline_server.store.rollup.session import GrowingSession, RollupTrace, SessionRollup
from threadline_server.store.rollup.usage import CountAnewError
from threadline_server.store.sqlite.remembered import RememberedSessions
from threadline_server.store.sqlite.statement import Row
from threadline_server.store.sqlite.totals import (
    counted_of_session,
    list_text,
    stored_sum,
    upsert,
)

_COLUMNS = (
    "project_id",
    "session_id",
    "start_ns",
    "end_ns",
    "duration_ns",
    "active_ns",
    "running",
    "trace_count",
    "span_count",
    "error_count",
    "error_trace_count",
    "input_tokens",
    "output_tokens",
    "total_tokens",
    "cache_read_tokens",
    "total_cost",
    "unpriced_calls",
    "user_ids",
    "models",
    "tags",
    "first_input",
    "last_output",
)
_UPSERT = upsert("sessions", _COLUMNS, ("project_id", "session_id"))
_DELETE = "DELETE FROM sessions WHERE project_id = ? AND session_id = ?"

Change = tuple[RollupTrace | None, RollupTrace | None]
"""What a session counted of a trace, and what it counts of it now; None where it is not of it."""


class SessionWriter:
    """Collects what becomes of traces; `flush` brings the rows of their sessions up to date.

    The caller owns the transaction.
    """

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._remembered = RememberedSessions()
        self._changes: dict[str, list[Change]] = {}

    def change(self, before: RollupTrace | None, after: RollupTrace) -> None:
        """Note what is counted of a trace, in place of what was counted before."""
        left = None if before is None else before.session_id
        if left is not None and left != after.session_id:
            self._changes.setdefault(left, []).append((before, None))
        if after.session_id is not None:
            known = before if left == after.session_id else None
            self._changes.setdefault(after.session_id, []).append((known, after))

    def flush(self, project: int) -> set[str]:
        """Write the rows of the project's sessions whose traces changed, after those of the traces;
        the ids of these sessions.
        """
        changes, self._changes = self._changes, {}
        rows = []
        for session_id in sorted(changes):
            session = self._changed(project, session_id, changes[session_id])
            if session.trace_count:
                rows.append(_row(project, session_id, session.rollup()))
                self._remembered.keep(project, session_id, session)
            else:
                self._connection.execute(_DELETE, (project, session_id))
        self._connection.executemany(_UPSERT, rows)
        return set(changes)

    def _changed(self, project: int, session_id: str, changes: list[Change]) -> GrowingSession:
        session = self._remembered.take(project, session_id)
        if session is not None:
            try:
                for before, after in changes:
                    session.change(before, after)
            except CountAnewError:
                session = None
        if session is None:
            session = GrowingSession(counted_of_session(self._connection, project, session_id))
        return session

    def committed(self) -> None:
        """Let the sessions that the transaction changed be remembered."""
        self._remembered.committed()

    def rolled_back(self) -> None:
        """Forget what the transaction changed."""
        self._changes.clear()
        self._remembered.forget_touched()

    def forget(self, project: int, session_ids: Iterable[str]) -> None:
        """Forget sessions that are gone."""
        self._remembered.forget(project, session_ids)


def _row(project: int, session_id: str, rollup: SessionRollup) -> Row:
    """A session's values in the order of its columns."""
    return (
        project,
        session_id,
        rollup.start_ns,
        rollup.end_ns,
        rollup.end_ns - rollup.start_ns,
        stored_sum(rollup.active_ns),
        rollup.running,
        rollup.trace_count,
        stored_sum(rollup.span_count),
        stored_sum(rollup.error_count),
        rollup.error_trace_count,
        stored_sum(rollup.input_tokens),
        stored_sum(rollup.output_tokens),
        stored_sum(rollup.input_tokens + rollup.output_tokens),
        stored_sum(rollup.cache_read_tokens),
        rollup.total_cost,
        rollup.unpriced_calls,
        list_text(rollup.user_ids),
        list_text(rollup.models),
        list_text(rollup.tags),
        rollup.first_input,
        rollup.last_output,
    )
