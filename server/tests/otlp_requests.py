"""OTLP export requests for tests: captured ones, small ones by hand, and generated ones."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from threadline_server.decode.wire import encoded

CAPTURES = Path(__file__).resolve().parents[2] / "conformance" / "otlp"
TRACE_ID = bytes(range(16))
SPAN_ID = bytes(range(1, 9))
ID_FIELDS = {"traceId", "spanId", "parentSpanId"}


def captures(signal: str) -> dict[str, bytes]:
    """Bodies of the captured requests of one signal, by their name."""
    found = {}
    for meta in sorted(CAPTURES.glob("*/*.meta.json")):
        if json.loads(meta.read_text())["signal"] == signal:
            name = meta.name.removesuffix(".meta.json")
            found[f"{meta.parent.name}/{name}"] = meta.with_name(f"{name}.bin").read_bytes()
    assert found, f"no captured {signal}"
    return found


def request(*names: str) -> ExportTraceServiceRequest:
    """A request with one span of each name, ids counted up from 1."""
    message = ExportTraceServiceRequest()
    spans = message.resource_spans.add().scope_spans.add().spans
    for number, name in enumerate(names, start=1):
        spans.add(
            trace_id=TRACE_ID,
            span_id=number.to_bytes(8, "big"),
            name=name,
            start_time_unix_nano=1_700_000_000_000_000_000,
            end_time_unix_nano=1_700_000_001_000_000_000,
        )
    return message


def as_json(message: Message) -> bytes:
    """The same request as OTLP/JSON: ids in hex, enums as numbers."""
    document = MessageToDict(message, use_integers_for_enums=True)
    return json.dumps(_with_hex_ids(document)).encode()


def _with_hex_ids(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_hex_ids(item) for item in value]
    if isinstance(value, dict):
        return {
            key: base64.b64decode(item).hex() if key in ID_FIELDS else _with_hex_ids(item)
            for key, item in value.items()
        }
    return value


def nested(levels: int) -> bytes:
    """An AnyValue inside so many maps, as bytes: its own library refuses to build deep ones."""
    value = AnyValue(string_value="bottom").SerializeToString()
    for _ in range(levels):
        pair = encoded(1, b"k") + encoded(2, value)
        value = encoded(6, encoded(1, pair))
    return value


def with_attribute(span: Span, key: str, value: bytes) -> bytes:
    """A span's bytes with one attribute more, its AnyValue given as bytes."""
    pair = encoded(1, key.encode()) + encoded(2, value)
    return span.SerializeToString() + encoded(9, pair)


def request_bytes(spans: Iterable[bytes], resource: bytes = b"") -> bytes:
    """A request's bytes around the bytes of its spans."""
    scope_spans = b"".join(encoded(2, span) for span in spans)
    return encoded(1, encoded(1, resource) + encoded(2, scope_spans))


def deep_request(levels: int) -> bytes:
    """Three spans, the one named `deep` with an attribute inside so many maps."""
    before, deep, after = spans_of(request("before", "deep", "after"))
    middle = with_attribute(deep, "config", nested(levels))
    return request_bytes([before.SerializeToString(), middle, after.SerializeToString()])


def spans_of(message: ExportTraceServiceRequest) -> list[Span]:
    """The spans of a request with one group."""
    return list(message.resource_spans[0].scope_spans[0].spans)


def nested_json(levels: int) -> dict[str, Any]:
    """An OTLP/JSON value inside so many maps."""
    value: dict[str, Any] = {"stringValue": "bottom"}
    for _ in range(levels):
        value = {"kvlistValue": {"values": [{"key": "k", "value": value}]}}
    return value


def _any_values() -> st.SearchStrategy[AnyValue]:
    plain = st.one_of(
        st.just(AnyValue()),
        st.builds(AnyValue, string_value=texts),
        st.builds(AnyValue, bool_value=st.booleans()),
        st.builds(AnyValue, int_value=st.integers(-(2**63), 2**63 - 1)),
        st.builds(AnyValue, double_value=st.floats(allow_nan=False)),
        st.builds(AnyValue, bytes_value=st.binary(max_size=20)),
    )
    return st.recursive(plain, _containers, max_leaves=8)


def _containers(inner: st.SearchStrategy[AnyValue]) -> st.SearchStrategy[AnyValue]:
    arrays = st.lists(inner, max_size=3).map(_array)
    maps = st.dictionaries(texts, inner, max_size=3).map(_map)
    return arrays | maps


def _array(values: list[AnyValue]) -> AnyValue:
    result = AnyValue()
    result.array_value.SetInParent()
    result.array_value.values.extend(values)
    return result


def _map(values: dict[str, AnyValue]) -> AnyValue:
    result = AnyValue()
    result.kvlist_value.SetInParent()
    result.kvlist_value.values.extend(KeyValue(key=k, value=v) for k, v in values.items())
    return result


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
times = st.integers(0, 2**64 - 1)
ids = st.one_of(
    st.binary(min_size=8, max_size=8), st.just(b""), st.just(bytes(8)), st.binary(max_size=9)
)
trace_ids = st.binary(min_size=16, max_size=16) | st.binary(max_size=17)


@st.composite
def pairs(draw: st.DrawFn) -> list[KeyValue]:
    """Attributes with keys of their own."""
    values = draw(st.dictionaries(texts, _any_values(), max_size=4))
    return [KeyValue(key=key, value=value) for key, value in values.items()]


@st.composite
def requests(draw: st.DrawFn) -> ExportTraceServiceRequest:
    """Export requests with every field that we keep, right and wrong ids among them."""
    message = ExportTraceServiceRequest()
    for _ in range(draw(st.integers(0, 2))):
        resource_spans = message.resource_spans.add()
        resource_spans.resource.attributes.extend(draw(pairs()))
        for _ in range(draw(st.integers(0, 2))):
            scope_spans = resource_spans.scope_spans.add()
            scope_spans.scope.name = draw(texts)
            scope_spans.scope.version = draw(texts)
            scope_spans.scope.attributes.extend(draw(pairs()))
            for _ in range(draw(st.integers(0, 3))):
                _fill(draw, scope_spans.spans.add())
    return message


def _fill(draw: st.DrawFn, span: Any) -> None:
    span.trace_id = draw(trace_ids)
    span.span_id = draw(ids)
    span.parent_span_id = draw(ids)
    span.name = draw(texts)
    span.start_time_unix_nano = draw(times)
    span.end_time_unix_nano = draw(times)
    span.kind = draw(st.integers(0, 7))
    span.status.code = draw(st.integers(0, 4))
    span.status.message = draw(texts)
    span.trace_state = draw(texts)
    span.attributes.extend(draw(pairs()))
    for _ in range(draw(st.integers(0, 2))):
        span.events.add(name=draw(texts), time_unix_nano=draw(times), attributes=draw(pairs()))
    for _ in range(draw(st.integers(0, 1))):
        span.links.add(
            trace_id=draw(st.binary(min_size=16, max_size=16)),
            span_id=draw(st.binary(min_size=8, max_size=8)),
            attributes=draw(pairs()),
        )
