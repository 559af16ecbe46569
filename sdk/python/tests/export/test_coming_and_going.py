"""The essence of `make torture`, in a second: a server that comes and goes costs nothing."""

import threading
from functools import partial

import pytest
from collecting_server import HANGS_UP, Answer, CollectingServer, Received, until
from made_span import made_span

from threadline.export import lane as lane_module
from threadline.export.delivery import HttpDelivery
from threadline.export.queue import ExportQueue
from threadline.settings import Settings

THREADS = 4
MORE = 150


def always(answer: Answer, request: Received) -> Answer:
    return answer


class Load:
    """Threads that put spans until they are told to stop."""

    def __init__(self, queue: ExportQueue) -> None:
        self.made: set[bytes] = set()
        self.errors: list[Exception] = []
        self._queue = queue
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._run) for _ in range(THREADS)]
        for thread in self._threads:
            thread.start()

    def _run(self) -> None:
        while not self._stopping.wait(0.001):
            span = made_span()
            try:
                self._queue.put(span, 4_000)
            except Exception as error:  # noqa: BLE001 - whatever a put raises is a defect
                self.errors.append(error)
            context = span.get_span_context()
            assert context is not None
            self.made.add(context.span_id.to_bytes(8))

    def more(self) -> None:
        """Wait until the threads have put some more."""
        goal = len(self.made) + MORE
        until(lambda: len(self.made) >= goal, "the load goes on")

    def stop(self) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()


@pytest.mark.parametrize("queue_bytes", [64_000_000, 400_000], ids=["room", "no room"])
def test_spans_are_on_the_server_afterwards_or_counted(monkeypatch, queue_bytes):
    monkeypatch.setattr(lane_module, "MAX_BACK_OFF_SECONDS", 0.05)
    server = CollectingServer()
    port, kept = server.port, []
    url = f"http://127.0.0.1:{port}/v1/traces"
    settings = Settings(
        traces_endpoint=url, schedule_delay_seconds=0.01, max_queue_bytes=queue_bytes
    )
    queue = ExportQueue(settings, HttpDelivery(settings))
    load = Load(queue)
    try:
        for _ in range(2):
            for answer in (Answer(), Answer(503), Answer(HANGS_UP), Answer(429)):
                server.decide = partial(always, answer)
                load.more()
            kept += server.spans()
            server.close()
            load.more()
            server = CollectingServer(port)
        load.stop()
        until(lambda: queue.flush(30), "everything arrives")
        kept += server.spans()
    finally:
        load.stop()
        server.close()
        queue.shutdown(1)
    arrived = {span.span_id for span in kept}
    assert load.errors == []
    assert arrived <= load.made
    assert len(load.made) == len(arrived) + queue.dropped
    assert bool(queue.dropped) is (queue_bytes < 1_000_000)
