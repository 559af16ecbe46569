"""Decode OTLP/JSON export requests into plain spans and log records."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from threadline_server.decode.decoded import DecodedLogs, DecodedTraces, Origin
from threadline_server.decode.json_entry import (
    Entry,
    document,
    entries,
    enum,
    id_bytes,
    items,
    members,
    rejected,
    resource_of,
    scope_of,
    text,
    time_ns,
)
from threadline_server.decode.json_value import attributes_of, field, value_of
from threadline_server.decode.unreadable import (
    SPAN_ID_BYTES,
    TRACE_ID_BYTES,
    UnreadableError,
    checked_id,
    parent_id,
    record_ids,
)
from threadline_server.model.log_record import EVENT_NAME_KEY, DecodedLogRecord
from threadline_server.model.span import DecodedSpan, Event, Link

METRICS = ("resourceMetrics", "scopeMetrics", "metrics")
"""Keys that lead from a request to its metrics."""

_KINDS = ("UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER")
_STATUS_CODES = ("UNSET", "OK", "ERROR")


def decode_traces(body: bytes) -> DecodedTraces:
    """The spans of an ExportTraceServiceRequest in JSON.

    Raises ThreadlineError `malformed` where the document cannot be taken apart into spans.
    """
    result = DecodedTraces()
    for scope_spans, origin in _groups(body, "resourceSpans", "scopeSpans"):
        for span in items(scope_spans, "spans"):
            try:
                result.spans.append(_span(span, origin))
            except UnreadableError as error:
                result.rejected.append(rejected(span, _stated(span, "name"), error))
    return result


def decode_logs(body: bytes, events: Collection[str]) -> DecodedLogs:
    """The log records of an ExportLogsServiceRequest in JSON whose event is one of those named.

    The others are counted and not walked. Raises ThreadlineError `malformed` where the document
    cannot be taken apart into records.
    """
    result = DecodedLogs()
    for scope_logs, origin in _groups(body, "resourceLogs", "scopeLogs"):
        for record in items(scope_logs, "logRecords"):
            event_name = _stated(record, "eventName")
            if event_name not in events:
                event_name = _attribute(record) or event_name
            if event_name not in events:
                result.other_count += 1
                continue
            try:
                result.records.append(_record(record, event_name, origin))
            except UnreadableError as error:
                result.rejected.append(rejected(record, event_name, error))
    return result


def count_records(body: bytes, path: tuple[str, ...]) -> int:
    """How many entries lie at the end of a path of keys."""
    *containers, last = path
    level = [document(body)]
    for key in containers:
        level = [member for entry in level for member in members(entry, key)]
    return sum(len(items(entry, last)) for entry in level)


def _groups(body: bytes, outer: str, inner: str) -> Iterator[tuple[Entry, Origin]]:
    """The entries that hold records, each with who sent them."""
    for outer_entry in members(document(body), outer):
        resource, broken = resource_of(outer_entry)
        for entry in members(outer_entry, inner):
            scope, broken_scope = scope_of(entry)
            yield entry, Origin(resource, scope, broken or broken_scope)


def _stated(entry: Any, key: str) -> str:
    value = field(entry, key) if isinstance(entry, dict) else None
    return value if isinstance(value, str) else ""


def _span(span: Any, origin: Origin) -> DecodedSpan:
    origin.require()
    if not isinstance(span, dict):
        raise UnreadableError("it is no object")
    status = field(span, "status") or {}
    if not isinstance(status, dict):
        raise UnreadableError("status is no object")
    return DecodedSpan(
        trace_id=checked_id("trace id", id_bytes(span, "traceId"), TRACE_ID_BYTES),
        span_id=checked_id("span id", id_bytes(span, "spanId"), SPAN_ID_BYTES),
        parent_span_id=parent_id(id_bytes(span, "parentSpanId")),
        name=text(span, "name"),
        start_ns=time_ns(span, "startTimeUnixNano"),
        end_ns=time_ns(span, "endTimeUnixNano"),
        attributes=attributes_of(field(span, "attributes"), "it"),
        resource=origin.resource,
        scope=origin.scope,
        kind=enum(field(span, "kind"), _KINDS),
        status_code=enum(field(status, "code"), _STATUS_CODES),
        status_message=text(status, "message"),
        events=[
            Event(
                text(event, "name"),
                time_ns(event, "timeUnixNano"),
                attributes_of(field(event, "attributes"), "an event"),
            )
            for event in entries(span, "events")
        ],
        links=[
            Link(
                id_bytes(link, "traceId").hex(),
                id_bytes(link, "spanId").hex(),
                attributes_of(field(link, "attributes"), "a link"),
            )
            for link in entries(span, "links")
        ],
        trace_state=text(span, "traceState"),
    )


def _attribute(record: Any) -> str:
    """The name of a record's event in an attribute, where it was before there was a field for it."""
    pairs = field(record, "attributes") if isinstance(record, dict) else None
    for pair in pairs if isinstance(pairs, list) else ():
        if isinstance(pair, dict) and pair.get("key") == EVENT_NAME_KEY:
            return _stated(pair.get("value"), "stringValue")
    return ""


def _record(record: Entry, event_name: str, origin: Origin) -> DecodedLogRecord:
    origin.require()
    trace_id, span_id = record_ids(id_bytes(record, "traceId"), id_bytes(record, "spanId"))
    return DecodedLogRecord(
        event_name=event_name,
        trace_id=trace_id,
        span_id=span_id,
        time_ns=time_ns(record, "timeUnixNano"),
        observed_ns=time_ns(record, "observedTimeUnixNano"),
        body=value_of(field(record, "body"), "its body"),
        attributes=attributes_of(field(record, "attributes"), "it"),
        resource=origin.resource,
        scope=origin.scope,
    )
