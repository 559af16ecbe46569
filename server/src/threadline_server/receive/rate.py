"""Turn counts with their times into a rate over the last seconds."""

from __future__ import annotations

import threading
from collections import deque

from threadline_server.model.time import NS_PER_SECOND


class RecentRate:
    """How many things a second came over the last `window_s` whole seconds; clocks are given."""

    def __init__(self, window_s: int = 10) -> None:
        self._window_s = window_s
        self._seconds: deque[tuple[int, int]] = deque()
        self._lock = threading.Lock()

    def add(self, count: int, now_ns: int) -> None:
        """Note that so many came now."""
        second = now_ns // NS_PER_SECOND
        with self._lock:
            if self._seconds and self._seconds[-1][0] >= second:
                last, before = self._seconds.pop()
                self._seconds.append((last, before + count))
            else:
                self._seconds.append((second, count))
            self._forget(second)

    def per_second(self, now_ns: int) -> float:
        """The mean number a second over the window that ends now."""
        with self._lock:
            self._forget(now_ns // NS_PER_SECOND)
            return sum(count for _, count in self._seconds) / self._window_s

    def _forget(self, second: int) -> None:
        while self._seconds and self._seconds[0][0] <= second - self._window_s:
            self._seconds.popleft()
