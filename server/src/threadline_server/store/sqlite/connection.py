"""Turn a database file into one connection that writes and a bounded pool that reads."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import apsw

from threadline_server.store.contract import Previewer
from threadline_server.store.sqlite.search_terms import Vocabulary
from threadline_server.store.sqlite.stored import ShownSpans

READERS = 8
BUSY_MS = 10_000
_CACHE_KIB = 64 * 1024


def open_writer(path: Path) -> apsw.Connection:
    """The only connection that writes; a commit is on disk when it returns (design rule 13)."""
    connection = apsw.Connection(str(path))
    connection.set_busy_timeout(BUSY_MS)
    connection.pragma("journal_mode", "wal")
    connection.pragma("synchronous", "FULL")
    connection.pragma("cache_size", -_CACHE_KIB)
    connection.pragma("temp_store", "memory")
    connection.pragma("journal_size_limit", 64 << 20)
    return connection


def _open_reader(path: Path) -> apsw.Connection:
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    connection.set_busy_timeout(BUSY_MS)
    connection.pragma("query_only", True)
    connection.pragma("cache_size", -8 * 1024)
    connection.pragma("temp_store", "memory")
    return connection


@dataclass(slots=True)
class Reader:
    """A read-only connection, the tokens of its index, and what its own SQL functions look at."""

    connection: apsw.Connection
    vocabulary: Vocabulary
    shown: ShownSpans


class Readers:
    """Read-only connections; one that is taken is used by one thread until it is given back."""

    def __init__(self, path: Path, previewer: Previewer, count: int = READERS) -> None:
        self._free: queue.LifoQueue[Reader] = queue.LifoQueue()
        self._all = [_open_reader(path) for _ in range(count)]
        for connection in self._all:
            shown = ShownSpans(connection, previewer)
            self._free.put(Reader(connection, Vocabulary(connection), shown))

    @contextmanager
    def snapshot(self) -> Iterator[Reader]:
        """A reader on which every statement sees one and the same state."""
        reader = self._free.get()
        try:
            with reader.connection:
                yield reader
        finally:
            reader.shown.forget()
            self._free.put(reader)

    def close(self) -> None:
        """Close every connection; none may be in use."""
        for connection in self._all:
            connection.close()
