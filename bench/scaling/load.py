"""Sends a stream of spans from a process of its own, as far as it is told."""

from __future__ import annotations

import http.client
import multiprocessing
import threading
import time
from ctypes import c_longlong
from dataclasses import dataclass
from multiprocessing.sharedctypes import Synchronized
from urllib.parse import urlsplit

from scaling.traces import Stream, requests

CONNECTIONS = 4
REQUEST_SPANS = 512
RETRIED = {429, 502, 503, 504}
POLL_S = 0.005


@dataclass(slots=True)
class Shared:
    """What the two processes tell each other: how far to go, and what was acknowledged.

    `traces` and `sessions` are how many had begun when the last acknowledged request was made.
    """

    allowed: Synchronized
    spans: Synchronized
    traces: Synchronized
    sessions: Synchronized
    bytes: Synchronized
    stopping: Synchronized
    failed: Synchronized


class _Sender:
    """Connections that take turns at one stream."""

    def __init__(self, url: str, stream: Stream, shared: Shared) -> None:
        self._address = urlsplit(url)
        self._requests = requests(stream, REQUEST_SPANS)
        self._shared = shared
        self._made = 0
        self._lock = threading.Lock()

    def _next(self) -> tuple[bytes, int, int, int] | None:
        with self._lock:
            if self._made >= self._shared.allowed.value:
                return None
            request = next(self._requests)
            self._made += request[1]
            return request

    def run(self) -> None:
        """Send on one connection until told to stop."""
        address, shared = self._address, self._shared
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=120)
        while not shared.stopping.value:
            request = self._next()
            if request is None:
                time.sleep(POLL_S)
                continue
            body, spans, traces, sessions = request
            if not self._send(connection, body):
                shared.failed.value = 1
                return
            with self._lock:
                shared.spans.value += spans
                shared.bytes.value += len(body)
                shared.traces.value = max(shared.traces.value, traces)
                shared.sessions.value = max(shared.sessions.value, sessions)

    def _send(self, connection: http.client.HTTPConnection, body: bytes) -> bool:
        headers = {"content-type": "application/x-protobuf"}
        while not self._shared.stopping.value:
            connection.request("POST", "/v1/traces", body, headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status == 200:
                return True
            if answer.status not in RETRIED:
                print(f"the server answered {answer.status}")
                return False
            time.sleep(min(5.0, float(answer.getheader("retry-after") or 0.2)))
        return False


def _run(url: str, seed: int, start_ns: int, shared: Shared) -> None:
    sender = _Sender(url, Stream(seed, start_ns), shared)
    threads = [threading.Thread(target=sender.run) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class Load:
    """The sending process, as the measuring one sees it."""

    def __init__(self, url: str, seed: int, start_ns: int) -> None:
        context = multiprocessing.get_context("spawn")
        names = Shared.__slots__
        self.shared = Shared(*(context.Value(c_longlong, 0) for _ in names))
        self.process = context.Process(target=_run, args=(url, seed, start_ns, self.shared))
        self.process.start()

    @property
    def spans(self) -> int:
        """Spans that were acknowledged."""
        return int(self.shared.spans.value)

    def allow(self, spans: int) -> None:
        """Go on until so many spans are sent."""
        self.shared.allowed.value = spans

    def wait(self) -> None:
        """Return when all that is allowed is acknowledged; raises where a request was refused."""
        while self.spans < self.shared.allowed.value:
            self.check()
            time.sleep(POLL_S)

    def pause(self) -> None:
        """Send no more; return when all that was sent is acknowledged."""
        self.allow(self.spans)
        before = -1
        while before != self.spans:
            before = self.spans
            time.sleep(1)

    def check(self) -> None:
        """Raise where the load does not go on."""
        if self.shared.failed.value or not self.process.is_alive():
            raise RuntimeError("the load ended: see what the server said")

    def stop(self) -> None:
        """End the process."""
        self.shared.stopping.value = 1
        self.process.join(30)
        if self.process.is_alive():
            self.process.kill()
