"""Take an export that the parser refuses apart, so that one bad span or log record costs no other.

The parser refuses the whole message for one string that is not UTF-8 (clients that cut text by
bytes send such) and for one value that is nested too deeply. Here each record is parsed by itself;
where that fails its strings are mended with U+FFFD; where that fails too, only this record goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import DecodeError, Message
from opentelemetry.proto.common.v1.common_pb2 import InstrumentationScope
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from threadline_server.decode.wire import BYTES, BrokenWireError, encoded, fields
from threadline_server.store.contract import Rejected

DEEPEST_MESSAGE = 95
"""A little less than the 100 at which the parser gives up, so that we say why."""

GROUPS, RESOURCE, SCOPE_GROUPS, SCOPE, RECORDS = 1, 1, 2, 1, 2
"""Field numbers on the way to a record: the same for traces and logs."""

ParsedMessage = TypeVar("ParsedMessage", bound=Message)


@dataclass(frozen=True, slots=True)
class RecordKind:
    """What a request carries, and the numbers of the fields by which one is named."""

    message: type[Message]
    trace_id: int
    span_id: int
    name: int


SPAN = RecordKind(Span, trace_id=1, span_id=2, name=5)
LOG_RECORD = RecordKind(LogRecord, trace_id=9, span_id=10, name=12)


@dataclass(slots=True)
class MessageGroup:
    """One ScopeSpans or ScopeLogs: parsed messages, and those records that could not be."""

    resource: Any
    scope: Any
    messages: Iterable[Any]
    rejected: list[Rejected] = field(default_factory=list)


def salvage(body: bytes, kind: RecordKind) -> Iterator[MessageGroup]:
    """Every group of a request; raises BrokenWireError where even those cannot be found."""
    for outer in _members(memoryview(body), GROUPS):
        resource, broken = _parsed_or_why(Resource, _merged(outer, RESOURCE))
        resource = resource or Resource()
        for inner in _members(outer, SCOPE_GROUPS):
            scope, broken_scope = _parsed_or_why(InstrumentationScope, _merged(inner, SCOPE))
            why = broken or broken_scope
            messages: list[Message] = []
            rejected: list[Rejected] = []
            for raw in _members(inner, RECORDS):
                found, reason = (None, why) if why else _parsed_or_why(kind.message, bytes(raw))
                if found is None:
                    rejected.append(_rejected(raw, kind, reason))
                else:
                    messages.append(found)
            yield MessageGroup(resource, scope or InstrumentationScope(), messages, rejected)


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


def _rejected(raw: memoryview, kind: RecordKind, why: str) -> Rejected:
    """As much of a broken record's identity as its bytes show."""
    shown = {kind.trace_id: b"", kind.span_id: b"", kind.name: b""}
    try:
        for found in fields(raw):
            if found.number in shown and found.kind == BYTES:
                shown[found.number] = bytes(found.payload)
    except BrokenWireError:
        pass  # what was read so far is all there is to show
    name = shown[kind.name].decode("utf-8", "replace")
    return Rejected(shown[kind.trace_id].hex(), shown[kind.span_id].hex(), name, why)
