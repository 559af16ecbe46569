"""A server in the test's process that keeps what OTLP sends to it and answers as it is told."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from gzip import decompress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.trace.v1.trace_pb2 import Span

DEADLINE_SECONDS = 30.0
HANGS_UP = 0
"""A status that stands for no answer: the connection is closed."""


def until(holds: Callable[[], object], what: str) -> None:
    """Wait until something holds; fail when it does not within the deadline."""
    end = time.monotonic() + DEADLINE_SECONDS
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"not within {DEADLINE_SECONDS} s: {what}")
        time.sleep(0.005)


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it came."""

    path: str
    headers: Mapping[str, str]
    content: bytes

    def spans(self) -> list[Span]:
        request = ExportTraceServiceRequest.FromString(self.content)
        return [s for r in request.resource_spans for c in r.scope_spans for s in c.spans]

    def records(self) -> list[LogRecord]:
        request = ExportLogsServiceRequest.FromString(self.content)
        return [e for r in request.resource_logs for c in r.scope_logs for e in c.log_records]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request is answered with; `keeps` says whether the server took what it held."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""

    @property
    def keeps(self) -> bool:
        return HANGS_UP < self.status < 300


class CollectingServer:
    """Answers with the answers given to it, in turn, then always with 200."""

    def __init__(self, port: int = 0) -> None:
        self.answers: list[Answer] = []
        self.decide: Callable[[Received], Answer] | None = None
        self.received: list[Received] = []
        self.kept: list[Received] = []
        self.released = threading.Event()
        self.released.set()
        self._lock = threading.Lock()
        self._server = _server(port, self)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, request: Received) -> Answer:
        with self._lock:
            self.received.append(request)
            if self.decide is not None:
                answer = self.decide(request)
            else:
                answer = self.answers.pop(0) if self.answers else Answer()
        self.released.wait(DEADLINE_SECONDS)
        if answer.keeps:
            with self._lock:
                self.kept.append(request)
        return answer

    def spans(self) -> list[Span]:
        """What the server kept, a span that was sent again once for each time."""
        with self._lock:
            kept = [request for request in self.kept if request.path.endswith("/v1/traces")]
        return [span for request in kept for span in request.spans()]

    def span_names(self) -> list[str]:
        return [span.name for span in self.spans()]

    def records(self) -> list[LogRecord]:
        with self._lock:
            kept = [request for request in self.kept if request.path.endswith("/v1/logs")]
        return [record for request in kept for record in request.records()]

    def hold(self) -> None:
        """Answer nothing until `released` is set."""
        self.released.clear()

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._server.hang_up()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    # A kept connection of a client that lives on must not hold the test.
    daemon_threads = True
    block_on_close = False

    def __init__(self, *arguments: Any) -> None:
        self.connections: set[socket.socket] = set()
        super().__init__(*arguments)

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.connections.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Close the connections that clients keep."""
        for connection in list(self.connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client may leave in the middle, as one whose process ends."""


def _server(port: int, collecting: CollectingServer) -> _Server:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                content = decompress(content)
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = collecting.answer(Received(self.path, headers, content))
            if answer.status == HANGS_UP:
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *args: object) -> None:
            """Nothing on the terminal."""

    return _Server(("127.0.0.1", port), Handler)


@contextmanager
def collecting_server(port: int = 0) -> Iterator[CollectingServer]:
    """A server for a block; `port` to come back where another was."""
    server = CollectingServer(port)
    try:
        yield server
    finally:
        server.close()
