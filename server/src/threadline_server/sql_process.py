"""Answer SQL of users in a process of its own, over a socket that the server hands down.

Whatever a statement does to this process, the server and what it receives go on: it has a limit of
memory, it may be killed at any moment, and it ends when the server does.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

import orjson

from threadline_server.errors import ThreadlineError
from threadline_server.normalize.conversation import text_of
from threadline_server.normalize.pipeline import carried
from threadline_server.store.sql import SqlLimits
from threadline_server.store.sqlite.sql_content import Understanding
from threadline_server.store.sqlite.sql_run import SqlRunner, limit_heap

_LOWER_PRIORITY = 5
"""What is received goes before what somebody asks."""


def _limit_memory(process_bytes: int) -> None:
    """Bound the address space by what is used now and so much more; where the system tells how
    much that is, which is Linux.
    """
    pages = Path("/proc/self/statm")
    if not pages.exists():
        return
    used = int(pages.read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + process_bytes, used + process_bytes))


def _answer(runner: SqlRunner, asked: bytes) -> bytes:
    query = orjson.loads(asked)
    try:
        return runner.run(query["project"], query["text"], query["parameters"])
    except ThreadlineError as error:
        return orjson.dumps({**error.body(), "status": error.status})


def main(arguments: list[str]) -> None:
    """Serve until the other end closes: the number of the socket, the database, and the limits."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(_LOWER_PRIORITY)
    socket, database, limits = arguments
    with Connection(int(socket)) as server:
        bounds = SqlLimits(**orjson.loads(limits))
        runner = SqlRunner(Path(database), bounds, Understanding(carried, text_of))
        limit_heap(bounds.heap_bytes)
        _limit_memory(bounds.process_bytes)
        server.send_bytes(b"ready")
        with suppress(EOFError, BrokenPipeError, ConnectionResetError):
            while True:
                server.send_bytes(_answer(runner, server.recv_bytes()))


if __name__ == "__main__":
    main(sys.argv[1:])
