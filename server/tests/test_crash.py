"""What was acknowledged survives a kill at any moment, and rollups agree with the spans."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

import httpx2
import pytest
from otlp_requests import request

from threadline_server.normalize.pipeline import previews
from threadline_server.store.contract import ListQuery
from threadline_server.store.sqlite import open_store

PROTOBUF = {"content-type": "application/x-protobuf"}
SENDERS = 4
ENOUGH = 60


def serve(data_dir: Path) -> tuple[subprocess.Popen[str], str]:
    """A server of its own, and the address at which it says it is ready."""
    process = subprocess.Popen(
        [
            Path(sys.executable).parent / "threadline",
            "serve",
            "--port",
            "0",
            "--grpc-port",
            "0",
            "--data-dir",
            str(data_dir),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "page" in line:
            return process, line.split()[-1]
    raise AssertionError("the server did not start")


def body(number: int) -> tuple[str, bytes]:
    """A trace of two spans in a session, and its id."""
    message = request("root", "child")
    for span in message.resource_spans[0].scope_spans[0].spans:
        span.trace_id = number.to_bytes(16, "big")
        span.attributes.add(key="session.id").value.string_value = f"session {number % 7}"
    return f"{number:032x}", message.SerializeToString()


class Senders:
    """Threads that send traces without pause and remember which were acknowledged."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.acknowledged: set[str] = set()
        self.enough = threading.Event()
        self.threads = [
            threading.Thread(target=self.send, args=(first,)) for first in range(1, SENDERS + 1)
        ]

    def send(self, first: int) -> None:
        with httpx2.Client() as http:
            for number in range(first, 1_000_000, SENDERS):
                trace_id, content = body(number)
                try:
                    response = http.post(f"{self.url}/v1/traces", content=content, headers=PROTOBUF)
                except httpx2.HTTPError:
                    return
                if response.status_code == 200:
                    self.acknowledged.add(trace_id)
                if len(self.acknowledged) >= ENOUGH:
                    self.enough.set()


@pytest.mark.parametrize("trial", range(3))
def test_a_kill_between_accept_and_reply_loses_nothing_acknowledged(
    tmp_path: Path, trial: int
) -> None:
    process, url = serve(tmp_path)
    senders = Senders(url)
    for thread in senders.threads:
        thread.start()
    assert senders.enough.wait(60)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    for thread in senders.threads:
        thread.join()
    store = open_store(tmp_path, previewer=previews)
    try:
        traces = store.traces(ListQuery("default", "traces", "start_ns", True, 100_000)).rows
        assert senders.acknowledged <= {trace.trace_id for trace in traces}
        assert {trace.span_count for trace in traces} == {2}
        sessions = store.sessions(ListQuery("default", "sessions", "end_ns", True, 100)).rows
        assert sum(session.trace_count for session in sessions) == len(traces)
        assert sum(session.span_count for session in sessions) == 2 * len(traces)
    finally:
        store.close()
