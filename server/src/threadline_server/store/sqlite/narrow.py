"""Turn canonical spans into narrow rows and rows back into what rollups read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import apsw
import orjson

from threadline_server.model.attributes import to_json_text
from threadline_server.model.span import Span
from threadline_server.store.rollup.span import RollupSpan
from threadline_server.store.sqlite.statement import many

COLUMNS = (
    "project_id",
    "trace_no",
    "span_id",
    "parent_span_id",
    "name",
    "type",
    "status",
    "status_message",
    "start_ns",
    "end_ns",
    "session_value",
    "session_key",
    "session_rank",
    "user_id",
    "conversation_id",
    "agent_name",
    "request_model",
    "response_model",
    "response_id",
    "provider",
    "tool_name",
    "tool_call_id",
    "scope_name",
    "input_tokens",
    "output_tokens",
    "cache_read_tokens",
    "cache_write_tokens",
    "reasoning_tokens",
    "input_cost",
    "output_cost",
    "total_cost",
    "cost_source",
    "usage_counted_by",
    "event_count",
    "has_messages",
    "has_input",
    "has_output",
    "says_user",
    "says_assistant",
    "tags",
    "metadata",
    "marks",
    "pending",
    "attribute_count",
    "received_ns",
    "normalizer_version",
    "document_no",
)
INSERT = (
    f"INSERT OR REPLACE INTO spans ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
)
INSERT_CONTENT = "INSERT INTO span_content VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"

SELECT_FOR_ROLLUP = """
SELECT s.span_id, s.parent_span_id, s.name, s.type, s.status, s.start_ns, s.end_ns,
  s.session_value, s.session_key, s.session_rank, s.user_id, s.model, s.response_id,
  s.scope_name, s.input_tokens, s.output_tokens, s.cache_read_tokens, s.cache_write_tokens,
  s.reasoning_tokens, s.total_cost, s.cost_source = 'reported', s.has_messages,
  s.has_input, s.has_output, s.says_user, s.says_assistant, s.tags, s.metadata,
  s.pending, s.attribute_count, s.document_no
FROM spans s
WHERE s.project_id = ? AND s.trace_no = ?
"""

Version = tuple[bool, int, int]


def as_bytes(hexadecimal: str | None) -> bytes | None:
    """The bytes of an id; None stays None."""
    return None if hexadecimal is None else bytes.fromhex(hexadecimal)


def as_hex(data: bytes | None) -> str | None:
    """The lower-case hex of an id; None stays None."""
    return None if data is None else data.hex()


def for_rollup(span: Span) -> RollupSpan:
    """What rollups read of a span that just came in, by position: names would cost a microsecond."""
    claim, tokens, previews = span.session, span.tokens, span.previews
    return RollupSpan(
        span.span_id,
        span.parent_span_id,
        span.name,
        span.type,
        span.status,
        span.start_ns,
        span.end_ns,
        None if claim is None else claim.value,
        None if claim is None else claim.key,
        None if claim is None else claim.rank,
        span.user_id,
        span.model,
        span.response_id,
        span.decoded.scope.name,
        tokens.input,
        tokens.output,
        tokens.cache_read,
        tokens.cache_write,
        tokens.reasoning,
        span.cost.total,
        span.cost.source == "reported",
        previews.has_messages,
        previews.input is not None,
        previews.output is not None,
        previews.asked is not None,
        previews.answered is not None,
        span.tags,
        span.metadata,
    )


@dataclass(slots=True)
class StoredTrace:
    """The stored spans of a trace by id: what rollups read of each, its version, and the number of
    its document, which is another for every version that was ever stored.
    """

    spans: dict[str, RollupSpan] = field(default_factory=dict)
    versions: dict[str, Version] = field(default_factory=dict)
    documents: dict[str, int] = field(default_factory=dict)


def stored_trace(connection: apsw.Connection, project: int, trace_no: int) -> StoredTrace:
    """All that is stored of a trace, without its content."""
    stored = StoredTrace()
    for row in many(connection, SELECT_FOR_ROLLUP, (project, trace_no)):
        span_id = row[0].hex()
        values: list[Any] = [*row[:28]]
        values[0], values[1] = span_id, as_hex(row[1])
        values[20:26] = map(bool, row[20:26])
        values[26] = orjson.loads(row[26]) if row[26] != "[]" else []
        values[27] = orjson.loads(row[27]) if row[27] != "{}" else {}
        stored.spans[span_id] = RollupSpan(*values)
        stored.versions[span_id] = (not row[28], row[6] or 0, row[29])
        stored.documents[span_id] = row[30]
    return stored


def row(
    span: Span,
    project: int,
    trace_no: int,
    *,
    counted_by: str | None,
    logged_count: int,
    document_no: int,
) -> tuple[Any, ...]:
    """A span's values in the order of COLUMNS; so many of its events came as log records."""
    claim, tokens, cost, previews = span.session, span.tokens, span.cost, span.previews
    return (
        project,
        trace_no,
        bytes.fromhex(span.span_id),
        as_bytes(span.parent_span_id),
        span.name,
        span.type,
        span.status,
        span.status_message,
        span.start_ns,
        span.end_ns,
        None if claim is None else claim.value,
        None if claim is None else claim.key,
        None if claim is None else claim.rank,
        span.user_id,
        span.conversation_id,
        span.agent_name,
        span.request_model,
        span.response_model,
        span.response_id,
        span.provider,
        span.tool_name,
        span.tool_call_id,
        span.decoded.scope.name,
        tokens.input,
        tokens.output,
        tokens.cache_read,
        tokens.cache_write,
        tokens.reasoning,
        cost.input,
        cost.output,
        cost.total,
        cost.source,
        as_bytes(counted_by),
        len(span.decoded.events) + logged_count,
        previews.has_messages,
        previews.input is not None,
        previews.output is not None,
        previews.asked is not None,
        previews.answered is not None,
        to_json_text(span.tags) if span.tags else "[]",
        to_json_text(span.metadata) if span.metadata else "{}",
        to_json_text(span.marks) if span.marks else "[]",
        span.pending,
        span.attribute_count,
        span.received_ns,
        span.normalizer_version,
        document_no,
    )
