"""A log record as OTLP said it: an event with a name, and what it belongs to."""

from __future__ import annotations

from dataclasses import dataclass

from threadline_server.model.attributes import Attributes, AttributeValue
from threadline_server.model.span import Resource, Scope

EVENT_NAME_KEY = "event.name"
"""The attribute that named an event before OTLP had a field for it."""


@dataclass(slots=True)
class DecodedLogRecord:
    """One log record exactly as OTLP said it; ids are lower-case hex, times nanoseconds since 1970.

    `trace_id` and `span_id` are None where it names none; `time_ns` is when it happened and
    `observed_ns` when it was collected, each 0 where unknown.
    """

    event_name: str
    trace_id: str | None
    span_id: str | None
    time_ns: int
    observed_ns: int
    body: AttributeValue
    attributes: Attributes
    resource: Resource
    scope: Scope
