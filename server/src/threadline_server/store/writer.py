"""Turn concurrent requests to write into few transactions of one thread, bounded in bytes."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog

from threadline_server.errors import busy
from threadline_server.store.contract import (
    Changes,
    Listener,
    Rejected,
    Removed,
    SpanBatch,
    SpanStore,
)

QUEUE_BYTES = 64 << 20
"""Inflated bytes of requests that may wait for the writer."""

COMMIT_RECORDS = 1_000
"""Spans and scores of one transaction; more wait for the next, so that no commit takes long, nor the
log that holds it much room."""

IDLE_S = 0.5
"""How long nothing must arrive before the store is told to put itself in order."""

Result = TypeVar("Result")

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Write:
    batch: SpanBatch
    done: Future[list[Rejected]]


@dataclass(slots=True)
class _Other:
    work: Callable[[], tuple[Any, Changes | None]]
    done: Future[Any]


class Writer:
    """The one thread that writes to a store.

    What arrives while a commit is under way shares the next one: the busier the server, the
    larger its transactions. A batch is acknowledged after its commit is durable (design rule 13),
    and listeners hear of it after that.
    """

    def __init__(
        self,
        store: SpanStore,
        *,
        queue_bytes: int = QUEUE_BYTES,
        turn: AbstractContextManager[Any] | None = None,
    ) -> None:
        """`turn` is held while a transaction is written."""
        self._turn = turn or nullcontext()
        self._store = store
        self._limit = queue_bytes
        self._listeners: list[Listener] = []
        self._tasks: deque[_Write | _Other] = deque()
        self._waiting_bytes = 0
        self._stopping = False
        self._rested = False
        self._ready = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def listen(self, listener: Listener) -> None:
        """Call `listener` after each commit, on the writer's thread."""
        self._listeners.append(listener)

    @property
    def waiting_bytes(self) -> int:
        """Bytes that wait for a transaction."""
        return self._waiting_bytes

    @property
    def is_full(self) -> bool:
        """Whether the queue takes no more for now."""
        return self._waiting_bytes >= self._limit

    async def write(self, batch: SpanBatch) -> list[Rejected]:
        """Return once the batch is durable, with what was refused of it.

        Raises ThreadlineError `busy` when the queue is full or the disk takes no more. A batch
        larger than the queue is taken when the queue is empty.
        """
        done: Future[list[Rejected]] = Future()
        with self._ready:
            if self._stopping:
                raise busy("the server is stopping")
            if self._waiting_bytes and self._waiting_bytes + batch.size_bytes > self._limit:
                raise busy(f"the write queue is full ({self._waiting_bytes} bytes wait)")
            self._waiting_bytes += batch.size_bytes
            self._tasks.append(_Write(batch, done))
            self._ready.notify()
        return await asyncio.wrap_future(done)

    async def delete_session(self, project: str, session_id: str) -> Removed | None:
        """Remove a session after all that was accepted before; None where there is none."""

        def work() -> tuple[Removed | None, Changes | None]:
            return self._store.delete_session(project, session_id) or (None, None)

        return await self.change(work)

    async def change(self, work: Callable[[], tuple[Result, Changes | None]]) -> Result:
        """Have the store changed by the one thread that may, after all that was accepted before.

        `work` runs there; it gives an answer, and what it changed, of which listeners hear.
        """
        done: Future[Result] = Future()
        with self._ready:
            if self._stopping:
                raise busy("the server is stopping")
            self._tasks.append(_Other(work, done))
            self._ready.notify()
        return await asyncio.wrap_future(done)

    async def stop(self) -> None:
        """Write what was accepted, then end the thread."""
        with self._ready:
            self._stopping = True
            self._ready.notify()
        if self._thread.is_alive():
            await asyncio.to_thread(self._thread.join)

    def _next(self) -> list[_Write] | _Other | None:
        """The writes of the next transaction, or other work, in order; None when it is over."""
        with self._ready:
            while not self._tasks:
                if self._stopping:
                    return None
                if not self._ready.wait(None if self._rested else IDLE_S):
                    return []
            if isinstance(first := self._tasks[0], _Other):
                self._tasks.popleft()
                return first
            writes: list[_Write] = []
            count = 0
            while self._tasks and isinstance(task := self._tasks[0], _Write):
                if writes and count + task.batch.record_count > COMMIT_RECORDS:
                    break
                count += task.batch.record_count
                writes.append(task)
                self._tasks.popleft()
            return writes

    def _run(self) -> None:
        while (task := self._next()) is not None:
            if isinstance(task, _Other):
                self._do(task)
            elif task:
                self._commit(task)
            self._rested = not task and self._rest()

    def _rest(self) -> bool:
        """Let the store put in order what it left for an idle moment; whether nothing is left."""
        try:
            return self._store.rest()
        except Exception:  # noqa: BLE001  # it is no part of what was promised to anybody
            _log.exception("the store could not put itself in order")
            return True

    def _commit(self, writes: list[_Write]) -> None:
        failure: Exception | None = None
        rejected: list[list[Rejected]] = [[] for _ in writes]
        changes: list[Changes] = []
        try:
            with self._turn:
                rejected, changes = self._store.write([write.batch for write in writes])
        except Exception as error:  # noqa: BLE001  # the thread lives on, and who waits hears of it
            failure = error
        with self._ready:
            self._waiting_bytes -= sum(write.batch.size_bytes for write in writes)
        for write, refused in zip(writes, rejected, strict=True):
            _settle(write.done, result=refused, error=failure)
        self._tell(changes)

    def _do(self, task: _Other) -> None:
        try:
            result, changes = task.work()
        except Exception as error:  # noqa: BLE001  # as above
            _settle(task.done, error=error)
            return
        _settle(task.done, result=result)
        if changes is not None:
            self._tell([changes])

    def _tell(self, changes: list[Changes]) -> None:
        if not changes:
            return
        for listener in self._listeners:
            _guarded(listener, changes)


def _settle(done: Future[Any], *, result: Any = None, error: Exception | None = None) -> None:
    """Answer who waits; a client that went away has cancelled its future."""
    if not done.set_running_or_notify_cancel():
        return
    if error is not None:
        done.set_exception(error)
    else:
        done.set_result(result)


def _guarded(listener: Callable[[list[Changes]], None], changes: list[Changes]) -> None:
    try:
        listener(changes)
    except Exception:  # noqa: BLE001  # a live view that fails must not stop the writing
        _log.exception("live listener failed")
