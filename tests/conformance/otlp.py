"""Sends a captured OTLP request as protobuf or JSON over HTTP, or over gRPC."""

import base64
import json
from typing import Any

import grpc
from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import TraceServiceStub
from started_server import StartedServer

ID_FIELDS = {"traceId", "spanId", "parentSpanId"}


def with_hex_ids(value: Any) -> Any:
    """Give protobuf's JSON with its base64 ids in hex, as OTLP's own JSON has them."""
    if isinstance(value, list):
        return [with_hex_ids(item) for item in value]
    if isinstance(value, dict):
        return {
            key: base64.b64decode(item).hex() if key in ID_FIELDS else with_hex_ids(item)
            for key, item in value.items()
        }
    return value


def as_json(body: bytes) -> bytes:
    """Give the same request as OTLP/JSON, its enums as numbers."""
    request = ExportTraceServiceRequest.FromString(body)
    return json.dumps(with_hex_ids(MessageToDict(request, use_integers_for_enums=True))).encode()


def send(server: StartedServer, body: bytes, way: str) -> None:
    """Send one request and see that nothing of it was rejected."""
    if way == "grpc":
        with grpc.insecure_channel(f"127.0.0.1:{server.grpc_port}") as channel:
            request = ExportTraceServiceRequest.FromString(body)
            reply = TraceServiceStub(channel).Export(request, timeout=30)
        assert reply.partial_success.rejected_spans == 0
        return
    content, content_type = {
        "protobuf": (lambda: body, "application/x-protobuf"),
        "json": (lambda: as_json(body), "application/json"),
    }[way]
    answer = server.http.post(
        "/v1/traces", content=content(), headers={"Content-Type": content_type}
    )
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].startswith(content_type)
    if way == "json":
        assert not answer.json().get("partialSuccess", {}).get("rejectedSpans")
    else:
        accepted = ExportTraceServiceResponse.FromString(answer.content)
        assert accepted.partial_success.rejected_spans == 0
