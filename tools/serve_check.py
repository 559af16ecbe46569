"""Starts the server as a user would, on free ports and a data folder of its own, and asks /healthz."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_S = 60


def free_port() -> int:
    """Give a port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ask(url: str) -> tuple[int, str, bytes]:
    """Get a page; give its status, content type and body. Status 0: nobody answers yet."""
    # A proxy meant for the outside world must not be asked for loopback.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as reply:
            return reply.status, reply.headers.get_content_type(), reply.read()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.headers.get_content_type(), refusal.read()
    except OSError:
        return 0, "", b""


def main() -> None:
    """Start, ask, stop; end with status 1 and the server's own words where it does not answer."""
    port, grpc_port = free_port(), free_port()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "server.log"
        command = [str(ROOT / ".venv" / "bin" / "threadline"), "serve"]
        flags = [f"--port={port}", f"--grpc-port={grpc_port}", f"--data-dir={folder}/data"]
        clean = {k: v for k, v in os.environ.items() if not k.startswith("THREADLINE_")}
        started = time.monotonic()
        with log.open("wb") as output:
            server = subprocess.Popen([*command, *flags], stdout=output, stderr=output, env=clean)
        try:
            status, body = 0, b""
            while server.poll() is None and time.monotonic() - started < PATIENCE_S:
                status, _, body = ask(f"http://127.0.0.1:{port}/healthz")
                if status == 200:
                    break
                time.sleep(0.05)
            took = time.monotonic() - started
            if status != 200:
                sys.exit(f"threadline: no healthy server after {took:.1f} s:\n{log.read_text()}")
            page_status, page_type, page = ask(f"http://127.0.0.1:{port}/")
            if page_status != 200 or page_type != "text/html" or b"<script" not in page:
                sys.exit(f"threadline: / answered {page_status} {page_type}, not the page")
        finally:
            server.terminate()
            code = server.wait(timeout=30)
        if code not in (0, -15):
            sys.exit(f"threadline: the server ended with status {code}:\n{log.read_text()}")
        health = json.loads(body)
        print(f"==> healthy after {took:.1f} s: {json.dumps(health)}; stopped with status {code}")


if __name__ == "__main__":
    main()
