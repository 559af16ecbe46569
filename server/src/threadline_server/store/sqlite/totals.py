"""Turn the totals of a trace into its row, and that into what its session counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import apsw
import orjson

from threadline_server.model.attributes import to_json_text
from threadline_server.store.rollup.session import RollupTrace
from threadline_server.store.rollup.trace import TraceRollup
from threadline_server.store.sqlite.narrow import as_bytes
from threadline_server.store.sqlite.statement import Row, many, one

INTEGER_LIMIT = 2**63 - 1
"""Sums are cut here: SQLite keeps 64 bits, and no honest client reaches them."""

TRACE_COLUMNS = (
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


def upsert(table: str, columns: tuple[str, ...], key: tuple[str, ...]) -> str:
    """The statement that puts a row in, or over the one of that key."""
    changed = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in key)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))}) "
        f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changed}"
    )


UPSERT_TRACE = upsert("traces", TRACE_COLUMNS, ("trace_no",))

_COUNTED_COLUMNS = (
    "session_id, trace_id, start_ns, end_ns, running, span_count, error_count, input_tokens, "
    "output_tokens, cache_read_tokens, total_cost, unpriced_calls, user_id, models, tags, input, "
    "output"
)
_COUNTED = f"SELECT {_COUNTED_COLUMNS} FROM traces WHERE trace_no = ?"
_COUNTED_OF_SESSION = f"""
SELECT {_COUNTED_COLUMNS} FROM traces WHERE project_id = ? AND session_id = ?
ORDER BY start_ns
"""


def stored_sum(total: int) -> int:
    """A sum as the database can hold it."""
    return min(total, INTEGER_LIMIT)


def list_text(texts: list[str]) -> str:
    """A list of texts as JSON."""
    return to_json_text(texts) if texts else "[]"


def trace_row(
    project: int,
    trace_no: int,
    trace_id: str,
    rollup: TraceRollup,
    texts: tuple[str | None, str | None],
) -> Row:
    """A trace's values in the order of TRACE_COLUMNS; `texts` are the previews of its input and of
    its output.
    """
    session, usage = rollup.session, rollup.usage
    return (
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
        stored_sum(usage.input_tokens),
        stored_sum(usage.output_tokens),
        stored_sum(usage.input_tokens + usage.output_tokens),
        stored_sum(usage.cache_read_tokens),
        usage.total_cost,
        usage.unpriced_calls,
        rollup.model_ns,
        rollup.tool_ns,
        list_text(rollup.models),
        list_text(rollup.tags),
        to_json_text(rollup.metadata) if rollup.metadata else "{}",
        *texts,
    )


def counted(
    trace_id: str, rollup: TraceRollup, texts: tuple[str | None, str | None]
) -> RollupTrace:
    """What the session of a trace counts of it, as a row of these totals will say it."""
    usage = rollup.usage
    return RollupTrace(
        session_id=None if rollup.session is None else rollup.session.session_id,
        trace_id=trace_id,
        start_ns=rollup.start_ns,
        end_ns=rollup.end_ns,
        running=rollup.running,
        span_count=rollup.span_count,
        error_count=rollup.error_count,
        input_tokens=stored_sum(usage.input_tokens),
        output_tokens=stored_sum(usage.output_tokens),
        cache_read_tokens=stored_sum(usage.cache_read_tokens),
        total_cost=usage.total_cost,
        unpriced_calls=usage.unpriced_calls,
        user_id=rollup.user_id,
        models=rollup.models,
        tags=rollup.tags,
        input=texts[0],
        output=texts[1],
    )


def stored_counted(connection: apsw.Connection, trace_no: int) -> RollupTrace:
    """The same of a stored trace."""
    row = one(connection, _COUNTED, (trace_no,))
    assert row is not None  # its number was read in this transaction
    return _counted(row)


def counted_of_session(
    connection: apsw.Connection, project: int, session_id: str
) -> Iterator[RollupTrace]:
    """What a session counts of each of its stored traces, by start."""
    return map(_counted, many(connection, _COUNTED_OF_SESSION, (project, session_id)))


def _counted(row: Row) -> RollupTrace:
    values: list[Any] = [*row]
    values[1] = row[1].hex()
    values[4] = bool(row[4])
    values[13] = json_list(row[13])
    values[14] = json_list(row[14])
    return RollupTrace(*values)


def json_list(text: str) -> list[str]:
    """The list that `list_text` made a text of."""
    return [] if text == "[]" else orjson.loads(text)
