"""Bound the bytes of all requests in flight: beyond it a sender is told to come back later."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

from threadline_server.errors import busy


class Admission:
    """Counts the bytes that unanswered requests hold, compressed and inflated together."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = 0
        self._lock = threading.Lock()

    @property
    def held(self) -> int:
        """Bytes held right now."""
        return self._held

    def open(self) -> Reservation:
        """A reservation for one request, at first of nothing."""
        return Reservation(self)

    def take(self, size: int) -> None:
        """Hold so many bytes more; raises `busy` (503) where the limit does not allow it."""
        with self._lock:
            if self._held + size > self._limit:
                raise busy("the server holds as many unanswered requests as it can")
            self._held += size

    def give_back(self, size: int) -> None:
        """Hold so many bytes less."""
        with self._lock:
            self._held -= size


class Reservation:
    """What one request holds; leaving it gives everything back."""

    def __init__(self, admission: Admission) -> None:
        self._admission = admission
        self._size = 0

    def grow(self, size: int) -> None:
        """Hold so many bytes more, from any thread; raises `busy` where the limit is reached."""
        self._admission.take(size)
        self._size += size

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._admission.give_back(self._size)
        self._size = 0
