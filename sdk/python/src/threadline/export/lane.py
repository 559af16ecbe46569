"""Keep what waits to be sent of one signal, within a bound in bytes, and when to try next."""

from __future__ import annotations

import random
import sys
import time
from collections import deque
from dataclasses import dataclass
from threading import RLock
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Item = TypeVar("Item")

MIN_BACK_OFF_SECONDS = 0.5
MAX_BACK_OFF_SECONDS = 30.0


@dataclass(slots=True)
class Batch(Generic[Item]):
    """Items on their way, oldest first, each with its estimated bytes."""

    items: list[tuple[Item, int]]

    def __len__(self) -> int:
        return len(self.items)

    def contents(self) -> list[Item]:
        """The items alone."""
        return [item for item, _ in self.items]

    def estimated_bytes(self) -> int:
        """Of all items together."""
        return sum(size for _, size in self.items)

    def largest(self) -> int:
        """Estimated bytes of the largest item."""
        return max((size for _, size in self.items), default=0)

    def halves(self) -> tuple[Batch[Item], Batch[Item]]:
        """Two batches of about as many items each."""
        middle = len(self.items) // 2
        return Batch(self.items[:middle]), Batch(self.items[middle:])


class Lane(Generic[Item]):
    """The queue of one signal.

    Putting takes a re-entrant lock for a few operations: a finalizer or signal handler that ends a
    span in the middle of another's `put` waits for nothing.

    Args:
        max_bytes: of memory, what is on its way included; beyond it the oldest waiting is dropped.
        batch_items: most items in one batch.
        batch_bytes: most estimated bytes in one batch; a larger item goes alone.
        delay_seconds: from the first item to the sending of its batch.
        heeds: called by `put`, outside of the lock, when there is something to do: with whether
            the sender should look now, because the lane was empty or a batch is full, and with how
            many items were dropped.

    Attributes:
        held_bytes: of what waits and what is on its way.
        on_the_way: how many items are being sent.
        on_the_way_bytes: what these hold.
        dropped: items given up because the lane was full.
        failures: attempts in a row that got nothing through.
        not_before: the monotonic time of the next attempt, while backing off.
        reached: whether the server has ever answered.
        closed: whether items that are put now are ignored.
    """

    def __init__(
        self,
        *,
        max_bytes: int,
        batch_items: int,
        batch_bytes: int,
        delay_seconds: float,
        heeds: Callable[[bool, int], None],
    ) -> None:
        self.max_bytes = max_bytes
        self.batch_items = batch_items
        self.batch_bytes = batch_bytes
        self.delay_seconds = delay_seconds
        self.reached = False
        self.closed = False
        self._heeds = heeds
        self.renew()

    def renew(self) -> None:
        """Begin empty, with a lock of its own, as a forked process must."""
        self.held_bytes = 0
        self.on_the_way = 0
        self.on_the_way_bytes = 0
        self.dropped = 0
        self.failures = 0
        self.not_before = 0.0
        self._items: deque[tuple[Item, int]] = deque()
        self._since: float | None = None
        self._lock = RLock()
        self._quiet_items = 0
        self._quiet_bytes = -1
        """Up to so many items and bytes a `put` has nothing to do but to add its own."""

    def __len__(self) -> int:
        return len(self._items)

    def put(self, item: Item, estimated_bytes: int) -> None:
        """Add an item; in less than a microsecond, but for the first of a batch and the last."""
        with self._lock:
            self._items.append((item, estimated_bytes))
            self.held_bytes += estimated_bytes
            if self.held_bytes <= self._quiet_bytes and len(self._items) < self._quiet_items:
                return
            wakes, dropped = self._added(estimated_bytes)
        if wakes or dropped:
            self._heeds(wakes, dropped)

    def _added(self, estimated_bytes: int) -> tuple[bool, int]:
        """See to the item that was just added; give what `heeds` is told."""
        if self.closed or estimated_bytes > self.max_bytes:
            self.held_bytes -= self._items.pop()[1]
            dropped = 0 if self.closed else 1
            self.dropped += dropped
            return False, dropped
        dropped = self._make_room() if self.held_bytes > self.max_bytes else 0
        wakes = self._since is None or (self._is_full() and self._quiet_items <= self.batch_items)
        if self._since is None:
            self._since = time.monotonic()
        if self._is_full():
            # The sender is called once for a full batch, not by each item that follows.
            self._quiet_items, self._quiet_bytes = sys.maxsize, self.max_bytes
        else:
            self._watch()
        return wakes, dropped

    def _watch(self) -> None:
        """Be quiet until a batch is full or the lane is."""
        self._quiet_items = self.batch_items
        self._quiet_bytes = min(self.max_bytes, self.on_the_way_bytes + self.batch_bytes - 1)
        if self.closed or self._since is None:
            self._quiet_bytes = -1

    def _is_full(self) -> bool:
        waiting_bytes = self.held_bytes - self.on_the_way_bytes
        return len(self._items) >= self.batch_items or waiting_bytes >= self.batch_bytes

    def _make_room(self) -> int:
        dropped = 0
        while self.held_bytes > self.max_bytes and self._items:
            self.held_bytes -= self._items.popleft()[1]
            dropped += 1
        self.dropped += dropped
        return dropped

    def close(self) -> None:
        """Ignore what is put from now on."""
        with self._lock:
            self.closed = True
            self._watch()

    def unsent(self) -> int:
        """How many items wait or are on their way."""
        return len(self._items) + self.on_the_way

    def due(self) -> float | None:
        """The monotonic time at which to send next; None while nothing waits."""
        with self._lock:
            if not self._items:
                return None
            since = self._since if self._since is not None else 0.0
            ready = 0.0 if self._is_full() else since + self.delay_seconds
            return max(ready, self.not_before)

    def take(self, most_items: int) -> Batch[Item]:
        """Take the oldest items for one batch; they count as held until `settle` or `put_back`."""
        taken: list[tuple[Item, int]] = []
        size = 0
        with self._lock:
            most = min(most_items, self.batch_items)
            while self._items and len(taken) < most:
                if taken and size + self._items[0][1] > self.batch_bytes:
                    break
                entry = self._items.popleft()
                taken.append(entry)
                size += entry[1]
            self.on_the_way += len(taken)
            self.on_the_way_bytes += size
            self._since = time.monotonic() if self._items else None
            self._watch()
        return Batch(taken)

    def settle(self, batch: Batch[Item]) -> None:
        """Let go of a batch that arrived or never will."""
        with self._lock:
            self._returned(batch)
            self.held_bytes -= batch.estimated_bytes()

    def put_back(self, batches: Sequence[Batch[Item]]) -> int:
        """Put batches, oldest first, before what waits; give how many items had to be dropped."""
        with self._lock:
            for batch in reversed(batches):
                self._returned(batch)
                self._items.extendleft(reversed(batch.items))
            if self._items and self._since is None:
                self._since = time.monotonic()
            dropped = self._make_room()
            self._watch()
            return dropped

    def _returned(self, batch: Batch[Item]) -> None:
        self.on_the_way -= len(batch)
        self.on_the_way_bytes -= batch.estimated_bytes()
        self._watch()

    def narrow(self, refused_bytes: int) -> None:
        """Make later batches smaller than one that was too large for the server."""
        self.batch_bytes = max(1, min(self.batch_bytes, refused_bytes // 2))

    def back_off(self, retry_after_seconds: float | None) -> None:
        """Wait before the next attempt: as the server asks, else twice as long each time."""
        self.failures += 1
        wait = retry_after_seconds
        if wait is None:
            doubled = MIN_BACK_OFF_SECONDS * 2 ** min(self.failures - 1, 10)
            wait = min(doubled, MAX_BACK_OFF_SECONDS) * random.uniform(0.5, 1.0)  # noqa: S311 - spreads clients
        self.not_before = time.monotonic() + wait

    def succeed(self) -> None:
        """End the back-off."""
        self.failures = 0
        self.not_before = 0.0
