"""The fields of each list: what they are called, what they hold, and how the store names them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from threadline_server.store.contract import Noun

FieldKind = Literal["text", "integer", "number", "boolean", "time", "duration", "array"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its kind, and its column in the store's own units.

    A time is nanoseconds since 1970 in the store and ISO-8601 outside; a duration is nanoseconds
    in the store and milliseconds outside. What is an array cannot be sorted by.
    """

    kind: FieldKind
    column: str


def _fields(**kinds: FieldKind) -> dict[str, Field]:
    renamed = {"time": ("_time", "_ns"), "duration": ("_ms", "_ns")}
    fields = {}
    for name, kind in kinds.items():
        old, new = renamed.get(kind, ("", ""))
        fields[name] = Field(kind, name.removesuffix(old) + new)
    return fields


FIELDS: dict[Noun, dict[str, Field]] = {
    "sessions": _fields(
        session_id="text",
        start_time="time",
        end_time="time",
        duration_ms="duration",
        active_ms="duration",
        trace_count="integer",
        span_count="integer",
        error_count="integer",
        error_trace_count="integer",
        input_tokens="integer",
        output_tokens="integer",
        total_tokens="integer",
        cache_read_tokens="integer",
        total_cost="number",
        unpriced_calls="integer",
        user_ids="array",
        models="array",
        tags="array",
        first_input="text",
        last_output="text",
        running="boolean",
    ),
    "traces": _fields(
        trace_id="text",
        name="text",
        session_id="text",
        user_id="text",
        start_time="time",
        end_time="time",
        duration_ms="duration",
        status="text",
        span_count="integer",
        error_count="integer",
        input_tokens="integer",
        output_tokens="integer",
        total_tokens="integer",
        cache_read_tokens="integer",
        total_cost="number",
        unpriced_calls="integer",
        models="array",
        tags="array",
        input="text",
        output="text",
        root_span_id="text",
        running="boolean",
        step_count="integer",
    ),
    "spans": _fields(
        trace_id="text",
        span_id="text",
        parent_span_id="text",
        session_id="text",
        name="text",
        type="text",
        status="text",
        status_message="text",
        start_time="time",
        end_time="time",
        duration_ms="duration",
        model="text",
        provider="text",
        agent_name="text",
        tool_name="text",
        input_tokens="integer",
        output_tokens="integer",
        total_tokens="integer",
        cache_read_tokens="integer",
        cache_write_tokens="integer",
        reasoning_tokens="integer",
        total_cost="number",
        cost_source="text",
        usage_counted_by="text",
        scope_name="text",
        event_count="integer",
        tags="array",
        input="text",
        output="text",
    ),
}
"""Every field by which a list is filtered; all but arrays sort it too."""


DEFAULT_SORT: dict[Noun, str] = {
    "sessions": "-end_time",
    "traces": "-start_time",
    "spans": "-start_time",
}
