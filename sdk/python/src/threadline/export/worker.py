"""Run the sending in one daemon thread, started when there is something to send.

Everything reaches the thread as a message through a `SimpleQueue`, whose `put` is re-entrant by
its documentation: a span that a finalizer or a signal handler ends in the middle of another's
`put` cannot wait for itself.
"""

from __future__ import annotations

import sys
import threading
import time
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from opentelemetry import context

from threadline.export.process import join_child_process
from threadline.guard import contain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from threadline.export.sender import Sender

LIVENESS_SECONDS = 0.5
"""How often a flush looks whether the thread that it waits for still lives."""


class Flush:
    """A wish that everything be sent now.

    Args:
        deadline: the monotonic time at which to stop.
        patient: try again until then, where the server is known to exist.
    """

    __slots__ = ("arrived", "deadline", "done", "patient")

    def __init__(self, deadline: float, *, patient: bool) -> None:
        self.deadline = deadline
        self.patient = patient
        self.done = threading.Event()
        self.arrived = False


class Stop:
    """A wish that the thread end."""


Message = Flush | Stop | None
"""None only wakes the thread, which then looks what is due."""


class Worker:
    """Sends what is due, from a thread of its own."""

    def __init__(self, senders: Sequence[Sender[Any]]) -> None:
        self._senders = senders
        self.renew()

    def renew(self) -> None:
        """Forget the thread, its messages and locks, as a forked process must."""
        self._messages: SimpleQueue[Message] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._sending = threading.Lock()

    def wake(self) -> None:
        """Have the thread look what is due; start it if there is none."""
        self._messages.put(None)
        if self._thread is None:
            self._start()

    def is_running(self) -> bool:
        """Whether the thread lives and can still answer."""
        return self._thread is not None and self._thread.is_alive() and not sys.is_finalizing()

    def _start(self) -> None:
        if not self._starting.acquire(blocking=False):
            return
        try:
            if self._thread is not None:
                return
            thread = threading.Thread(target=self._run, name="threadline-export", daemon=True)
            # Not the caller's context: the thread would keep its span for ever.
            token = context.attach(context.Context())
            try:
                thread.start()
            finally:
                context.detach(token)
            self._thread = thread
            join_child_process()
        except RuntimeError:
            # No thread can be had, as at the end of the interpreter: a flush sends inline.
            return
        finally:
            self._starting.release()

    def flush(self, deadline: float, *, patient: bool) -> bool:
        """Send everything now; give whether it all arrived.

        Args:
            deadline: the monotonic time at which to stop.
            patient: see `Flush`.
        """
        flush = Flush(deadline, patient=patient)
        if self._thread is threading.current_thread():
            return False  # a mask hook or an exporter asks for it, in the middle of sending
        if self.is_running():
            self._messages.put(flush)
            while (seconds := deadline - time.monotonic()) > 0:
                if flush.done.wait(min(seconds, LIVENESS_SECONDS)):
                    return flush.arrived
                if not self.is_running():
                    break
        self._serve(flush)
        return flush.arrived

    def stop(self) -> None:
        """End the thread once it has done what it was asked before."""
        self._messages.put(Stop())

    def _run(self) -> None:
        messages = self._messages
        while messages is self._messages:
            try:
                message = messages.get(timeout=self._pause())
            except Empty:
                message = None
            try:
                if isinstance(message, Stop):
                    return
                if message is not None:
                    self._serve(message)
                self._send_due()
            except Exception:  # noqa: BLE001 - the thread goes on
                contain("exporting")

    def _pause(self) -> float | None:
        due = self._next_due()
        return None if due is None else max(0.0, due - time.monotonic())

    def _next_due(self) -> float | None:
        return min(
            (due for sender in self._senders if (due := sender.lane.due()) is not None),
            default=None,
        )

    def _send_due(self) -> None:
        with self._sending:
            for sender in self._senders:
                due = sender.lane.due()
                if due is not None and due <= time.monotonic():
                    sender.send_waiting()

    def _serve(self, flush: Flush) -> None:
        """Attempt everything until the flush is content; in the thread, or inline without one."""
        try:
            seconds = max(0.0, flush.deadline - time.monotonic())
            if not self._sending.acquire(timeout=seconds):
                return
            try:
                flush.arrived = self._attempt(flush)
            finally:
                self._sending.release()
        finally:
            flush.done.set()

    def _attempt(self, flush: Flush) -> bool:
        while True:
            arrived = [sender.attempt_all(flush.deadline) for sender in self._senders]
            if all(arrived) or not flush.patient:
                return all(arrived)
            waiting = [sender.lane for sender in self._senders if len(sender.lane)]
            again = min((lane.not_before for lane in waiting), default=flush.deadline)
            if again >= flush.deadline or not any(lane.reached for lane in waiting):
                return False
            time.sleep(max(0.0, again - time.monotonic()))
