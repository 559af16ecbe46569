"""Decode OTLP/protobuf export requests into plain spans and log records."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any, TypeVar

from google.protobuf.message import DecodeError, Message
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from threadline_server.decode import wire
from threadline_server.decode.decoded import DecodedLogs, DecodedTraces, Origin
from threadline_server.decode.protobuf_value import attributes_of, value_of
from threadline_server.decode.salvage import LOG_RECORD, SPAN, MessageGroup, RecordKind, salvage
from threadline_server.decode.unreadable import (
    SPAN_ID_BYTES,
    TRACE_ID_BYTES,
    UnreadableError,
    checked_id,
    malformed,
    parent_id,
    record_ids,
)
from threadline_server.model.log_record import EVENT_NAME_KEY, DecodedLogRecord
from threadline_server.model.span import DecodedSpan, Event, Link, Resource, Scope
from threadline_server.store.contract import Rejected

METRICS = (1, 2, 2)
"""Field numbers that lead from an ExportMetricsServiceRequest to its metrics."""

Request = TypeVar("Request", bound=Message)


def decode_traces(body: bytes) -> DecodedTraces:
    """The spans of an ExportTraceServiceRequest.

    Raises ThreadlineError `malformed` where the message cannot be taken apart into spans.
    """
    result = DecodedTraces()
    for group, origin in _groups(body, ExportTraceServiceRequest, _span_groups, SPAN):
        result.rejected.extend(group.rejected)
        for span in group.messages:
            try:
                result.spans.append(_span(span, origin))
            except UnreadableError as error:
                result.rejected.append(_rejected(span, span.name, error))
    return result


def decode_logs(body: bytes, events: Collection[str]) -> DecodedLogs:
    """The log records of an ExportLogsServiceRequest whose event is one of those named.

    The others are counted and not walked. Raises ThreadlineError `malformed` where the message
    cannot be taken apart into records.
    """
    result = DecodedLogs()
    for group, origin in _groups(body, ExportLogsServiceRequest, _log_groups, LOG_RECORD):
        result.rejected.extend(group.rejected)
        for record in group.messages:
            event_name = record.event_name
            if event_name not in events:
                # Codex has the line of its code in the field, and the name in the attribute.
                event_name = _stated_event_name(record) or event_name
            if event_name not in events:
                result.other_count += 1
                continue
            try:
                result.records.append(_record(record, event_name, origin))
            except UnreadableError as error:
                result.rejected.append(_rejected(record, event_name, error))
    return result


def count_records(body: bytes, path: tuple[int, ...]) -> int:
    """How many messages lie at the end of a path of field numbers, read without parsing them."""
    try:
        return wire.count(memoryview(body), path)
    except wire.BrokenWireError as error:
        raise malformed(str(error)) from error


def _span_groups(request: ExportTraceServiceRequest) -> Iterator[MessageGroup]:
    for resource_spans in request.resource_spans:
        resource = resource_spans.resource
        for scope_spans in resource_spans.scope_spans:
            yield MessageGroup(resource, scope_spans.scope, scope_spans.spans)


def _log_groups(request: ExportLogsServiceRequest) -> Iterator[MessageGroup]:
    for resource_logs in request.resource_logs:
        resource = resource_logs.resource
        for scope_logs in resource_logs.scope_logs:
            yield MessageGroup(resource, scope_logs.scope, scope_logs.log_records)


def _groups(
    body: bytes,
    kind: type[Request],
    groups_of: Callable[[Request], Iterator[MessageGroup]],
    record: RecordKind,
) -> Iterator[tuple[MessageGroup, Origin]]:
    """The groups of a request, from the parser or, where it refuses the whole, record by record."""
    try:
        groups = list(groups_of(kind.FromString(body)))
    except DecodeError:
        try:
            groups = list(salvage(body, record))
        except wire.BrokenWireError as error:
            raise malformed(str(error)) from error
    # By identity, which holds while the list keeps every message alive.
    resources: dict[int, tuple[Resource, str]] = {}
    for group in groups:
        if id(group.resource) not in resources:
            resources[id(group.resource)] = _resource(group.resource)
        resource, broken = resources[id(group.resource)]
        scope, broken_scope = _scope(group.scope)
        yield group, Origin(resource, scope, broken or broken_scope)


def _resource(resource: Any) -> tuple[Resource, str]:
    try:
        return Resource(attributes_of(resource.attributes)), ""
    except UnreadableError as error:
        return Resource(), f"its resource or scope: {error}"


def _scope(scope: Any) -> tuple[Scope, str]:
    try:
        return Scope(scope.name, scope.version, attributes_of(scope.attributes)), ""
    except UnreadableError as error:
        return Scope(), f"its resource or scope: {error}"


def _rejected(record: Any, name: str, why: UnreadableError) -> Rejected:
    return Rejected(record.trace_id.hex(), record.span_id.hex(), name, str(why))


def _span(span: Any, origin: Origin) -> DecodedSpan:
    origin.require()
    status = span.status
    return DecodedSpan(
        trace_id=checked_id("trace id", span.trace_id, TRACE_ID_BYTES),
        span_id=checked_id("span id", span.span_id, SPAN_ID_BYTES),
        parent_span_id=parent_id(span.parent_span_id),
        name=span.name,
        start_ns=span.start_time_unix_nano,
        end_ns=span.end_time_unix_nano,
        attributes=attributes_of(span.attributes),
        resource=origin.resource,
        scope=origin.scope,
        kind=span.kind,
        status_code=status.code,
        status_message=status.message,
        events=[
            Event(event.name, event.time_unix_nano, attributes_of(event.attributes))
            for event in span.events
        ],
        links=[
            Link(link.trace_id.hex(), link.span_id.hex(), attributes_of(link.attributes))
            for link in span.links
        ],
        trace_state=span.trace_state,
    )


def _stated_event_name(record: Any) -> str:
    for pair in record.attributes:
        if pair.key == EVENT_NAME_KEY:
            return str(pair.value.string_value)
    return ""


def _record(record: Any, event_name: str, origin: Origin) -> DecodedLogRecord:
    origin.require()
    trace_id, span_id = record_ids(record.trace_id, record.span_id)
    return DecodedLogRecord(
        event_name=event_name,
        trace_id=trace_id,
        span_id=span_id,
        time_ns=record.time_unix_nano,
        observed_ns=record.observed_time_unix_nano,
        body=value_of(record.body, "its body"),
        attributes=attributes_of(record.attributes),
        resource=origin.resource,
        scope=origin.scope,
    )
