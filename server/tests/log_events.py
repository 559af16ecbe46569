"""Log events for tests: what a log record tells of a span, with quiet defaults."""

from __future__ import annotations

from oracle.small import RECEIVED, START, TRACE

from threadline_server.model.attributes import Attributes, AttributeValue
from threadline_server.model.log_record import DecodedLogRecord, LogEvent
from threadline_server.model.span import Resource, Scope
from threadline_server.normalize.log_event import log_event

DETAILS = "gen_ai.client.inference.operation.details"


def a_record(
    span_id: str | None,
    name: str,
    body: AttributeValue = None,
    *,
    trace: str | None = TRACE,
    at_ns: int = START,
    observed_ns: int = 0,
    attributes: Attributes | None = None,
) -> DecodedLogRecord:
    """A log record as it was decoded."""
    return DecodedLogRecord(
        event_name=name,
        trace_id=trace,
        span_id=span_id,
        time_ns=at_ns,
        observed_ns=observed_ns,
        body=body,
        attributes=attributes or {},
        resource=Resource({"service.name": "app"}),
        scope=Scope("logs"),
    )


def told(
    span_id: str,
    name: str,
    body: AttributeValue = None,
    *,
    trace: str = TRACE,
    at_ns: int = START,
    attributes: Attributes | None = None,
) -> LogEvent:
    """What a log record tells of a span."""
    record = a_record(span_id, name, body, trace=trace, at_ns=at_ns, attributes=attributes)
    found = log_event(record, RECEIVED)
    assert found is not None
    return found


def asked(span_id: str, text: str, *, trace: str = TRACE, at_ns: int = START) -> LogEvent:
    """What a user said, as an event of its own."""
    return told(span_id, "gen_ai.user.message", {"content": text}, trace=trace, at_ns=at_ns)


def answered(span_id: str, text: str, *, trace: str = TRACE, at_ns: int = START + 1) -> LogEvent:
    """What a model said, as an event of its own."""
    body: AttributeValue = {"index": 0, "message": {"content": text}}
    return told(span_id, "gen_ai.choice", body, trace=trace, at_ns=at_ns)
