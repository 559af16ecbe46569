"""Decode OTLP/protobuf export requests into plain spans.

The parser does 1 µs of work for a span and the walk below 10: it reads each attribute once and
calls a function only for values that are not plain.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from threadline_server.decode import wire
from threadline_server.decode.salvage import SalvagedScope, salvage
from threadline_server.decode.traces import (
    NESTING_LIMIT,
    SPAN_ID_BYTES,
    TRACE_ID_BYTES,
    DecodedTraces,
    UnreadableSpanError,
    checked_id,
    malformed,
    nested_too_deeply,
    parent_id,
)
from threadline_server.model.attributes import Attributes, AttributeValue
from threadline_server.model.span import DecodedSpan, Event, Link, Resource, Scope
from threadline_server.store.contract import RejectedSpan

LOG_RECORDS = (1, 2, 2)
"""Field numbers that lead from an ExportLogsServiceRequest to its log records."""

METRICS = (1, 2, 2)
"""Field numbers that lead from an ExportMetricsServiceRequest to its metrics."""


def decode_traces(body: bytes) -> DecodedTraces:
    """The spans of an ExportTraceServiceRequest.

    Raises ThreadlineError `malformed` where the message cannot be taken apart into spans.
    """
    try:
        request = ExportTraceServiceRequest.FromString(body)
    except DecodeError:
        return _decode_salvaged(body)
    result = DecodedTraces()
    for resource_spans in request.resource_spans:
        resource = Resource()
        broken = _fill(resource.attributes, resource_spans.resource.attributes)
        for scope_spans in resource_spans.scope_spans:
            scope, broken_scope = _scope(scope_spans.scope)
            _decode_into(result, scope_spans.spans, resource, scope, broken or broken_scope)
    return result


def count_records(body: bytes, path: tuple[int, ...]) -> int:
    """How many messages lie at the end of a path of field numbers, read without parsing them."""
    try:
        return wire.count(memoryview(body), path)
    except wire.BrokenWireError as error:
        raise malformed(str(error)) from error


def _decode_salvaged(body: bytes) -> DecodedTraces:
    """The same from a message that the parser refuses as a whole, span by span."""
    result = DecodedTraces()
    try:
        scopes: list[SalvagedScope] = list(salvage(body))
    except wire.BrokenWireError as error:
        raise malformed(str(error)) from error
    resources: dict[int, tuple[Resource, str]] = {}
    for found in scopes:
        result.rejected.extend(found.rejected)
        if id(found.resource) not in resources:
            resource = Resource()
            broken = _fill(resource.attributes, found.resource.attributes)
            resources[id(found.resource)] = (resource, broken)
        resource, broken = resources[id(found.resource)]
        scope, broken_scope = _scope(found.scope)
        _decode_into(result, found.spans, resource, scope, broken or broken_scope)
    return result


def _scope(scope: Any) -> tuple[Scope, str]:
    result = Scope(name=scope.name, version=scope.version)
    return result, _fill(result.attributes, scope.attributes)


def _fill(attributes: Attributes, pairs: Iterable[Any]) -> str:
    """Fill a shared struct's attributes; gives why its spans cannot be kept, or nothing."""
    try:
        attributes.update(_attributes(pairs))
    except UnreadableSpanError as error:
        return f"its resource or scope: {error}"
    return ""


def _decode_into(
    result: DecodedTraces, spans: Iterable[Any], resource: Resource, scope: Scope, broken: str
) -> None:
    for span in spans:
        if broken:
            result.rejected.append(_rejected(span, broken))
            continue
        try:
            result.spans.append(_span(span, resource, scope))
        except UnreadableSpanError as error:
            result.rejected.append(_rejected(span, str(error)))


def _rejected(span: Any, why: str) -> RejectedSpan:
    return RejectedSpan(span.trace_id.hex(), span.span_id.hex(), span.name, why)


def _span(span: Any, resource: Resource, scope: Scope) -> DecodedSpan:
    status = span.status
    return DecodedSpan(
        trace_id=checked_id("trace id", span.trace_id, TRACE_ID_BYTES),
        span_id=checked_id("span id", span.span_id, SPAN_ID_BYTES),
        parent_span_id=parent_id(span.parent_span_id),
        name=span.name,
        start_ns=span.start_time_unix_nano,
        end_ns=span.end_time_unix_nano,
        attributes=_attributes(span.attributes),
        resource=resource,
        scope=scope,
        kind=span.kind,
        status_code=status.code,
        status_message=status.message,
        events=[
            Event(event.name, event.time_unix_nano, _attributes(event.attributes))
            for event in span.events
        ],
        links=[
            Link(link.trace_id.hex(), link.span_id.hex(), _attributes(link.attributes))
            for link in span.links
        ],
        trace_state=span.trace_state,
    )


def _attributes(pairs: Iterable[Any]) -> Attributes:
    result: Attributes = {}
    for pair in pairs:
        value = pair.value
        kind = value.WhichOneof("value")
        if kind == "string_value":
            result[pair.key] = value.string_value
        elif kind == "int_value":
            result[pair.key] = value.int_value
        else:
            try:
                result[pair.key] = _value(value, NESTING_LIMIT)
            except RecursionError:
                raise nested_too_deeply(pair.key) from None
    return result


def _value(value: Any, levels: int) -> AttributeValue:
    """Any value, with at most so many levels of arrays and maps; RecursionError beyond."""
    kind = value.WhichOneof("value")
    if kind == "array_value":
        if levels == 0:
            raise RecursionError
        return [_value(item, levels - 1) for item in value.array_value.values]
    if kind == "kvlist_value":
        if levels == 0:
            raise RecursionError
        return {pair.key: _value(pair.value, levels - 1) for pair in value.kvlist_value.values}
    # A string index belongs to profiles, where a table of strings comes along; here it has none.
    if kind is None or kind == "string_value_strindex":
        return None
    plain: str | bool | int | float | bytes = getattr(value, kind)
    return plain
