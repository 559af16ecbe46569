"""Hand SQL of users to processes that may be killed, and give back what they answer."""

from __future__ import annotations

import asyncio
import queue
import subprocess
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

import orjson
import structlog

from threadline_server.errors import ThreadlineError, bad_request, busy, internal_error
from threadline_server.store.sql import MIB, SqlLimits, SqlQuery, SqlResult
from threadline_server.store.sqlite.sql_run import timed_out

_START_S = 60
_GRACE_S = 2
"""How long after its deadline a process has to say so itself: a single function of SQL, such as a
search for a pattern in a long text, does not look at the clock.
"""

_log = structlog.get_logger(__name__)


class _Process:
    """A process that answers one query after the other."""

    def __init__(self, command: Sequence[str], database: Path, limits: SqlLimits) -> None:
        self._pipe, theirs = Pipe()
        with theirs:
            number = theirs.fileno()
            self._process = subprocess.Popen(  # noqa: S603  # our own module, by our own interpreter
                [*command, str(number), str(database), orjson.dumps(asdict(limits)).decode()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[number],
            )
        self._limits = limits
        self._is_ready = False
        self._is_killed = False

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def ask(self, query: bytes) -> bytes:
        """What it answers; raises ThreadlineError where it does not, and ends then."""
        try:
            if not self._is_ready and not self._pipe.poll(_START_S):
                raise busy("the process that answers SQL did not start")
            if not self._is_ready:
                self._is_ready = self._pipe.recv_bytes() == b"ready"
            self._pipe.send_bytes(query)
            if self._pipe.poll(self._limits.deadline_s + _GRACE_S):
                return self._pipe.recv_bytes()
        except (EOFError, OSError):
            raise self._ended() from None
        self.kill()
        raise timed_out(self._limits.deadline_s)

    def _ended(self) -> ThreadlineError:
        """Why it ended: it was killed here, failed, or was killed by the system."""
        if self._is_killed:
            return _given_up()
        try:
            self._process.wait(_GRACE_S)
        finally:
            self.kill()
        status = self._process.returncode
        _log.warning("sql_process_ended", status=status)
        if status > 0:
            return internal_error()
        return bad_request(
            "sql_error",
            "the process that ran the query was ended, most likely because it needed more than "
            f"{self._limits.process_bytes // MIB} MiB of memory",
            "ask for less at once",
        )

    def kill(self) -> None:
        """End it at once; it holds nothing that could be lost."""
        self._is_killed = True
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """End it, and give back what it is reached by."""
        self.kill()
        self._pipe.close()


def _given_up() -> ThreadlineError:
    return busy("the query was given up")


class _Running:
    """A query under way, which may be given up from another thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: _Process | None = None
        self._given_up = False

    def ask(self, process: _Process, query: bytes) -> bytes:
        """What the process answers; raises ThreadlineError where the query is given up."""
        with self._lock:
            if self._given_up:
                raise _given_up()
            self._process = process
        try:
            return process.ask(query)
        finally:
            with self._lock:
                self._process = None

    def give_up(self) -> None:
        """Answer no more, and kill the process that works on it."""
        with self._lock:
            self._given_up = True
            if self._process is not None:
                self._process.kill()


class SqlProcesses:
    """So many processes as queries may run at once, each started when it is first needed.

    `command` is what starts one; a number, the database and the limits as JSON are added to it.
    """

    def __init__(self, command: Sequence[str], database: Path, limits: SqlLimits) -> None:
        self._command = command
        self._database = database
        self._limits = limits
        self._threads = ThreadPoolExecutor(limits.at_once, thread_name_prefix="sql")
        self._idle: queue.SimpleQueue[_Process] = queue.SimpleQueue()
        self._running: set[_Running] = set()

    async def run(self, query: SqlQuery) -> SqlResult:
        """The rows of one statement, as the store's contract for SQL says."""
        if len(self._running) >= self._limits.at_once + self._limits.waiting:
            raise busy(
                f"{self._limits.at_once} SQL queries run and {self._limits.waiting} wait already"
            )
        asked = orjson.dumps(
            {"project": query.project, "text": query.text, "parameters": query.parameters}
        )
        running = _Running()
        self._running.add(running)
        answer = asyncio.get_running_loop().run_in_executor(
            self._threads, self._answer, running, asked
        )
        try:
            return await asyncio.shield(answer)
        except asyncio.CancelledError:
            running.give_up()
            answer.add_done_callback(_look_at)
            raise

    def _answer(self, running: _Running, asked: bytes) -> SqlResult:
        try:
            process = self._take()
            try:
                answer = running.ask(process, asked)
            finally:
                if process.runs:
                    self._idle.put(process)
                else:
                    process.close()
        finally:
            self._running.discard(running)
        return _result(answer)

    def _take(self) -> _Process:
        while True:
            try:
                process = self._idle.get_nowait()
            except queue.Empty:
                return _Process(self._command, self._database, self._limits)
            if process.runs:
                return process
            process.close()

    def give_up(self) -> None:
        """End every query that runs or waits: it is answered `busy`."""
        for running in [*self._running]:
            running.give_up()

    def close(self) -> None:
        """Give up what runs and waits, and end every process. No query may be asked any more."""
        self.give_up()
        self._threads.shutdown(wait=True)
        while not self._idle.empty():
            self._idle.get_nowait().close()


def _look_at(answer: asyncio.Future[SqlResult]) -> None:
    """Nobody waits for it any more; what went wrong is no news."""
    if not answer.cancelled():
        answer.exception()


def _result(answer: bytes) -> SqlResult:
    document: dict[str, Any] = orjson.loads(answer)
    error = document.get("error")
    if error is None:
        return SqlResult(document["columns"], document["rows"], document["truncated"])
    raise ThreadlineError(
        error["code"], error["message"], hint=error["hint"], status=document["status"]
    )
