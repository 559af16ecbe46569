"""Turn what waits in a lane into requests, and each answer into what to do next."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Generic

from threadline.export.delivery import Outcome
from threadline.export.lane import Batch, Item, Lane
from threadline.guard import contain, warn_once

if TYPE_CHECKING:
    from collections.abc import Callable

MIN_TIMEOUT_SECONDS = 0.1


class Sender(Generic[Item]):
    """Sends the batches of one lane, one at a time.

    Args:
        lane: what waits.
        deliver: sends a batch within a number of seconds.
        timeout_seconds: of a request.
        what: names the items in warnings: "spans".
    """

    def __init__(
        self,
        lane: Lane[Item],
        deliver: Callable[[Batch[Item], float], Outcome],
        timeout_seconds: float,
        what: str,
    ) -> None:
        self.lane = lane
        self.what = what
        self.refused = 0
        self._deliver = deliver
        self._timeout_seconds = timeout_seconds

    def send_waiting(self) -> None:
        """Send what waits by now, until an attempt fails; then back off."""
        remaining = len(self.lane)
        while remaining > 0:
            batch = self.lane.take(remaining)
            remaining -= len(batch)
            left, _ = self._send(batch, self._timeout_seconds)
            if left or not batch.items:
                self._put_back(left)
                return

    def attempt_all(self, deadline: float) -> bool:
        """Send what waits by now, each batch once, whatever the back-off says.

        After an answer that asks to wait the next batch is tried all the same; where nobody
        answers, the others are left in the lane.

        Args:
            deadline: the monotonic time at which to stop.

        Returns:
            Whether everything arrived.
        """
        remaining, refused_before = len(self.lane), self.refused
        waiting: list[Batch[Item]] = []
        try:
            while remaining > 0 and (seconds := deadline - time.monotonic()) > 0:
                batch = self.lane.take(remaining)
                if not batch.items:
                    break
                remaining -= len(batch)
                timeout = min(self._timeout_seconds, max(seconds, MIN_TIMEOUT_SECONDS))
                left, kind = self._send(batch, timeout)
                waiting += left
                if kind == "unreachable":
                    break
        finally:
            self._put_back(waiting)
        return remaining <= 0 and not waiting and self.refused == refused_before

    def _put_back(self, batches: list[Batch[Item]]) -> None:
        if self.lane.put_back(batches):
            warn_full(self.what)

    def _send(self, batch: Batch[Item], timeout_seconds: float) -> tuple[list[Batch[Item]], str]:
        """Send a batch, halved where it is too large; give what has to wait, and the last kind."""
        pending, kind = [batch] if batch.items else [], ""
        while pending:
            current = pending.pop(0)
            try:
                outcome = self._outcome(current, timeout_seconds)
            except BaseException:
                # Ctrl-C in a flush of the user's own thread loses nothing.
                self._put_back([current, *pending])
                raise
            kind = outcome.kind
            if kind in {"retry", "unreachable"}:
                self._wait(outcome)
                return [current, *pending], kind
            self.lane.reached = True
            self.lane.succeed()
            if kind == "too_large" and len(current) > 1:
                self.lane.narrow(current.estimated_bytes())
                pending[:0] = current.halves()
                continue
            if kind != "delivered":
                self._give_up(current, outcome)
            self.lane.settle(current)
        return [], kind

    def _outcome(self, batch: Batch[Item], timeout_seconds: float) -> Outcome:
        try:
            return self._deliver(batch, timeout_seconds)
        except Exception as error:  # noqa: BLE001 - a fault here must not end the worker
            contain(f"sending {self.what}")
            return Outcome("refused", f"an internal error ({type(error).__name__})")

    def _wait(self, outcome: Outcome) -> None:
        if outcome.kind == "retry":
            self.lane.reached = True
        self.lane.back_off(outcome.retry_after_seconds)
        # One warning, whatever the trouble is: an outage is told by many different errors.
        warn_once(
            f"wait: {self.what}",
            "Sending %s has to wait: %s. They are kept in memory, up to a bound, and sent later.",
            self.what,
            outcome.message,
        )

    def _give_up(self, batch: Batch[Item], outcome: Outcome) -> None:
        self.refused += len(batch)
        if outcome.kind == "too_large":
            warn_once(
                f"too large: {self.what}",
                "Some %s are too large for the server even one by one, and dropped: %s. "
                "Lower max_attribute_bytes.",
                self.what,
                outcome.message,
            )
        else:
            warn_once(
                f"refused: {self.what}",
                "The server does not take %s, which are dropped: %s.",
                self.what,
                outcome.message,
            )


def warn_full(what: str) -> None:
    """Say, once, that a lane is full."""
    warn_once(
        f"full: {what}",
        "More %s wait to be sent than fit into max_queue_bytes; the oldest are dropped. "
        "How many is told at the end.",
        what,
    )
