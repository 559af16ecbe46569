"""Turn rollups into rows of the traces and sessions tables, in the writer's transaction."""

from __future__ import annotations

from typing import Any

import apsw
import orjson

from threadline_server.model.attributes import to_json_text
from threadline_server.store.rollup.session import RollupTrace, roll_up_session
from threadline_server.store.rollup.trace import TraceRollup
from threadline_server.store.sqlite.narrow import as_bytes
from threadline_server.store.sqlite.statement import Row, many, value

INTEGER_LIMIT = 2**63 - 1
"""Sums are cut here: SQLite keeps 64 bits, and no honest client reaches them."""

_TRACE_COLUMNS = (
    "trace_no",
    "project_id",
    "trace_id",
    "name",
    "session_id",
    "session_key",
    "session_span_id",
    "session_conflict",
    "user_id",
    "start_ns",
    "end_ns",
    "duration_ns",
    "running",
    "status",
    "root_span_id",
    "span_count",
    "error_count",
    "step_count",
    "input_tokens",
    "output_tokens",
    "total_tokens",
    "cache_read_tokens",
    "total_cost",
    "unpriced_calls",
    "model_ns",
    "tool_ns",
    "models",
    "tags",
    "metadata",
    "input",
    "output",
)
_SESSION_COLUMNS = (
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


def _upsert(table: str, columns: tuple[str, ...], key: tuple[str, ...]) -> str:
    changed = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in key)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))}) "
        f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changed}"
    )


_UPSERT_TRACE = _upsert("traces", _TRACE_COLUMNS, ("trace_no",))
_UPSERT_SESSION = _upsert("sessions", _SESSION_COLUMNS, ("project_id", "session_id"))

_TRACES_OF_SESSION = """
SELECT trace_id, start_ns, end_ns, running, span_count, error_count, input_tokens, output_tokens,
  cache_read_tokens, total_cost, unpriced_calls, user_id, models, tags,
  input IS NOT NULL, output IS NOT NULL
FROM traces WHERE project_id = ? AND session_id = ?
"""


def _sum(total: int) -> int:
    return min(total, INTEGER_LIMIT)


def write_trace(
    connection: apsw.Connection,
    project: int,
    *,
    trace_no: int,
    trace_id: str,
    rollup: TraceRollup,
    texts: tuple[str | None, str | None],
) -> None:
    """Write a trace's row; `texts` are the previews of its input and its output."""
    session, usage = rollup.session, rollup.usage
    connection.execute(
        _UPSERT_TRACE,
        (
            trace_no,
            project,
            bytes.fromhex(trace_id),
            rollup.name,
            None if session is None else session.session_id,
            None if session is None else session.key,
            None if session is None else as_bytes(session.span_id),
            session is not None and session.conflict,
            rollup.user_id,
            rollup.start_ns,
            rollup.end_ns,
            rollup.end_ns - rollup.start_ns,
            rollup.running,
            rollup.status,
            as_bytes(rollup.root_span_id),
            rollup.span_count,
            rollup.error_count,
            rollup.step_count,
            _sum(usage.input_tokens),
            _sum(usage.output_tokens),
            _sum(usage.input_tokens + usage.output_tokens),
            _sum(usage.cache_read_tokens),
            usage.total_cost,
            usage.unpriced_calls,
            rollup.model_ns,
            rollup.tool_ns,
            to_json_text(rollup.models),
            to_json_text(rollup.tags),
            to_json_text(rollup.metadata),
            *texts,
        ),
    )


def _preview(connection: apsw.Connection, column: str, project: int, trace_id: str | None) -> Any:
    if trace_id is None:
        return None
    return value(
        connection,
        f"SELECT {column} FROM traces WHERE project_id = ? AND trace_id = ?",
        (project, bytes.fromhex(trace_id)),
    )


def _rollup_trace(row: Row) -> RollupTrace:
    """A row of _TRACES_OF_SESSION."""
    values: list[Any] = [*row]
    values[0] = row[0].hex()
    values[12:14] = map(orjson.loads, row[12:14])
    for index in (3, 14, 15):
        values[index] = bool(row[index])
    return RollupTrace(*values)


def refresh_session(connection: apsw.Connection, project: int, session_id: str) -> None:
    """Bring a session's row up to date with its traces; without traces it goes."""
    traces = [
        _rollup_trace(row) for row in many(connection, _TRACES_OF_SESSION, (project, session_id))
    ]
    if not traces:
        connection.execute(
            "DELETE FROM sessions WHERE project_id = ? AND session_id = ?", (project, session_id)
        )
        return
    rollup = roll_up_session(traces)
    connection.execute(
        _UPSERT_SESSION,
        (
            project,
            session_id,
            rollup.start_ns,
            rollup.end_ns,
            rollup.end_ns - rollup.start_ns,
            _sum(rollup.active_ns),
            rollup.running,
            rollup.trace_count,
            _sum(rollup.span_count),
            _sum(rollup.error_count),
            rollup.error_trace_count,
            _sum(rollup.input_tokens),
            _sum(rollup.output_tokens),
            _sum(rollup.input_tokens + rollup.output_tokens),
            _sum(rollup.cache_read_tokens),
            rollup.total_cost,
            rollup.unpriced_calls,
            to_json_text(rollup.user_ids),
            to_json_text(rollup.models),
            to_json_text(rollup.tags),
            _preview(connection, "input", project, rollup.input_trace_id),
            _preview(connection, "output", project, rollup.output_trace_id),
        ),
    )
