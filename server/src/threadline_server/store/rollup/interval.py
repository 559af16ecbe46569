"""Turn intervals of time into the time that at least one of them covers."""

from __future__ import annotations

from bisect import bisect_left, bisect_right


class Union:
    """Intervals that do not touch, as they grow together; `covered_ns` is their sum."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        self.covered_ns = 0

    def __len__(self) -> int:
        return len(self._starts)

    def add(self, start_ns: int, end_ns: int) -> None:
        """Cover [start, end] too."""
        if not self._ends or self._ends[-1] < start_ns:
            self._starts.append(start_ns)
            self._ends.append(end_ns)
            self.covered_ns += end_ns - start_ns
            return
        first = bisect_left(self._ends, start_ns)
        last = bisect_right(self._starts, end_ns)
        starts, ends = self._starts[first:last], self._ends[first:last]
        if starts:
            start_ns, end_ns = min(start_ns, starts[0]), max(end_ns, ends[-1])
        self.covered_ns += end_ns - start_ns - (sum(ends) - sum(starts))
        self._starts[first:last] = [start_ns]
        self._ends[first:last] = [end_ns]
