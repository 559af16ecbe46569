"""Turn database rows into the row structs of the store's contract."""

from __future__ import annotations

from typing import Any

import orjson

from threadline_server.store.contract import SessionRow, SpanRow, TraceRow
from threadline_server.store.sqlite.narrow import as_hex

SESSION_COLUMNS = (
    "session_id, start_ns, end_ns, duration_ns, active_ns, trace_count, span_count, error_count, "
    "error_trace_count, input_tokens, output_tokens, total_tokens, cache_read_tokens, total_cost, "
    "unpriced_calls, user_ids, models, tags, first_input, last_output, running"
)
TRACE_COLUMNS = (
    "t.trace_id, t.name, t.session_id, t.user_id, t.start_ns, t.end_ns, t.duration_ns, t.status, "
    "t.span_count, t.error_count, t.input_tokens, t.output_tokens, t.total_tokens, "
    "t.cache_read_tokens, t.total_cost, t.unpriced_calls, t.models, t.tags, t.metadata, t.input, "
    "t.output, t.root_span_id, t.running, t.step_count, t.model_ns, t.tool_ns, t.session_key, "
    "t.session_span_id, t.session_conflict"
)
SPAN_COLUMNS = (
    "t.trace_id, s.span_id, s.parent_span_id, s.name, s.type, s.status, s.status_message, "
    "s.start_ns, s.end_ns, s.model, s.provider, s.agent_name, s.tool_name, s.input_tokens, "
    "s.output_tokens, s.cache_read_tokens, s.cache_write_tokens, s.reasoning_tokens, s.total_cost, "
    "s.cost_source, s.usage_counted_by, s.scope_name, s.event_count"
)
SPAN_WIDTH = 23
"""How many values SPAN_COLUMNS gives."""


def _list(text: str) -> list[str]:
    return [] if text == "[]" else orjson.loads(text)


def session_row(row: tuple[Any, ...]) -> SessionRow:
    """A row of SESSION_COLUMNS."""
    values: list[Any] = [*row]
    values[15:18] = map(_list, row[15:18])
    values[20] = bool(row[20])
    return SessionRow(*values)


def trace_row(row: tuple[Any, ...]) -> TraceRow:
    """A row of TRACE_COLUMNS."""
    values: list[Any] = [*row]
    values[0] = row[0].hex()
    values[16:18] = map(_list, row[16:18])
    values[18] = orjson.loads(row[18])
    values[21] = as_hex(row[21])
    values[22] = bool(row[22])
    values[27] = as_hex(row[27])
    values[28] = bool(row[28])
    return TraceRow(*values)


def span_row(row: tuple[Any, ...], session_id: str | None = None) -> SpanRow:
    """A row of SPAN_COLUMNS."""
    values: list[Any] = [*row[:SPAN_WIDTH], session_id]
    values[0], values[1] = row[0].hex(), row[1].hex()
    values[2], values[20] = as_hex(row[2]), as_hex(row[20])
    return SpanRow(*values)


def listed_span_row(row: tuple[Any, ...]) -> SpanRow:
    """A row of SPAN_COLUMNS, then session id."""
    return span_row(row, row[SPAN_WIDTH])
