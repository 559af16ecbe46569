"""Torments the Python SDK: a server that is killed, paused, busy, slow and gone, again and again.

`python bench/torture.py --minutes 2` runs a program that makes 200 observed calls a second against a
real server behind a proxy. It ends with status 1 unless the program's memory stays flat, nothing is
raised into it, every span that was kept is on the server, and drops are counted exactly.
"""

import argparse
import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from servers import free_port, start_command, wait_until_up

MIB = 1024 * 1024
PROGRAM = Path(__file__).with_name("torture_program.py")
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))

MEMORY_SLACK_BYTES = 12 * MIB
"""What the program's memory may differ between the end and the end of the first round: what malloc
keeps of a queue that was full. The same length of outage again must need no more."""


class Proxy:
    """Stands before the server, and can be busy, slow or gone."""

    def __init__(self, upstream_port: int) -> None:
        self.port = free_port()
        self.upstream_port = upstream_port
        self.mood = "calm"
        self._server: ThreadingHTTPServer | None = None
        self.listen()

    def listen(self) -> None:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if proxy.mood == "busy":
                    self.answer(503, {"Retry-After": "1"}, b"")
                    return
                if proxy.mood == "slow":
                    time.sleep(1.5)
                upstream = http.client.HTTPConnection("127.0.0.1", proxy.upstream_port, timeout=60)
                try:
                    upstream.request("POST", self.path, body, dict(self.headers))
                    reply = upstream.getresponse()
                    self.answer(reply.status, {}, reply.read())
                except (OSError, http.client.HTTPException):
                    self.close_connection = True
                finally:
                    upstream.close()

            def answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *arguments: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False

            def handle_error(self, request: object, client_address: object) -> None:
                pass  # a client or a server that went away in the middle is the point

        self._server = Server(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def leave(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


class Server:
    """Threadline itself, with data that outlives it."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.log = folder / "server.log"
        self.command, places, path = start_command("threadline", self.port, folder / "data")
        self.url = f"http://127.0.0.1:{self.port}"
        self.ready = self.url + path
        self.environment = {**os.environ, **places}
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        wait_until_up(self.ready, self.process, self.log)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def span_counts(self) -> dict[str, int]:
        """How many spans each trace has."""
        counts: dict[str, int] = {}
        cursor = ""
        while True:
            with DIRECT.open(f"{self.url}/api/v1/traces?limit=200{cursor}", timeout=60) as reply:
                page = json.load(reply)
            counts |= {trace["trace_id"]: trace["span_count"] for trace in page["items"]}
            if page["next_cursor"] is None:
                return counts
            cursor = f"&cursor={page['next_cursor']}"


class Program:
    """The tormented program."""

    def __init__(self, url: str, calls_in_a_second: float) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(PROGRAM), url, str(calls_in_a_second)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.traces: list[str] = []

    def tell(self, command: str) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"torture: the program ended with {self.process.wait()}")
        report: dict[str, Any] = json.loads(line)
        self.traces += report.pop("traces")
        return report

    def drained(self, deadline_seconds: float) -> dict[str, Any]:
        """Have it send what is left, again and again, until all arrived."""
        end = time.monotonic() + deadline_seconds
        while not (report := self.tell("drain"))["arrived"] and time.monotonic() < end:
            time.sleep(0.5)
        return report


@contextmanager
def killed_after(process: subprocess.Popen[Any]) -> Iterator[None]:
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGCONT)
            process.kill()
        process.wait()


def troubles(server: Server, proxy: Proxy) -> list[tuple[str, Callable[[], None]]]:
    """One round: what happens to the server, each followed by a quiet moment."""

    def killed() -> None:
        server.kill()
        time.sleep(3)
        server.start()

    def paused() -> None:
        server.process.send_signal(signal.SIGSTOP)
        time.sleep(4)
        server.process.send_signal(signal.SIGCONT)

    def moody(mood: str, seconds: float) -> Callable[[], None]:
        def run() -> None:
            proxy.mood = mood
            time.sleep(seconds)
            proxy.mood = "calm"

        return run

    def gone() -> None:
        proxy.leave()
        time.sleep(3)
        proxy.listen()

    return [
        ("killed", killed),
        ("paused", paused),
        ("busy", moody("busy", 4)),
        ("slow", moody("slow", 4)),
        ("gone", gone),
    ]


def torment(minutes: float, calls_in_a_second: float, folder: Path) -> list[str]:
    """Run it; give what did not hold."""
    server = Server(folder)
    proxy = Proxy(server.port)
    program = Program(f"http://127.0.0.1:{proxy.port}", calls_in_a_second)
    memory: list[int] = []
    with killed_after(program.process):
        try:
            end = time.monotonic() + minutes * 60
            while time.monotonic() < end or len(memory) < 2:
                for name, trouble in troubles(server, proxy):
                    trouble()
                    time.sleep(2)
                    resident = program.tell("look")["resident_bytes"]
                    print(f"{name:8} {resident / MIB:7.1f} MiB", flush=True)
                memory.append(resident)
            calls_in_a_trace = program.tell("stop")["calls_in_a_trace"]
            soaked = program.drained(90)
            flood = program.tell("look")
            server.kill()
            made = program.tell("flood")["made"]
            server.start()
            flooded = program.drained(90)
            last = program.tell("leave")
            code = program.process.wait(30)
            counts = server.span_counts()
        finally:
            server.process.send_signal(signal.SIGCONT)
            server.kill()
            proxy.leave()
    expected = set(program.traces)
    missing = sum(max(0, calls_in_a_trace - counts.get(trace, 0)) for trace in expected)
    flood_kept = sum(many for trace, many in counts.items() if trace not in expected)
    calls = len(expected) * calls_in_a_trace
    print(
        f"rounds {len(memory)}, traces {len(expected)}, calls {calls}, missing {missing}, "
        f"dropped {soaked['dropped']}\n"
        f"flood: made {made}, kept {flood_kept}, dropped {flooded['flood_dropped']}\n"
        f"memory: {memory[0] / MIB:.1f} MiB after the first round, {memory[-1] / MIB:.1f} after "
        f"the last, {flood['resident_bytes'] / MIB:.1f} at the end\n"
        f"slowest trace {last['slowest'] * 1000:.0f} ms, exit code {code}, "
        f"{len(last['errors'])} errors\n" + "\n".join(f"said: {text}" for text in last["warnings"])
    )
    held = {
        "everything that was kept arrived": soaked["arrived"] and flooded["arrived"],
        "no span of the soak is missing": missing == 0,
        "the soak dropped nothing": soaked["dropped"] == 0,
        "a flood is dropped beyond the bound": flooded["flood_dropped"] > 0,
        "what a flood dropped is counted exactly": flood_kept + flooded["flood_dropped"] == made,
        "memory is flat": memory[-1] - memory[0] < MEMORY_SLACK_BYTES,
        "nothing was raised": not last["errors"] and code == 0,
    }
    return [what for what, holds in held.items() if not holds]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=2.0, help="how long, at least")
    parser.add_argument("--calls", type=float, default=200.0, help="observed calls in a second")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="threadline-torture-") as folder:
        failed = torment(arguments.minutes, arguments.calls, Path(folder))
    if failed:
        sys.exit("torture: did not hold: " + "; ".join(failed))
    print("torture: all held")


if __name__ == "__main__":
    main()
