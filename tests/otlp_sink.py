"""Listens where an SDK sends and gives each case's spans as plain structures."""

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span

STATUS = ("unset", "ok", "error")
PLATFORM = {"exception.type", "exception.stacktrace", "exception.escaped"}
"""What an exception's event says in the words of its language."""


def value_of(value: AnyValue) -> Any:
    """Give a wire value as JSON has it."""
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [value_of(item) for item in value.array_value.values]
    assert kind in {"string_value", "bool_value", "int_value", "double_value"}, value
    return getattr(value, kind)


def attributes_of(pairs: list[KeyValue]) -> dict[str, Any]:
    """Give attributes as an object; a key twice would be a defect."""
    attributes = {pair.key: value_of(pair.value) for pair in pairs if pair.key not in PLATFORM}
    assert len({pair.key for pair in pairs}) == len(pairs), "a key was sent twice"
    return attributes


def span_of(span: Span, names: dict[bytes, tuple[str, bytes]]) -> dict[str, Any]:
    """Give a span as cases.json writes one, its parent and links by name."""
    parent, trace_id = names.get(span.parent_span_id, (None, span.trace_id))
    assert trace_id == span.trace_id, "a parent is in another trace"
    result: dict[str, Any] = {
        "name": span.name,
        "parent": parent,
        "attributes": attributes_of(list(span.attributes)),
    }
    if span.status.code:
        result["status"] = STATUS[span.status.code]
        result["status_message"] = span.status.message
    if span.events:
        result["events"] = [
            {"name": event.name, "attributes": attributes_of(list(event.attributes))}
            for event in span.events
        ]
    if span.links:
        result["links"] = [
            {"to": names[link.span_id][0], "attributes": attributes_of(list(link.attributes))}
            for link in span.links
        ]
    if span.parent_span_id and parent is None:
        result["remote"] = {
            "trace_id": span.trace_id.hex(),
            "parent_span_id": span.parent_span_id.hex(),
        }
    return result


class Sink:
    """What arrived, case by case: `GET /next` ends one."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.cases: list[list[dict[str, Any]]] = []
        self.requests: list[ExportTraceServiceRequest] = []
        self.url = ""

    def next_case(self) -> None:
        """Put what arrived since the last case together, ids turned into names."""
        with self.lock:
            spans = [
                span
                for request in self.requests
                for resource in request.resource_spans
                for scope in resource.scope_spans
                for span in scope.spans
            ]
            self.requests = []
            names = {span.span_id: (span.name, span.trace_id) for span in spans}
            self.cases.append([span_of(span, names) for span in spans])


@contextmanager
def sink() -> Iterator[Sink]:
    """Listen on a free port of this machine."""
    arrived = Sink()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            arrived.next_case()
            self.answer(json.dumps(len(arrived.cases)).encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            assert self.path == "/v1/traces"
            with arrived.lock:
                arrived.requests.append(ExportTraceServiceRequest.FromString(body))
            self.answer(ExportTraceServiceResponse().SerializeToString())

        def answer(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing of each request."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    arrived.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield arrived
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
