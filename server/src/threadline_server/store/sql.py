"""What SQL of users may ask of any store: four tables of one project, one statement, and limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

MIB = 1 << 20
STATEMENT_BYTES = 100_000
"""The longest statement, as UTF-8."""

SqlTable = Literal["sessions", "traces", "spans", "messages"]
SqlType = Literal["TEXT", "INTEGER", "REAL"]
SqlParameters = Sequence[Any] | Mapping[str, Any]
"""Values for `?` in their order, or for `:name` by name: text, numbers and null."""


@dataclass(frozen=True, slots=True)
class SqlColumn:
    """A column: its type, and what it holds. Named as in the REST contract."""

    type: SqlType
    holds: str


@dataclass(frozen=True, slots=True)
class SqlLimits:
    """What one query may take, and how many there may be at once.

    `rows` and `bytes` are those of an answer as JSON; what is beyond is cut off, and the answer
    says so. `deadline_s` counts from when the query begins to run. `value_bytes` is the longest
    text that a query may make, `heap_bytes` what the engine may hold for it, `process_bytes` what
    its process may have beyond what it starts with.
    """

    deadline_s: float = 10
    rows: int = 10_000
    bytes: int = 8 * MIB
    statement_bytes: int = STATEMENT_BYTES
    value_bytes: int = 32 * MIB
    heap_bytes: int = 256 * MIB
    process_bytes: int = 1024 * MIB
    at_once: int = 2
    waiting: int = 4


@dataclass(frozen=True, slots=True)
class SqlQuery:
    """One statement over the tables of a project, and the values of its parameters."""

    project: str
    text: str
    parameters: SqlParameters = ()


@dataclass(frozen=True, slots=True)
class SqlResult:
    """Rows in the order of `columns`; `truncated` tells that there were more.

    Bytes and numbers that JSON cannot say are the tagged objects that attributes have too.
    """

    columns: list[str]
    rows: list[list[Any]]
    truncated: bool


class SqlEngine(Protocol):
    """Answers SQL of users."""

    async def run(self, query: SqlQuery) -> SqlResult:
        """The rows of one read-only statement; leaving it early ends the query.

        Raises ThreadlineError: `sql_not_allowed` for what is no reading of the four tables,
        `sql_error` for what the engine cannot do, `sql_timeout` (408) past the deadline, and `busy`
        (503, with a time to retry after) while as many queries run and wait as may.
        """
        ...


_TIME = "ISO 8601 in UTC with nine decimals"
_TEXTS = "JSON array of texts"
_CALLS = "calls with usage whose price is unknown"

SESSION_COLUMNS = {
    "session_id": SqlColumn("TEXT", "any text"),
    "start_time": SqlColumn("TEXT", _TIME),
    "end_time": SqlColumn("TEXT", _TIME),
    "duration_ms": SqlColumn("REAL", "from the first start to the last end"),
    "active_ms": SqlColumn("REAL", "time in which any of its traces ran"),
    "trace_count": SqlColumn("INTEGER", ""),
    "span_count": SqlColumn("INTEGER", ""),
    "error_count": SqlColumn("INTEGER", "error spans"),
    "error_trace_count": SqlColumn("INTEGER", "traces with an error span"),
    "input_tokens": SqlColumn("INTEGER", "counted once"),
    "output_tokens": SqlColumn("INTEGER", "counted once"),
    "total_tokens": SqlColumn("INTEGER", "input and output"),
    "cache_read_tokens": SqlColumn("INTEGER", "part of the input"),
    "total_cost": SqlColumn("REAL", "US dollars, null where no price is known"),
    "unpriced_calls": SqlColumn("INTEGER", _CALLS),
    "user_ids": SqlColumn("TEXT", _TEXTS),
    "models": SqlColumn("TEXT", _TEXTS),
    "tags": SqlColumn("TEXT", _TEXTS),
    "first_input": SqlColumn("TEXT", "a line of it"),
    "last_output": SqlColumn("TEXT", "a line of it"),
    "running": SqlColumn("INTEGER", "1 while a span has no end"),
    "start_ns": SqlColumn("INTEGER", "nanoseconds since 1970"),
    "end_ns": SqlColumn("INTEGER", "nanoseconds since 1970"),
}
TRACE_COLUMNS = {
    "trace_id": SqlColumn("TEXT", "32 hex digits"),
    "name": SqlColumn("TEXT", "its root's"),
    "session_id": SqlColumn("TEXT", "null where it belongs to none"),
    "user_id": SqlColumn("TEXT", ""),
    "start_time": SqlColumn("TEXT", _TIME),
    "end_time": SqlColumn("TEXT", _TIME),
    "duration_ms": SqlColumn("REAL", "from the first start to the last end"),
    "status": SqlColumn("TEXT", "`ok`, `error` or `unset`"),
    "span_count": SqlColumn("INTEGER", ""),
    "error_count": SqlColumn("INTEGER", "error spans"),
    "input_tokens": SqlColumn("INTEGER", "counted once"),
    "output_tokens": SqlColumn("INTEGER", "counted once"),
    "total_tokens": SqlColumn("INTEGER", "input and output"),
    "cache_read_tokens": SqlColumn("INTEGER", "part of the input"),
    "total_cost": SqlColumn("REAL", "US dollars, null where no price is known"),
    "unpriced_calls": SqlColumn("INTEGER", _CALLS),
    "models": SqlColumn("TEXT", _TEXTS),
    "tags": SqlColumn("TEXT", _TEXTS),
    "metadata": SqlColumn("TEXT", "JSON object"),
    "input": SqlColumn("TEXT", "a line of it"),
    "output": SqlColumn("TEXT", "a line of it"),
    "root_span_id": SqlColumn("TEXT", "16 hex digits, null until the root arrives"),
    "running": SqlColumn("INTEGER", "1 while a span has no end"),
    "step_count": SqlColumn("INTEGER", "steps of a workflow, else 0"),
    "model_ms": SqlColumn("REAL", "time in which a model ran"),
    "tool_ms": SqlColumn("REAL", "time in which a tool ran"),
    "start_ns": SqlColumn("INTEGER", "nanoseconds since 1970"),
    "end_ns": SqlColumn("INTEGER", "nanoseconds since 1970"),
}
SPAN_COLUMNS = {
    "trace_id": SqlColumn("TEXT", "32 hex digits"),
    "span_id": SqlColumn("TEXT", "16 hex digits"),
    "parent_span_id": SqlColumn("TEXT", "null for a root"),
    "session_id": SqlColumn("TEXT", "its trace's"),
    "name": SqlColumn("TEXT", ""),
    "type": SqlColumn("TEXT", "`llm`, `tool`, `agent`, …"),
    "status": SqlColumn("TEXT", "`ok`, `error` or `unset`"),
    "status_message": SqlColumn("TEXT", ""),
    "start_time": SqlColumn("TEXT", _TIME),
    "end_time": SqlColumn("TEXT", "null while it runs"),
    "duration_ms": SqlColumn("REAL", "null while it runs"),
    "user_id": SqlColumn("TEXT", "what the span itself says"),
    "conversation_id": SqlColumn("TEXT", ""),
    "agent_name": SqlColumn("TEXT", ""),
    "tool_name": SqlColumn("TEXT", ""),
    "tool_call_id": SqlColumn("TEXT", ""),
    "model": SqlColumn("TEXT", "that answered, else that was asked for"),
    "request_model": SqlColumn("TEXT", ""),
    "response_model": SqlColumn("TEXT", ""),
    "provider": SqlColumn("TEXT", ""),
    "input_tokens": SqlColumn("INTEGER", "what the span itself reports"),
    "output_tokens": SqlColumn("INTEGER", "the same"),
    "total_tokens": SqlColumn("INTEGER", "input and output"),
    "cache_read_tokens": SqlColumn("INTEGER", "part of the input"),
    "cache_write_tokens": SqlColumn("INTEGER", "part of the input"),
    "reasoning_tokens": SqlColumn("INTEGER", "part of the output"),
    "input_cost": SqlColumn("REAL", "US dollars"),
    "output_cost": SqlColumn("REAL", "US dollars"),
    "total_cost": SqlColumn("REAL", "US dollars"),
    "cost_source": SqlColumn("TEXT", "`reported` or `computed`"),
    "usage_counted_by": SqlColumn("TEXT", "span that counts instead of this one"),
    "scope_name": SqlColumn("TEXT", "instrumentation that wrote it"),
    "event_count": SqlColumn("INTEGER", ""),
    "tags": SqlColumn("TEXT", _TEXTS),
    "metadata": SqlColumn("TEXT", "JSON object"),
    "start_ns": SqlColumn("INTEGER", "nanoseconds since 1970"),
    "end_ns": SqlColumn("INTEGER", "null while it runs"),
    "received_time": SqlColumn("TEXT", _TIME),
    "input": SqlColumn("TEXT", "whole, as it was sent"),
    "output": SqlColumn("TEXT", "whole, as it was sent"),
    "attributes": SqlColumn("TEXT", "JSON object of all that was sent"),
    "events": SqlColumn("TEXT", "JSON array of `name`, `time`, `attributes`, `body`"),
    "resource": SqlColumn("TEXT", "JSON object"),
}
MESSAGE_COLUMNS = {
    "trace_id": SqlColumn("TEXT", "32 hex digits"),
    "span_id": SqlColumn("TEXT", "of the model call that shows it"),
    "session_id": SqlColumn("TEXT", "its trace's"),
    "start_time": SqlColumn("TEXT", "of the span"),
    "model": SqlColumn("TEXT", "of the span"),
    "side": SqlColumn("TEXT", "`input` or `output`"),
    "position": SqlColumn("INTEGER", "from 0 on each side"),
    "role": SqlColumn("TEXT", "`system`, `user`, `assistant`, `tool`, …"),
    "name": SqlColumn("TEXT", "the speaker's own"),
    "text": SqlColumn("TEXT", "what its parts say, one under the other"),
    "parts": SqlColumn("TEXT", "JSON array: texts, tool calls and results, pictures, …"),
    "finish_reason": SqlColumn("TEXT", ""),
    "start_ns": SqlColumn("INTEGER", "of the span, nanoseconds since 1970"),
}
SQL_TABLES: dict[SqlTable, dict[str, SqlColumn]] = {
    "sessions": SESSION_COLUMNS,
    "traces": TRACE_COLUMNS,
    "spans": SPAN_COLUMNS,
    "messages": MESSAGE_COLUMNS,
}
"""The four tables. `messages` has a row for each message that a span shows: history that a call
repeats is there again.
"""
