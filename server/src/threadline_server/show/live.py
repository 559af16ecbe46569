"""Turn commits of the store into events for every page that watches, bounded for slow readers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import orjson

from threadline_server.show.documents import Document, session_document, trace_document
from threadline_server.store.contract import Changes, Filter, ListQuery, SessionRow, SpanStore

QUEUE_EVENTS = 1_000
"""Events that may wait for one watcher; one that lags further is told to read everything anew."""

BATCH_IDS = 500
"""Changed traces, and sessions, of one moment; when more change, watchers read anew instead."""

PAUSE_S = 0.2
"""Time between two looks at what changed: a trace that grows fast is told of five times a second."""

HEARTBEAT_S = 15.0

_LAGGED = b"event: lagged\ndata: {}\n\n"
_HEARTBEAT = b": still here\n\n"


@dataclass(eq=False)
class _Watcher:
    project: str
    queue: asyncio.Queue[bytes] = field(default_factory=lambda: asyncio.Queue(QUEUE_EVENTS))
    lagging: bool = False

    def offer(self, event: bytes) -> None:
        """Queue an event; when there is no room, everything waiting becomes one `lagged`."""
        if self.lagging and not self.queue.empty():
            return
        self.lagging = False
        try:
            self.queue.put_nowait(event)
        except asyncio.QueueFull:
            while not self.queue.empty():
                self.queue.get_nowait()
            self.queue.put_nowait(_LAGGED)
            self.lagging = True


def _event(name: str, document: Document) -> bytes:
    return b"event: " + name.encode() + b"\ndata: " + orjson.dumps(document) + b"\n\n"


class LiveFeed:
    """Tells watchers of the traces and sessions that commits changed.

    `changed` may be called on any thread; everything else belongs to the event loop of `start`.
    """

    def __init__(self, store: SpanStore, *, pause_s: float = PAUSE_S) -> None:
        self._store = store
        self._pause_s = pause_s
        self._loop: asyncio.AbstractEventLoop | None = None
        self._watchers: set[_Watcher] = set()
        self._pending: dict[str, Changes] = {}
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()

    def start(self) -> None:
        """Begin to tell watchers, on the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._task = self._loop.create_task(self._run())

    async def stop(self) -> None:
        """End every stream."""
        self._closing.set()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    @property
    def watcher_count(self) -> int:
        """How many pages watch."""
        return len(self._watchers)

    def changed(self, changes: list[Changes]) -> None:
        """Take note of a commit; called by the writer on its own thread."""
        if self._watchers and self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._note, changes)

    def _note(self, changes: list[Changes]) -> None:
        for change in changes:
            pending = self._pending.setdefault(change.project, Changes(change.project))
            pending.trace_ids |= change.trace_ids
            pending.session_ids |= change.session_ids
        self._wake.set()

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            pending, self._pending = self._pending, {}
            for changes in pending.values():
                watchers = [each for each in self._watchers if each.project == changes.project]
                if not watchers:
                    continue
                for event in await asyncio.to_thread(self._events, changes):
                    for watcher in watchers:
                        watcher.offer(event)
            await asyncio.sleep(self._pause_s)

    def _events(self, changes: Changes) -> list[bytes]:
        if len(changes.trace_ids) > BATCH_IDS or len(changes.session_ids) > BATCH_IDS:
            return [_LAGGED]
        project, events = changes.project, []
        for session_id in sorted(changes.session_ids):
            session = self._session(project, session_id)
            gone = {"session_id": session_id, "deleted": True}
            events.append(_event("session", session_document(session) if session else gone))
        for trace_id in sorted(changes.trace_ids):
            trace = self._store.trace(project, trace_id)
            missing = {"trace_id": trace_id, "deleted": True}
            events.append(_event("trace", trace_document(trace) if trace else missing))
        return events

    def _session(self, project: str, session_id: str) -> SessionRow | None:
        """A session's row alone: its own page would read all of its traces."""
        named = Filter("session_id", "text", "eq", session_id)
        query = ListQuery(project, "sessions", "end_ns", descending=True, limit=1, filters=(named,))
        return next(iter(self._store.sessions(query).rows), None)

    async def watch(self, project: str) -> AsyncIterator[bytes]:
        """Server-sent events of a project until the reader or the server goes away."""
        watcher = _Watcher(project)
        self._watchers.add(watcher)
        closing = asyncio.create_task(self._closing.wait())
        taking: asyncio.Task[bytes] | None = None
        try:
            yield b"retry: 2000\n\n"
            while not self._closing.is_set():
                taking = taking or asyncio.create_task(watcher.queue.get())
                done, _ = await asyncio.wait(
                    {taking, closing}, timeout=HEARTBEAT_S, return_when=asyncio.FIRST_COMPLETED
                )
                if taking in done:
                    event, taking = taking.result(), None
                    yield event
                elif not done:
                    yield _HEARTBEAT
        finally:
            self._watchers.discard(watcher)
            for waiting in (closing, taking):
                if waiting is not None:
                    waiting.cancel()
