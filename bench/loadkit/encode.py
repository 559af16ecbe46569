"""Turns records into serialised spans, and these into OTLP requests."""

from __future__ import annotations

from opentelemetry.proto.common.v1.common_pb2 import (
    AnyValue,
    ArrayValue,
    InstrumentationScope,
    KeyValue,
)
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from .dialects import ATTRS
from .record import Rec


def key_value(key: str, v) -> KeyValue:
    if isinstance(v, bool):
        a = AnyValue(bool_value=v)
    elif isinstance(v, str):
        a = AnyValue(string_value=v)
    elif isinstance(v, int):
        a = AnyValue(int_value=v)
    elif isinstance(v, float):
        a = AnyValue(double_value=v)
    else:
        a = AnyValue(array_value=ArrayValue(values=[AnyValue(string_value=x) for x in v]))
    return KeyValue(key=key, value=a)


def encode(s: Rec, trace_id: bytes, ctx: dict, dialect: str) -> bytes:
    """A serialised span in some dialect."""
    return encode_span(s, trace_id, ATTRS[dialect](s, ctx))


def encode_span(s: Rec, trace_id: bytes, attributes: dict) -> bytes:
    """A serialised span with these attributes; more can be appended to it, serialised as fields."""
    p = Span(
        trace_id=trace_id,
        span_id=s.span_id,
        parent_span_id=s.parent,
        name=s.name,
        kind=Span.SPAN_KIND_CLIENT if s.kind == "llm" else Span.SPAN_KIND_INTERNAL,
        start_time_unix_nano=s.start,
        end_time_unix_nano=s.end,
        attributes=[key_value(k, v) for k, v in attributes.items()],
    )
    if s.error:
        typ, msg = s.error
        p.status.CopyFrom(Status(code=Status.STATUS_CODE_ERROR, message=f"{typ}: {msg}"))
        trace = (
            "Traceback (most recent call last):\n"
            + "".join(
                f'  File "/app/agent/step_{i}.py", line {40 + i}, in run\n    return self.call(args)\n'
                for i in range(9)
            )
            + f"{typ}: {msg}"
        )
        p.events.add(
            time_unix_nano=s.end,
            name="exception",
            attributes=[
                key_value("exception.type", typ),
                key_value("exception.message", msg),
                key_value("exception.stacktrace", trace),
                key_value("exception.escaped", "False"),
            ],
        )
    else:
        p.status.code = Status.STATUS_CODE_OK
    return p.SerializeToString()


def varint(n: int) -> bytes:
    b = bytearray()
    while n > 127:
        b.append(n & 127 | 128)
        n >>= 7
    b.append(n)
    return bytes(b)


def length_delimited(tag: int, body: bytes) -> bytes:
    return bytes([tag]) + varint(len(body)) + body


def request_body(groups: dict[str, list[bytes]]) -> bytes:
    """ExportTraceServiceRequest from {service: [serialised Span, ...]}."""
    out = []
    for service, spans in groups.items():
        res = Resource(
            attributes=[
                key_value("service.name", service),
                key_value("telemetry.sdk.language", "python"),
                key_value("telemetry.sdk.name", "opentelemetry"),
                key_value("deployment.environment", "prod"),
            ]
        ).SerializeToString()
        scope = InstrumentationScope(name="loadkit", version="0.1.0").SerializeToString()
        scope_spans = length_delimited(0x0A, scope) + b"".join(
            length_delimited(0x12, s) for s in spans
        )
        out.append(
            length_delimited(
                0x0A, length_delimited(0x0A, res) + length_delimited(0x12, scope_spans)
            )
        )
    return b"".join(out)
