"""Turn rows of the store into the JSON documents of the REST contract."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from threadline_server.model.price import ListedPrice, Rates
from threadline_server.model.search import Hit, SessionHits
from threadline_server.model.span import Carried, Message
from threadline_server.model.time import to_iso, to_ms
from threadline_server.query.pages import Listed
from threadline_server.store.contract import (
    ScoreRow,
    SessionDetail,
    SessionRow,
    SpanDetail,
    SpanRow,
    Step,
    TraceRow,
)

Document = dict[str, Any]


def _iso(time_ns: int | None) -> str | None:
    return None if time_ns is None else to_iso(time_ns)


def _ms(duration_ns: int | None) -> float | None:
    return None if duration_ns is None else to_ms(duration_ns)


def session_document(row: SessionRow) -> Document:
    """A session as lists show it."""
    return {
        "session_id": row.session_id,
        "start_time": to_iso(row.start_ns),
        "end_time": to_iso(row.end_ns),
        "duration_ms": to_ms(row.duration_ns),
        "active_ms": to_ms(row.active_ns),
        "trace_count": row.trace_count,
        "span_count": row.span_count,
        "error_count": row.error_count,
        "error_trace_count": row.error_trace_count,
        "input_tokens": row.input_tokens,
        "output_tokens": row.output_tokens,
        "total_tokens": row.total_tokens,
        "cache_read_tokens": row.cache_read_tokens,
        "total_cost": row.total_cost,
        "unpriced_calls": row.unpriced_calls,
        "user_ids": row.user_ids,
        "models": row.models,
        "tags": row.tags,
        "first_input": row.first_input,
        "last_output": row.last_output,
        "running": row.running,
    }


def list_document(items: Sequence[Document], listed: Listed[Any]) -> Document:
    """One page of a list that a search may select."""
    return {
        "items": items,
        "next_cursor": listed.next_cursor,
        "truncated": listed.truncated,
    }


def listed_session_document(row: SessionRow, hits: SessionHits | None) -> Document:
    """A session as lists show it, with what a search found in it."""
    return {
        **session_document(row),
        "hit": None if hits is None else hit_document(hits.best),
        "hit_count": None if hits is None else hits.count,
    }


def hit_document(hit: Hit) -> Document:
    """A text that a search found."""
    return {
        "session_id": hit.session_id,
        "trace_id": hit.trace_id,
        "span_id": hit.span_id,
        "where": hit.where,
        "snippet": hit.snippet,
        "highlights": hit.highlights,
        "score": hit.score,
    }


def score_document(row: ScoreRow) -> Document:
    """A score, and what it is on."""
    score = row.score
    return {
        "score_id": score.score_id,
        "name": score.name,
        "value": score.value,
        "label": score.label,
        "comment": score.comment,
        "source": score.source,
        "target": score.target,
        "session_id": row.session_id,
        "trace_id": score.trace_id,
        "span_id": score.span_id,
        "time": to_iso(score.time_ns),
        "received_time": to_iso(score.received_ns),
    }


def _scores(listed: Listed[ScoreRow]) -> Document:
    """The scores within another document, and where the list of them goes on."""
    return {
        "scores": [score_document(row) for row in listed.rows],
        "scores_next_cursor": listed.next_cursor,
    }


def session_page_document(detail: SessionDetail, scores: Listed[ScoreRow]) -> Document:
    """A session with its metadata, why its traces belong together, and what was scored in it."""
    return {
        **session_document(detail.row),
        "metadata": detail.metadata,
        "provenance": {
            "keys": detail.key_counts,
            "conflict_trace_count": detail.conflict_trace_count,
        },
        **_scores(scores),
    }


def shape_document(session_id: str, traces: list[TraceRow], trace_count: int) -> Document:
    """The marks of which a session's shape is drawn."""
    return {
        "session_id": session_id,
        "trace_count": trace_count,
        "marks": [
            {
                "trace_id": row.trace_id,
                "start_time": to_iso(row.start_ns),
                "end_time": to_iso(row.end_ns),
                "duration_ms": to_ms(row.duration_ns),
                "model_ms": to_ms(row.model_ns),
                "tool_ms": to_ms(row.tool_ns),
                "failed": row.error_count > 0,
            }
            for row in traces
        ],
    }


def trace_document(row: TraceRow) -> Document:
    """A trace as lists show it."""
    return {
        "trace_id": row.trace_id,
        "name": row.name,
        "session_id": row.session_id,
        "user_id": row.user_id,
        "start_time": to_iso(row.start_ns),
        "end_time": to_iso(row.end_ns),
        "duration_ms": to_ms(row.duration_ns),
        "status": row.status,
        "span_count": row.span_count,
        "error_count": row.error_count,
        "input_tokens": row.input_tokens,
        "output_tokens": row.output_tokens,
        "total_tokens": row.total_tokens,
        "cache_read_tokens": row.cache_read_tokens,
        "total_cost": row.total_cost,
        "unpriced_calls": row.unpriced_calls,
        "models": row.models,
        "tags": row.tags,
        "metadata": row.metadata,
        "input": row.input,
        "output": row.output,
        "root_span_id": row.root_span_id,
        "running": row.running,
        "step_count": row.step_count,
        "model_ms": to_ms(row.model_ns),
        "tool_ms": to_ms(row.tool_ns),
    }


