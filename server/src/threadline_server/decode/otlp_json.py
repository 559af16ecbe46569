"""Decode OTLP/JSON export requests into plain spans.

Accepts more than the specification says, because clients send more: ids as hex or base64, 64-bit
integers as text or numbers, enums by name or number, keys in camelCase or snake_case.
"""

from __future__ import annotations

import re
from typing import Any

import orjson

from threadline_server.decode.json_mending import mended_document
from threadline_server.decode.json_value import attributes_of, base64_bytes, field
from threadline_server.decode.traces import (
    SPAN_ID_BYTES,
    TRACE_ID_BYTES,
    DecodedTraces,
    UnreadableSpanError,
    checked_id,
    malformed,
    parent_id,
)
from threadline_server.model.span import DecodedSpan, Event, Link, Resource, Scope
from threadline_server.store.contract import RejectedSpan

LOG_RECORDS = ("resourceLogs", "scopeLogs", "logRecords")
METRICS = ("resourceMetrics", "scopeMetrics", "metrics")
"""Keys that lead from a request to its records."""

_KINDS = ("UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER")
_STATUS_CODES = ("UNSET", "OK", "ERROR")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2})*")
_DIGITS = re.compile(r"\d{1,9}")
_LATEST_NS = 2**64 - 1


def decode_traces(body: bytes) -> DecodedTraces:
    """The spans of an ExportTraceServiceRequest in JSON.

    Raises ThreadlineError `malformed` where the document cannot be taken apart into spans.
    """
    result = DecodedTraces()
    for resource_spans in _members(_document(body), "resourceSpans"):
        resource, broken = _resource(resource_spans)
        for scope_spans in _members(resource_spans, "scopeSpans"):
            scope, broken_scope = _scope(scope_spans)
            for span in _list(scope_spans, "spans"):
                if broken or broken_scope:
                    result.rejected.append(_rejected(span, broken or broken_scope))
                    continue
                try:
                    result.spans.append(_span(span, resource, scope))
                except UnreadableSpanError as error:
                    result.rejected.append(_rejected(span, str(error)))
    return result


def count_records(body: bytes, path: tuple[str, ...]) -> int:
    """How many entries lie at the end of a path of keys."""
    *containers, last = path
    level = [_document(body)]
    for key in containers:
        level = [member for entry in level for member in _members(entry, key)]
    return sum(len(_list(entry, last)) for entry in level)


def _document(body: bytes) -> dict[str, Any]:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        try:
            document = mended_document(body)
        except ValueError:
            raise malformed(str(error)) from error
    if not isinstance(document, dict):
        raise malformed("the JSON document is no object")
    return document


def _list(entry: dict[str, Any], key: str) -> list[Any]:
    found = field(entry, key)
    if found is None:
        return []
    if not isinstance(found, list):
        raise malformed(f"{key} is no array")
    return found


def _members(entry: dict[str, Any], key: str) -> list[dict[str, Any]]:
    found = _list(entry, key)
    if not all(isinstance(member, dict) for member in found):
        raise malformed(f"an entry of {key} is no object")
    return found


def _resource(resource_spans: dict[str, Any]) -> tuple[Resource, str]:
    resource = field(resource_spans, "resource") or {}
    try:
        return Resource(_attributes(resource, "its resource")), ""
    except UnreadableSpanError as error:
        return Resource(), str(error)


def _scope(scope_spans: dict[str, Any]) -> tuple[Scope, str]:
    scope = field(scope_spans, "scope") or {}
    try:
        attributes = _attributes(scope, "its scope")
        return Scope(_text(scope, "name"), _text(scope, "version"), attributes), ""
    except UnreadableSpanError as error:
        return Scope(), str(error)


def _attributes(entry: Any, whose: str) -> dict[str, Any]:
    if not isinstance(entry, dict):
        raise UnreadableSpanError(f"{whose} is no object")
    return attributes_of(field(entry, "attributes"), whose)


def _entries(span: dict[str, Any], key: str) -> list[dict[str, Any]]:
    found = field(span, key) or []
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise UnreadableSpanError(f"{key} is no array of objects")
    return found


def _span(span: Any, resource: Resource, scope: Scope) -> DecodedSpan:
    if not isinstance(span, dict):
        raise UnreadableSpanError("it is no object")
    status = field(span, "status") or {}
    if not isinstance(status, dict):
        raise UnreadableSpanError("status is no object")
    return DecodedSpan(
        trace_id=checked_id("trace id", _id(span, "traceId"), TRACE_ID_BYTES),
        span_id=checked_id("span id", _id(span, "spanId"), SPAN_ID_BYTES),
        parent_span_id=parent_id(_id(span, "parentSpanId")),
        name=_text(span, "name"),
        start_ns=_time(span, "startTimeUnixNano"),
        end_ns=_time(span, "endTimeUnixNano"),
        attributes=attributes_of(field(span, "attributes"), "it"),
        resource=resource,
        scope=scope,
        kind=_enum(field(span, "kind"), _KINDS),
        status_code=_enum(field(status, "code"), _STATUS_CODES),
        status_message=_text(status, "message"),
        events=[
            Event(
                _text(event, "name"),
                _time(event, "timeUnixNano"),
                attributes_of(field(event, "attributes"), "an event"),
            )
            for event in _entries(span, "events")
        ],
        links=[
            Link(
                _id(link, "traceId").hex(),
                _id(link, "spanId").hex(),
                attributes_of(field(link, "attributes"), "a link"),
            )
            for link in _entries(span, "links")
        ],
        trace_state=_text(span, "traceState"),
    )


def _id(entry: dict[str, Any], key: str) -> bytes:
    """The bytes of an id in hex, as OTLP/JSON says, or in base64, as protobuf's JSON says."""
    value = field(entry, key)
    if value is None:
        return b""
    if not isinstance(value, str):
        raise UnreadableSpanError(f"{key} is no text")
    if _HEX.fullmatch(value):
        return bytes.fromhex(value)
    decoded = base64_bytes(value)
    if decoded is None:
        raise UnreadableSpanError(f"{key} is neither hex nor base64")
    return decoded


def _text(entry: dict[str, Any], key: str) -> str:
    value = field(entry, key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise UnreadableSpanError(f"{key} is no text")
    return value


def _time(entry: dict[str, Any], key: str) -> int:
    """Nanoseconds since 1970; 0 where there are none."""
    value = field(entry, key)
    try:
        time_ns = int(value or 0)
    except (TypeError, ValueError, OverflowError):
        time_ns = -1
    if not 0 <= time_ns <= _LATEST_NS:
        raise UnreadableSpanError(f"{key} is no number of nanoseconds since 1970")
    return time_ns


def _enum(value: Any, names: tuple[str, ...]) -> int:
    """An enum by number or by name, with or without its prefix; 0 where it is neither."""
    if isinstance(value, str):
        if _DIGITS.fullmatch(value):
            return int(value)
        name = value.upper().rpartition("_")[2]
        return names.index(name) if name in names else 0
    return value if isinstance(value, int) and 0 <= value < 2**31 else 0


def _rejected(span: Any, why: str) -> RejectedSpan:
    entry = span if isinstance(span, dict) else {}
    shown = (field(entry, key) for key in ("traceId", "spanId", "name"))
    trace_id, span_id, name = (text if isinstance(text, str) else "" for text in shown)
    return RejectedSpan(trace_id, span_id, name, why)
