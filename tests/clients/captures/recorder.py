"""Records the OTLP requests that reach it as the numbered files of a capture."""

import gzip
import json
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SIGNALS = {"/v1/traces": "traces", "/v1/logs": "logs"}
"""How the paths end whose requests are kept; metrics say nothing of a session."""
DECODERS: dict[str | None, Callable[[bytes], bytes]] = {
    None: bytes,
    "gzip": gzip.decompress,
    "deflate": zlib.decompress,
}
LEFT_OUT = {"host", "content-length", "connection"}
"""Headers that say something of the recorder alone."""


@dataclass(slots=True)
class Recorded:
    """One request after content decoding, and how it came."""

    body: bytes
    meta: dict[str, Any]


@dataclass(slots=True)
class Recorder:
    """What has arrived, in order, and where to send."""

    url: str
    requests: list[Recorded] = field(default_factory=list)


def handler_of(recorder: Recorder) -> type[BaseHTTPRequestHandler]:
    """Give the handler that puts OTLP's requests down and agrees to all others."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def body(self) -> bytes:
            if self.headers.get("Transfer-Encoding") != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length", 0)))
            read = b""
            while size := int(self.rfile.readline(), 16):
                read += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return read

        def do_POST(self) -> None:
            body = DECODERS[self.headers.get("Content-Encoding")](self.body())
            path = self.path.partition("?")[0]
            signal = next((SIGNALS[end] for end in SIGNALS if path.endswith(end)), None)
            is_json = "json" in self.headers.get("Content-Type", "")
            if signal:
                meta = {
                    "protocol": "http",
                    "method": "POST",
                    "path": path,
                    "headers": [
                        [name, value]
                        for name, value in self.headers.items()
                        if name.lower() not in LEFT_OUT
                    ],
                    "signal": signal,
                    "encoding": "json" if is_json else "protobuf",
                    "size": len(body),
                }
                recorder.requests.append(Recorded(body, meta))
            self.answer(b"{}" if is_json else b"")

        def do_GET(self) -> None:
            self.answer(b"{}")

        def answer(self, body: bytes) -> None:
            self.send_response(200)
            kind = "application/json" if body else "application/x-protobuf"
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing of each request."""

    return Handler


@contextmanager
def recorder() -> Iterator[Recorder]:
    """Record on a free port."""
    recording = Recorder("")
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(recording))
    recording.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield recording
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def as_files(recording: Recorder) -> dict[str, bytes]:
    """Give the files of a capture."""
    files = {}
    for number, request in enumerate(recording.requests, start=1):
        files[f"{number:02}.bin"] = request.body
        files[f"{number:02}.meta.json"] = (json.dumps(request.meta, indent=1) + "\n").encode()
    return files