def trace_page_document(
    row: TraceRow, spans: Listed[SpanRow], scores: Listed[ScoreRow]
) -> Document:
    """A trace with why it belongs to its session, its spans, and what was scored in it."""
    provenance = None
    if row.session_id is not None:
        provenance = {
            "key": row.session_key,
            "span_id": row.session_span_id,
            "conflict": row.session_conflict,
        }
    return {
        **trace_document(row),
        "provenance": provenance,
        "spans": [span_document(span) for span in spans.rows],
        "next_cursor": spans.next_cursor,
        **_scores(scores),
    }


def span_document(row: SpanRow) -> Document:
    """A span without payloads."""
    return {
        "span_id": row.span_id,
        "parent_span_id": row.parent_span_id,
        "name": row.name,
        "type": row.type,
        "status": row.status,
        "status_message": row.status_message,
        "start_time": to_iso(row.start_ns),
        "end_time": _iso(row.end_ns),
        "duration_ms": _ms(row.duration_ns),
        "model": row.model,
        "provider": row.provider,
        "agent_name": row.agent_name,
        "tool_name": row.tool_name,
        "input_tokens": row.input_tokens,
        "output_tokens": row.output_tokens,
        "total_tokens": row.total_tokens,
        "cache_read_tokens": row.cache_read_tokens,
        "cache_write_tokens": row.cache_write_tokens,
        "reasoning_tokens": row.reasoning_tokens,
        "total_cost": row.total_cost,
        "cost_source": row.cost_source,
        "usage_counted_by": row.usage_counted_by,
        "scope_name": row.scope_name,
        "event_count": row.event_count,
    }


def listed_span_document(row: SpanRow) -> Document:
    """A span as the list of all spans shows it, with previews."""
    return {
        **span_document(row),
        "trace_id": row.trace_id,
        "session_id": row.session_id,
        "input": row.input,
        "output": row.output,
    }


def step_document(step: Step) -> Document:
    """A step of a workflow, with the totals of what ran below it."""
    row = step.row
    return {
        "span_id": row.span_id,
        "name": row.name,
        "type": row.type,
        "status": row.status,
        "status_message": row.status_message,
        "start_time": to_iso(row.start_ns),
        "end_time": _iso(row.end_ns),
        "duration_ms": _ms(row.duration_ns),
        "input": row.input,
        "output": row.output,
        "span_count": step.span_count,
        "error_count": step.error_count,
        "input_tokens": step.input_tokens,
        "output_tokens": step.output_tokens,
        "total_cost": step.total_cost,
    }


def _rates(rates: Rates) -> Document:
    return {
        "input": rates.input,
        "output": rates.output,
        "cache_read": rates.cache_read,
        "cache_write": rates.cache_write,
        "reasoning": rates.reasoning,
        "call": rates.call,
    }


def price_document(listed: ListedPrice) -> Document:
    """What a model's tokens cost."""
    return {
        "model": listed.model,
        "provider": listed.provider,
        **_rates(listed.price.rates),
        "tiers": [
            {"above_input_tokens": above, **_rates(rates)} for above, rates in listed.price.tiers
        ],
        "source": listed.source,
    }


def _message(message: Message) -> Document:
    return {
        "role": message.role,
        "name": message.name,
        "parts": message.parts,
        "finish_reason": message.finish_reason,
        "extra": message.extra,
    }


def span_page_document(detail: SpanDetail, carried: Carried, scores: Listed[ScoreRow]) -> Document:
    """A span with everything that was sent, what Threadline reads from it, and its scores."""
    row = detail.row
    return {
        **span_document(row),
        "trace_id": row.trace_id,
        "session_id": row.session_id,
        "user_id": detail.user_id,
        "conversation_id": detail.conversation_id,
        "request_model": detail.request_model,
        "response_model": detail.response_model,
        "tool_call_id": detail.tool_call_id,
        "input_cost": detail.input_cost,
        "output_cost": detail.output_cost,
        "input": carried.input,
        "output": carried.output,
        "input_key": carried.input_key,
        "output_key": carried.output_key,
        "time_to_first_token_ms": _ms(carried.time_to_first_token_ns),
        "tool_definitions": carried.tool_definitions,
        "system_instructions": carried.system_instructions,
        "messages": {
            "input": [_message(message) for message in carried.input_messages],
            "output": [_message(message) for message in carried.output_messages],
        },
        "events": [
            {
                "name": event.name,
                "time": _iso(event.time_ns or None),
                "attributes": event.attributes,
                "body": event.body,
                "source": "log" if event.logged else "span",
            }
            for event in detail.events
        ],
        "links": [
            {"trace_id": link.trace_id, "span_id": link.span_id, "attributes": link.attributes}
            for link in detail.links
        ],
        "attributes": detail.attributes,
        "resource": detail.resource.attributes,
        "scope": {
            "name": detail.scope.name,
            "version": detail.scope.version,
            "attributes": detail.scope.attributes,
        },
        "tags": detail.tags,
        "metadata": detail.metadata,
        "received_time": to_iso(detail.received_ns),
        "normalizer_version": detail.normalizer_version,
        "marks": detail.marks,
        **_scores(scores),
    }
