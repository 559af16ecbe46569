"""Turns spans sent over OTLP/HTTP into counts: a process that answers at once and remembers sizes.

    python bench/sdk/sink.py      # prints its port; GET /seen gives the counts, POST /forget starts anew

Every byte of a request counts, its line and headers too: that is what goes over the wire.
"""

import asyncio
import gzip
import json
from dataclasses import dataclass, field

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

HEAD_END = b"\r\n\r\n"
LONGEST_REQUEST = 64 * 2**20


@dataclass(slots=True)
class Seen:
    """What arrived at /v1/traces since the start or the last /forget."""

    wire_bytes: int = 0
    requests: int = 0
    bodies: list[bytes] = field(default_factory=list)

    def counts(self) -> dict[str, object]:
        """Give bytes, requests, spans and the attribute keys of the spans."""
        spans = 0
        keys: set[str] = set()
        for body in self.bodies:
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                for scope in resource.scope_spans:
                    spans += len(scope.spans)
                    keys |= {pair.key for span in scope.spans for pair in span.attributes}
        return {
            "wire_bytes": self.wire_bytes,
            "requests": self.requests,
            "spans": spans,
            "keys": sorted(keys),
        }


async def read_body(reader: asyncio.StreamReader, headers: dict[str, str]) -> tuple[bytes, int]:
    """Read one request's body, of known length or in chunks; give it and its bytes on the wire."""
    if headers.get("transfer-encoding", "").lower() != "chunked":
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        return body, len(body)
    parts, wire = [], 0
    while True:
        line = await reader.readuntil(b"\r\n")
        size = int(line.split(b";")[0], 16)
        chunk = await reader.readexactly(size + 2)
        parts.append(chunk[:-2])
        wire += len(line) + len(chunk)
        if not size:
            return b"".join(parts), wire


def head_of(raw: bytes) -> tuple[str, str, dict[str, str]]:
    """Give method, path and headers of a request."""
    first, *rest = raw.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ", 2)
    pairs = (line.split(":", 1) for line in rest if ":" in line)
    return method, path, {name.strip().lower(): value.strip() for name, value in pairs}


async def answer(seen: Seen, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Serve one connection until the other side closes it."""
    try:
        while True:
            raw = await reader.readuntil(HEAD_END)
            _, path, headers = head_of(raw)
            body, wire = await read_body(reader, headers)
            kind, content = "application/x-protobuf", b""
            if path == "/v1/traces":
                seen.wire_bytes += len(raw) + wire
                seen.requests += 1
                zipped = headers.get("content-encoding") == "gzip"
                seen.bodies.append(gzip.decompress(body) if zipped else body)
            elif path == "/seen":
                kind, content = "application/json", json.dumps(seen.counts()).encode()
            elif path == "/forget":
                seen.wire_bytes = seen.requests = 0
                seen.bodies.clear()
            head = (
                f"HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {len(content)}\r\n\r\n"
            )
            writer.write(head.encode() + content)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass  # the program under measurement is done with this connection
    finally:
        writer.close()


async def serve() -> None:
    """Listen on a free port of loopback, print it, serve until killed."""
    seen = Seen()
    server = await asyncio.start_server(
        lambda reader, writer: answer(seen, reader, writer), "127.0.0.1", 0, limit=LONGEST_REQUEST
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
