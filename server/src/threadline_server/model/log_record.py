"""Log records in their two states: as OTLP said them, and as events of the span they speak of."""

from __future__ import annotations

from dataclasses import dataclass

from threadline_server.model.attributes import Attributes, AttributeValue
from threadline_server.model.span import Event, Resource, Scope

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


@dataclass(slots=True)
class LogEvent:
    """A log record that says something of a span, whether or not that has arrived.

    `trace_id` and `span_id` name the span. `time_ns`, 0 where unknown, and `content_hash` are its
    identity within the span: sending a record twice changes nothing.
    """

    record: DecodedLogRecord
    trace_id: str
    span_id: str
    time_ns: int
    received_ns: int
    content_hash: bytes

    @property
    def name(self) -> str:
        """The name of the event."""
        return self.record.event_name

    @property
    def event(self) -> Event:
        """The event of the span that it becomes."""
        record = self.record
        return Event(record.event_name, self.time_ns, record.attributes, record.body, logged=True)
