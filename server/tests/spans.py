"""Spans for tests: decoded, canonical and as rollups see them, with quiet defaults."""

from __future__ import annotations

from typing import Any

from threadline_server.model.attributes import Attributes
from threadline_server.model.span import DecodedSpan, Event, Resource, Scope, Span
from threadline_server.normalize.pipeline import canonical
from threadline_server.store.rollup.span import RollupSpan

TRACE = "0123456789abcdef0123456789abcdef"
START_NS = 1_790_000_000_000_000_000
RECEIVED_NS = START_NS + 5_000_000_000
MS = 1_000_000


def span_id(number: int) -> str:
    """A span id that ends in a number."""
    return f"{number:016x}"


def decoded(number: int = 1, parent: int | None = None, **changes: Any) -> DecodedSpan:
    """A decoded span; `attributes`, `events` and every other field may be given."""
    values: dict[str, Any] = {
        "trace_id": TRACE,
        "span_id": span_id(number),
        "parent_span_id": None if parent is None else span_id(parent),
        "name": f"span {number}",
        "start_ns": START_NS + number * MS,
        "end_ns": START_NS + number * MS + 10 * MS,
        "attributes": {},
        "resource": Resource(),
        "scope": Scope("test"),
    }
    return DecodedSpan(**(values | changes))


def failed_event(kind: str = "ValueError", message: str = "no such city") -> Event:
    """An exception event as OpenTelemetry records it."""
    attributes: Attributes = {"exception.type": kind, "exception.message": message}
    return Event("exception", START_NS, attributes)


def understood(number: int = 1, parent: int | None = None, **changes: Any) -> Span:
    """The canonical span of `decoded`."""
    return canonical(decoded(number, parent, **changes), RECEIVED_NS)


def rollup_span(number: int, parent: int | None = None, **changes: Any) -> RollupSpan:
    """A span as rollups see it: 10 ms long, starting `number` ms after the beginning."""
    values: dict[str, Any] = {
        "span_id": span_id(number),
        "parent_span_id": None if parent is None else span_id(parent),
        "name": f"span {number}",
        "type": "span",
        "status": "unset",
        "start_ns": START_NS + number * MS,
        "end_ns": START_NS + number * MS + 10 * MS,
        "session_value": None,
        "session_key": None,
        "session_rank": None,
        "user_id": None,
        "model": None,
        "response_id": None,
        "scope_name": "test",
        "input_tokens": None,
        "output_tokens": None,
        "cache_read_tokens": None,
        "cache_write_tokens": None,
        "reasoning_tokens": None,
        "total_cost": None,
        "cost_reported": False,
        "has_messages": False,
        "has_input": False,
        "has_output": False,
        "says_user": False,
        "says_assistant": False,
        "tags": [],
        "metadata": {},
    }
    return RollupSpan(**(values | changes))


def call(number: int, parent: int | None = None, **changes: Any) -> RollupSpan:
    """A model call that reports 100 tokens in and 10 out."""
    values: dict[str, Any] = {
        "type": "llm",
        "model": "m",
        "input_tokens": 100,
        "output_tokens": 10,
    }
    return rollup_span(number, parent, **(values | changes))
