"""Take a trace export that the parser refuses apart, so that one bad span costs no other.

The parser refuses the whole message for one string that is not UTF-8 (clients that cut text by
bytes send such) and for one value that is nested too deeply. Here each span is parsed by itself;
where that fails its strings are mended with U+FFFD; where that fails too, only this span goes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import DecodeError, Message
from opentelemetry.proto.common.v1.common_pb2 import InstrumentationScope
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from threadline_server.decode.wire import BYTES, BrokenWireError, encoded, fields
from threadline_server.store.contract import RejectedSpan

DEEPEST_MESSAGE = 95
"""A little less than the 100 at which the parser gives up, so that we say why."""

RESOURCE_SPANS, RESOURCE, SCOPE_SPANS, SCOPE, SPANS = 1, 1, 2, 1, 2
TRACE_ID, SPAN_ID, NAME = 1, 2, 5

ParsedMessage = TypeVar("ParsedMessage", bound=Message)


@dataclass(slots=True)
class SalvagedScope:
    """One ScopeSpans: parsed messages, and the spans that could not be."""

    resource: Any
    scope: Any
    spans: list[Any] = field(default_factory=list)
    rejected: list[RejectedSpan] = field(default_factory=list)


def salvage(body: bytes) -> Iterator[SalvagedScope]:
    """Every ScopeSpans of a request; raises BrokenWireError where even those cannot be found."""
    for resource_spans in _members(memoryview(body), RESOURCE_SPANS):
        resource, broken = _parsed_or_why(Resource, _merged(resource_spans, RESOURCE))
        for scope_spans in _members(resource_spans, SCOPE_SPANS):
            scope, broken_scope = _parsed_or_why(InstrumentationScope, _merged(scope_spans, SCOPE))
            found = SalvagedScope(resource or Resource(), scope or InstrumentationScope())
            why = broken or broken_scope
            for raw in _members(scope_spans, SPANS):
                span, broken_span = (None, why) if why else _parsed_or_why(Span, bytes(raw))
                if span is None:
                    found.rejected.append(_rejected(raw, broken_span))
                else:
                    found.spans.append(span)
            yield found


def _members(data: memoryview, number: int) -> Iterator[memoryview]:
    return (f.payload for f in fields(data) if f.number == number and f.kind == BYTES)


def _merged(data: memoryview, number: int) -> bytes:
    """A singular message as protobuf means it: several occurrences on the wire are merged."""
    return b"".join(_members(data, number))


def _parsed_or_why(kind: type[ParsedMessage], data: bytes) -> tuple[ParsedMessage | None, str]:
    try:
        return kind.FromString(data), ""
    except DecodeError:
        pass
    try:
        return kind.FromString(_mended(memoryview(data), kind.DESCRIPTOR, 0)), ""
    except BrokenWireError as error:
        return None, f"{kind.DESCRIPTOR.name} cannot be read: {error}"
    except DecodeError:
        return None, f"{kind.DESCRIPTOR.name} cannot be read"


def _mended(data: memoryview, descriptor: Any, depth: int) -> bytes:
    """The same message with every string made valid UTF-8."""
    if depth > DEEPEST_MESSAGE:
        raise BrokenWireError("it is nested too deeply")
    result = bytearray()
    for found in fields(data):
        known = descriptor.fields_by_number.get(found.number)
        if known is None or found.kind != BYTES:
            result += found.raw
        elif known.type == FieldDescriptor.TYPE_STRING:
            text = bytes(found.payload).decode("utf-8", "replace")
            result += encoded(found.number, text.encode())
        elif known.type == FieldDescriptor.TYPE_MESSAGE:
            result += encoded(found.number, _mended(found.payload, known.message_type, depth + 1))
        else:
            result += found.raw
    return bytes(result)


def _rejected(raw: memoryview, why: str) -> RejectedSpan:
    """As much of a broken span's identity as its bytes show."""
    shown = {TRACE_ID: b"", SPAN_ID: b"", NAME: b""}
    try:
        for found in fields(raw):
            if found.number in shown and found.kind == BYTES:
                shown[found.number] = bytes(found.payload)
    except BrokenWireError:
        pass  # what was read so far is all there is to show
    name = shown[NAME].decode("utf-8", "replace")
    return RejectedSpan(shown[TRACE_ID].hex(), shown[SPAN_ID].hex(), name, why)
