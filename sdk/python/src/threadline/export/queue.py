"""Turn ended spans and scores of the user's threads into batches on their way to the server.

`put` costs about a microsecond, never blocks on the network and never raises. Memory is bounded in
bytes; while the server is away, spans wait here, and the oldest are dropped when the bound is
reached.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from threadline.export import process
from threadline.export.lane import Batch, Lane
from threadline.export.memory import score_bytes
from threadline.export.sampling import SessionGate
from threadline.export.sender import Sender, warn_full
from threadline.export.worker import Worker
from threadline.guard import logger

if TYPE_CHECKING:
    from collections.abc import Callable

    from opentelemetry.sdk.trace import ReadableSpan

    from threadline.export.delivery import Delivery, Outcome
    from threadline.score import ScoreRecord
    from threadline.settings import Settings

MAX_SCORE_BYTES = 4 * 1024 * 1024
"""Memory of scores that wait: their own, so that a flood of spans drops none."""


class ExportQueue:
    """The queue of spans, that of scores, and the worker that empties both.

    Args:
        settings: sizes, delays and timeouts.
        delivery: where batches go.

    Attributes:
        put: takes an ended span, which is kept as it is until it is sent, and the estimated bytes
            of memory that it holds; from any thread, at any time.
    """

    def __init__(self, settings: Settings, delivery: Delivery) -> None:
        self._delivery = delivery
        self._closed = False
        self._spans: Lane[ReadableSpan] = self._lane(settings, settings.max_queue_bytes, "spans")
        self._scores: Lane[ScoreRecord] = self._lane(settings, MAX_SCORE_BYTES, "scores")

        def send_spans(batch: Batch[ReadableSpan], seconds: float) -> Outcome:
            return delivery.send_spans(batch.contents(), batch.largest(), seconds)

        def send_scores(batch: Batch[ScoreRecord], seconds: float) -> Outcome:
            return delivery.send_scores(batch.contents(), seconds)

        timeout = settings.timeout_seconds
        self._senders: tuple[Sender[Any], ...] = (
            Sender(self._spans, send_spans, timeout, "spans"),
            Sender(self._scores, send_scores, timeout, "scores"),
        )
        self._worker = Worker(self._senders)
        self._gate: SessionGate | None = None
        # The lane's own method where nothing stands before it: this is on every span's way.
        self.put: Callable[[ReadableSpan, int], None] = self._spans.put
        if settings.sample_rate < 1:
            self._gate = SessionGate(settings.sample_rate, self._spans.put)
            self.put = self._gate.put
        process.join(self)

    def _lane(self, settings: Settings, max_bytes: int, what: str) -> Lane[Any]:
        def heeds(wakes: bool, dropped: int) -> None:
            if dropped:
                warn_full(what)
            if wakes:
                self._worker.wake()

        return Lane(
            max_bytes=max_bytes,
            batch_items=settings.max_export_batch_size,
            batch_bytes=settings.max_export_batch_size_bytes,
            delay_seconds=settings.schedule_delay_seconds,
            heeds=heeds,
        )

    def renew(self) -> None:
        """Begin empty, with new locks and no thread: in a forked process the parent sends its own."""
        for sender in self._senders:
            sender.lane.renew()
            sender.refused = 0
        if self._gate is not None:
            self._gate.renew()
        self._worker.renew()
        self._delivery.renew()

    @property
    def dropped(self) -> int:
        """Spans and scores given up in this process: for want of room, or refused by the server."""
        return sum(sender.lane.dropped + sender.refused for sender in self._senders)

    def put_log(self, record: ScoreRecord) -> None:
        """Add a score."""
        self._scores.put(record, score_bytes(record))

    def flush(self, timeout_seconds: float) -> bool:
        """Send everything now, one attempt for each batch whatever the back-off says.

        Args:
            timeout_seconds: how long to wait for it.

        Returns:
            Whether it all arrived.
        """
        return self._worker.flush(time.monotonic() + timeout_seconds, patient=False)

    def shutdown(self, timeout_seconds: float) -> bool:
        """Send what is left, take nothing more, and say what was lost.

        At the end of the process it takes no longer than `exit_seconds`.

        Args:
            timeout_seconds: how long to wait for it.

        Returns:
            Whether everything left arrived.
        """
        if process.is_ending():
            timeout_seconds = min(timeout_seconds, self.exit_seconds())
        return self._shut(time.monotonic() + timeout_seconds)

    def finish(self, deadline: float) -> None:
        """Shut down at the end of the process."""
        self._shut(deadline)

    def exit_seconds(self) -> float:
        """How long the end of the process may wait for the last batches."""
        away = any(lane.failures for lane in (self._spans, self._scores))
        return process.UNREACHABLE_EXIT_SECONDS if away else process.EXIT_SECONDS

    def _shut(self, deadline: float) -> bool:
        if self._closed:
            return True
        if self._gate is not None:
            self._gate.decide_all()
        self._closed = True
        for sender in self._senders:
            sender.lane.close()
        arrived = True
        if any(sender.lane.unsent() for sender in self._senders):
            arrived = self._worker.flush(deadline, patient=True)
        self._tell_losses()
        self._worker.stop()
        self._delivery.close()
        process.leave(self)
        return arrived

    def _tell_losses(self) -> None:
        for sender in self._senders:
            losses = {
                "dropped because the queue was full": sender.lane.dropped,
                "refused by the server": sender.refused,
                "not sent before the end": sender.lane.unsent(),
            }
            told = [f"{count} {how}" for how, count in losses.items() if count]
            if told:
                logger.warning("Lost %s: %s.", sender.what, ", ".join(told))
