"""Sends a captured OTLP request as protobuf or JSON over HTTP, or over gRPC."""

import base64
import json
from typing import Any

import grpc
from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.logs.v1 import logs_service_pb2, logs_service_pb2_grpc
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2, metrics_service_pb2_grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc
from started_server import StartedServer

ID_FIELDS = {"traceId", "spanId", "parentSpanId"}
SIGNALS: dict[str, tuple[Any, Any, Any]] = {
    "traces": (
        trace_service_pb2.ExportTraceServiceRequest,
        trace_service_pb2.ExportTraceServiceResponse,
        trace_service_pb2_grpc.TraceServiceStub,
    ),
    "logs": (
        logs_service_pb2.ExportLogsServiceRequest,
        logs_service_pb2.ExportLogsServiceResponse,
        logs_service_pb2_grpc.LogsServiceStub,
    ),
    "metrics": (
        metrics_service_pb2.ExportMetricsServiceRequest,
        metrics_service_pb2.ExportMetricsServiceResponse,
        metrics_service_pb2_grpc.MetricsServiceStub,
    ),
}
"""A signal's request, response and gRPC service."""


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


def as_json(request: Any) -> bytes:
    """Give the same request as OTLP/JSON, its enums as numbers."""
    return json.dumps(with_hex_ids(MessageToDict(request, use_integers_for_enums=True))).encode()


def send(server: StartedServer, signal: str, body: bytes, way: str) -> None:
    """Send one request and see that nothing of it was rejected."""
    request_type, response_type, stub = SIGNALS[signal]
    request = request_type.FromString(body)
    if way == "grpc":
        with grpc.insecure_channel(f"127.0.0.1:{server.grpc_port}") as channel:
            accepted = stub(channel).Export(request, timeout=30)
        assert not accepted.HasField("partial_success"), accepted
        return
    content, content_type = {
        "protobuf": (body, "application/x-protobuf"),
        "json": (as_json(request), "application/json"),
    }[way]
    answer = server.http.post(
        f"/v1/{signal}", content=content, headers={"Content-Type": content_type}
    )
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].startswith(content_type)
    if way == "json":
        assert answer.json() == {}
    else:
        accepted = response_type.FromString(answer.content)
        assert not accepted.HasField("partial_success"), accepted
