"""Starts Threadline as a user does, on free ports and an empty folder, and asks it over HTTP."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx2

ROOT = Path(__file__).resolve().parents[1]
T = TypeVar("T")


def free_port() -> int:
    """Give a port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(ask: Callable[[], T | None], what: str, deadline_s: float = 30) -> T:
    """Ask again and again until the answer is truthy; fail with the last one at the deadline."""
    end = time.monotonic() + deadline_s
    while not (answer := ask()):
        if time.monotonic() > end:
            raise AssertionError(f"not within {deadline_s} s: {what}; the last answer: {answer!r}")
        time.sleep(0.05)
    return answer


@dataclass(slots=True)
class StartedServer:
    """A running server with what a client needs to reach it."""

    port: int
    grpc_port: int
    data_dir: Path
    process: subprocess.Popen[bytes]
    log: Path
    http: httpx2.Client

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, **parameters: Any) -> Any:
        """Get JSON of the REST interface, below /api/v1."""
        reply = self.http.get(f"/api/v1{path}", params=parameters)
        assert reply.status_code == 200, f"{reply.url} answered {reply.status_code}: {reply.text}"
        return reply.json()

    def items(self, path: str, **parameters: Any) -> list[dict[str, Any]]:
        """Get a whole list, page by page."""
        items: list[dict[str, Any]] = []
        cursor: dict[str, Any] = {}
        while True:
            page = self.get(path, **parameters, **cursor)
            items += page["items"]
            if page["next_cursor"] is None:
                return items
            cursor = {"cursor": page["next_cursor"]}

    def session_with(self, session_id: str, trace_count: int) -> dict[str, Any]:
        """Wait until a session has that many traces, none of them still running; give it."""

        def ask() -> dict[str, Any] | None:
            reply = self.http.get("/api/v1/session", params={"session_id": session_id})
            if reply.status_code == 404:
                return None
            session: dict[str, Any] = reply.json()
            complete = session["trace_count"] >= trace_count and not session["running"]
            return session if complete else None

        return until(ask, f"session {session_id!r} with {trace_count} traces")

    def client_environment(self, transport: str = "grpc") -> dict[str, str]:
        """Give the variables by which the programs in examples/ find this server."""
        return {
            "LMNR_PROJECT_API_KEY": "any-text",
            "LMNR_BASE_URL": "http://127.0.0.1",
            "THREADLINE_PORT": str(self.port),
            "THREADLINE_GRPC_PORT": str(self.grpc_port),
            "OTEL_EXPORTER_OTLP_PROTOCOL": {"grpc": "grpc", "http": "http/protobuf"}[transport],
        }


def plain_environment() -> dict[str, str]:
    """Give this process's environment without what would point a program elsewhere."""
    foreign = ("THREADLINE_", "LMNR_", "OTEL_", "OPENAI_")
    return {key: value for key, value in os.environ.items() if not key.startswith(foreign)}


@contextmanager
def started_server(folder: Path, *flags: str) -> Iterator[StartedServer]:
    """Start `threadline serve` with its data in a folder, wait until it is healthy, stop it after."""
    port, grpc_port = free_port(), free_port()
    data_dir, log = folder / "data", folder / "server.log"
    command = [str(Path(sys.executable).with_name("threadline")), "serve"]
    places = [f"--port={port}", f"--grpc-port={grpc_port}", f"--data-dir={data_dir}"]
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [*command, *places, *flags],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=plain_environment(),
        ) as process,
        httpx2.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30) as http,
    ):
        server = StartedServer(port, grpc_port, data_dir, process, log, http)

        def healthy() -> bool:
            assert process.poll() is None, f"the server ended:\n{log.read_text()}"
            try:
                return http.get("/healthz").status_code == 200
            except httpx2.TransportError:
                return False

        try:
            until(healthy, "a healthy server", deadline_s=60)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
