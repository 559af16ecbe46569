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
    """

    def __init__(self, settings: Settings, delivery: Delivery) -> None:
        self._settings = settings
        self._delivery = delivery
        self._closed = False
        self.renew()
        process.join(self)

    def renew(self) -> None:
        """Begin empty, with new locks and no thread: in a forked process the parent sends its own."""
        settings, delivery = self._settings, self._delivery

        def send_spans(batch: Batch[ReadableSpan], seconds: float) -> Outcome:
            return delivery.send_spans(batch.contents(), batch.largest(), seconds)

        def send_scores(batch: Batch[ScoreRecord], seconds: float) -> Outcome:
            return delivery.send_scores(batch.contents(), seconds)

        self._spans: Lane[ReadableSpan] = self._lane(settings.max_queue_bytes)
        self._scores: Lane[ScoreRecord] = self._lane(MAX_SCORE_BYTES)
        timeout = settings.timeout_seconds
        self._senders: tuple[Sender[Any], ...] = (
            Sender(self._spans, send_spans, timeout, "spans"),
            Sender(self._scores, send_scores, timeout, "scores"),
        )
        self._worker = Worker(self._senders)
        self._gate = None
        if settings.sample_rate < 1:
            self._gate = SessionGate(settings.sample_rate, self._put_kept)
        delivery.renew()

    def _lane(self, max_bytes: int) -> Lane[Any]:
        return Lane(
            max_bytes=max_bytes,
            batch_items=self._settings.max_export_batch_size,
            batch_bytes=self._settings.max_export_batch_size_bytes,
            delay_seconds=self._settings.schedule_delay_seconds,
        )

    @property
    def dropped(self) -> int:
        """Spans and scores given up in this process: for want of room, or refused by the server."""
        return sum(sender.lane.dropped + sender.refused for sender in self._senders)

    def put(self, span: ReadableSpan, estimated_bytes: int) -> None:
        """Add an ended span; from any thread, at any time.

        Args:
            span: it is kept as it is until it is sent.
            estimated_bytes: of memory that it holds.
        """
        if self._closed:
            return
        if self._gate is not None:
            self._gate.put(span, estimated_bytes)
            return
        wakes, dropped = self._spans.put(span, estimated_bytes)
        if wakes or dropped:
            self._heed(wakes, dropped, "spans")

    def put_log(self, record: ScoreRecord) -> None:
        """Add a score."""
        if self._closed:
            return
        wakes, dropped = self._scores.put(record, score_bytes(record))
        self._heed(wakes, dropped, "scores")

    def _put_kept(self, span: ReadableSpan, estimated_bytes: int) -> None:
        wakes, dropped = self._spans.put(span, estimated_bytes)
        self._heed(wakes, dropped, "spans")

    def _heed(self, wakes: bool, dropped: int, what: str) -> None:
        if dropped:
            warn_full(what)
        if wakes:
            self._worker.wake()

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
