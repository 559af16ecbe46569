import logging
import socket
import threading
from contextlib import contextmanager

import pytest
from collecting_server import HANGS_UP, Answer, Received, collecting_server, until
from made_span import made_span
from opentelemetry.instrumentation.utils import is_http_instrumentation_enabled

from threadline import guard
from threadline.export import lane as lane_module
from threadline.export import process
from threadline.export.delivery import HttpDelivery, Outcome
from threadline.export.queue import ExportQueue
from threadline.score import ScoreRecord
from threadline.settings import Settings

LONG_SECONDS = 30.0


@pytest.fixture
def server():
    with collecting_server() as started:
        yield started


@pytest.fixture(autouse=True)
def quick_back_off(monkeypatch):
    monkeypatch.setattr(lane_module, "MIN_BACK_OFF_SECONDS", 0.01)
    monkeypatch.setattr(lane_module, "MAX_BACK_OFF_SECONDS", 0.05)


def settings_for(port: int, **changes) -> Settings:
    url = f"http://127.0.0.1:{port}"
    endpoints = {"traces_endpoint": f"{url}/v1/traces", "logs_endpoint": f"{url}/v1/logs"}
    return Settings(**{"schedule_delay_seconds": 0.01, **endpoints, **changes})


@contextmanager
def queue_to(port: int, **changes):
    settings = settings_for(port, **changes)
    queue = ExportQueue(settings, HttpDelivery(settings))
    try:
        yield queue
    finally:
        queue.shutdown(0.1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def put(queue: ExportQueue, *names: str, size: int = 1_000) -> None:
    for name in names:
        queue.put(made_span(name), size)


def names(start: int, end: int) -> list[str]:
    return [f"span {number}" for number in range(start, end)]


def test_spans_arrive_by_themselves_in_their_order(server):
    with queue_to(server.port) as queue:
        put(queue, *names(0, 100))
        until(lambda: len(server.spans()) == 100, "all spans arrive")
    assert server.span_names() == names(0, 100)


def test_spans_that_come_together_go_in_one_request(server):
    with queue_to(server.port, schedule_delay_seconds=LONG_SECONDS) as queue:
        put(queue, *names(0, 20))
        assert queue.flush(LONG_SECONDS)
    assert len(server.received) == 1


def test_a_full_batch_goes_at_once(server):
    many = {"schedule_delay_seconds": 3_600.0, "max_export_batch_size": 10}
    with queue_to(server.port, **many) as queue:
        put(queue, *names(0, 10))
        until(lambda: len(server.spans()) == 10, "the full batch arrives")


def test_requests_are_bounded_in_spans_and_in_bytes(server):
    bounds = {"max_export_batch_size": 10, "max_export_batch_size_bytes": 5_000}
    with queue_to(server.port, schedule_delay_seconds=LONG_SECONDS, **bounds) as queue:
        put(queue, *names(0, 25), size=100)
        put(queue, *names(25, 40), size=1_000)
        assert queue.flush(LONG_SECONDS)
    assert max(len(request.spans()) for request in server.received) == 10
    assert server.span_names() == names(0, 40)


def test_everything_arrives_when_a_server_comes_back(caplog):
    port = free_port()
    with queue_to(port) as queue:
        put(queue, *names(0, 50))
        until(lambda: "nobody listens there" in caplog.text, "the first attempt fails")
        put(queue, *names(50, 100))
        with collecting_server(port) as server:
            until(lambda: len(server.spans()) == 100, "all spans arrive")
            assert server.span_names() == names(0, 100)
        until(lambda: queue.flush(LONG_SECONDS), "the queue is empty")
        put(queue, "while it is away")
        assert not queue.flush(LONG_SECONDS)
        with collecting_server(port) as server:
            until(server.spans, "what was put while it was away arrives")
    assert queue.dropped == 0
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


@pytest.mark.parametrize("answer", [Answer(503), Answer(429), Answer(502), Answer(HANGS_UP)])
def test_a_batch_that_was_not_taken_is_sent_again(server, answer):
    server.answers = [answer] * 3
    with queue_to(server.port) as queue:
        put(queue, *names(0, 10))
        until(lambda: len(server.spans()) == 10, "the batch arrives")
    assert server.span_names() == names(0, 10)


def test_the_server_says_when_to_come_again(server):
    server.answers = [Answer(503, {"Retry-After": "3600"})]
    with queue_to(server.port) as queue:
        put(queue, "a")
        until(lambda: server.received, "the first attempt")
        until(lambda: queue._spans.not_before, "the wait is noted")
        put(queue, "b")
        assert queue.flush(LONG_SECONDS)
        assert server.span_names() == ["a", "b"]


def test_a_batch_that_is_too_large_is_halved_until_it_fits(server):
    server.decide = lambda request: Answer(413 if len(request.spans()) > 3 else 200)
    with queue_to(server.port, schedule_delay_seconds=LONG_SECONDS) as queue:
        put(queue, *names(0, 40))
        assert queue.flush(LONG_SECONDS)
        assert server.span_names() == names(0, 40)
        refusals = len(server.received) - len(server.kept)
        put(queue, *names(40, 80))
        assert queue.flush(LONG_SECONDS)
        assert len(server.received) - len(server.kept) == refusals, "sizes were learned"
    assert queue.dropped == 0


def test_a_span_that_is_too_large_alone_is_dropped_and_the_others_arrive(server, caplog):
    def decide(request):
        return Answer(413 if "large" in [span.name for span in request.spans()] else 200)

    server.decide = decide
    with queue_to(server.port, schedule_delay_seconds=LONG_SECONDS) as queue:
        put(queue, "a", "b", "large", "c")
        assert not queue.flush(LONG_SECONDS)
    assert server.span_names() == ["a", "b", "c"]
    assert queue.dropped == 1
    assert "too large for the server even one by one" in caplog.text


def test_a_refused_batch_is_dropped_with_one_warning_and_later_ones_go_on(server, caplog):
    server.answers = [Answer(400, content=b"no such project"), Answer(400)]
    with queue_to(server.port, schedule_delay_seconds=LONG_SECONDS) as queue:
        put(queue, "a", "b")
        assert not queue.flush(LONG_SECONDS)
        put(queue, "c")
        assert not queue.flush(LONG_SECONDS)
        put(queue, "d")
        assert queue.flush(LONG_SECONDS)
        assert server.span_names() == ["d"]
        assert queue.dropped == 3
    warnings = [record.getMessage() for record in caplog.records]
    assert [text for text in warnings if "no such project" in text] == warnings[:1]
    assert warnings[1:] == ["Lost spans: 3 refused by the server."]


def test_a_full_queue_drops_its_oldest_counts_them_and_tells_the_total_once(caplog):
    port = free_port()
    with queue_to(port, max_queue_bytes=10_000) as queue:
        put(queue, *names(0, 25))
        until(lambda: queue._spans.failures, "an attempt fails")
        assert (queue.dropped, queue._spans.held_bytes) == (15, 10_000)
        with collecting_server(port) as server:
            until(lambda: len(server.spans()) == 10, "what fits arrives")
            assert server.span_names() == names(15, 25)
            assert queue.shutdown(LONG_SECONDS)
    warnings = [record.getMessage() for record in caplog.records]
    assert sum("the oldest are dropped" in text for text in warnings) == 1
    assert warnings[-1] == "Lost spans: 15 dropped because the queue was full."


def test_flush_ignores_the_back_off_and_says_whether_all_arrived(monkeypatch, server):
    monkeypatch.setattr(lane_module, "MIN_BACK_OFF_SECONDS", 3_600.0)
    monkeypatch.setattr(lane_module, "MAX_BACK_OFF_SECONDS", 3_600.0)
    server.answers = [Answer(503), Answer(503)]
    with queue_to(server.port) as queue:
        put(queue, "a")
        until(lambda: queue._spans.failures, "the worker's attempt fails")
        assert not queue.flush(LONG_SECONDS)
        assert queue.flush(LONG_SECONDS)
        assert queue.flush(LONG_SECONDS), "an empty queue has arrived"
    assert server.span_names() == ["a"]


def test_flush_tries_every_batch_once_where_the_server_answers(server):
    def busy_with_the_first(request: Received) -> Answer:
        return Answer(503 if request.spans()[0].name == "span 0" else 200)

    server.decide = busy_with_the_first
    with queue_to(server.port, schedule_delay_seconds=LONG_SECONDS) as queue:
        put(queue, *names(0, 9))
        queue._spans.batch_items = 3
        assert not queue.flush(LONG_SECONDS)
        assert server.span_names() == names(3, 9)
        server.decide = None
        assert queue.flush(LONG_SECONDS)
    assert server.span_names() == [*names(3, 9), *names(0, 3)]


def test_flush_returns_when_its_time_is_over(server):
    server.hold()
    with queue_to(server.port) as queue:
        put(queue, "a")
        until(lambda: server.received, "the request is on its way")
        assert not queue.flush(0.05)
        server.released.set()
        assert queue.flush(LONG_SECONDS)
    assert server.span_names() == ["a"]


def test_flush_works_from_many_threads_at_once(server):
    with queue_to(server.port) as queue:
        results = []

        def run(number: int) -> None:
            put(queue, f"span {number}")
            results.append(queue.flush(LONG_SECONDS))

        threads = [threading.Thread(target=run, args=(number,)) for number in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert results == [True] * 20
    assert sorted(server.span_names()) == sorted(names(0, 20))


def test_flush_sends_inline_where_no_thread_can_be_had(server, monkeypatch):
    start = threading.Thread.start

    def refuse(thread: threading.Thread) -> None:
        if thread.name == "threadline-export":
            raise RuntimeError("can't start new thread")
        start(thread)

    with queue_to(server.port) as queue, monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuse)
        put(queue, "a", "b")
        assert queue.flush(LONG_SECONDS)
    assert server.span_names() == ["a", "b"]


def test_flush_sends_inline_after_the_worker_died(server):
    with queue_to(server.port, schedule_delay_seconds=LONG_SECONDS) as queue:
        put(queue, "a")
        until(queue._worker.is_running, "the worker runs")
        queue._worker.stop()
        until(lambda: not queue._worker.is_running(), "the worker ends")
        put(queue, "b")
        assert queue.flush(LONG_SECONDS)
    assert server.span_names() == ["a", "b"]


def test_a_flush_in_the_middle_of_sending_does_not_wait_for_itself(server):
    flushed = []

    def mask(key: str, value: str) -> str:
        flushed.append(queue.flush(LONG_SECONDS))
        return value

    with queue_to(server.port, mask=mask, schedule_delay_seconds=LONG_SECONDS) as queue:
        put(queue, "a")
        assert queue.flush(LONG_SECONDS)
    assert flushed == [False]


def test_after_shutdown_nothing_is_taken(server):
    with queue_to(server.port) as queue:
        put(queue, "a")
        assert queue.shutdown(LONG_SECONDS)
        put(queue, "late")
        queue.put_log(ScoreRecord(1, None, None, {}))
        assert queue.shutdown(LONG_SECONDS)
        assert queue.flush(LONG_SECONDS)
    assert server.span_names() == ["a"]


def test_shutdown_tries_again_while_a_known_server_is_busy(server):
    with queue_to(server.port, schedule_delay_seconds=LONG_SECONDS) as queue:
        put(queue, "a")
        assert queue.flush(LONG_SECONDS)
        server.answers = [Answer(503), Answer(HANGS_UP), Answer(HANGS_UP), Answer(503)]
        put(queue, "b")
        assert queue.shutdown(LONG_SECONDS)
    assert server.span_names() == ["a", "b"]


def test_shutdown_does_not_wait_for_a_server_that_never_was(caplog):
    with queue_to(free_port(), schedule_delay_seconds=LONG_SECONDS) as queue:
        put(queue, "a", "b")
        # It would wait for an hour.
        assert not queue.shutdown(3_600)
    assert caplog.records[-1].getMessage() == "Lost spans: 2 not sent before the end."


def test_the_end_waits_longer_for_a_server_that_was_there(server):
    with queue_to(server.port) as queue:
        assert queue.exit_seconds() == process.EXIT_SECONDS
        server.answers = [Answer(503, {"Retry-After": "300"})]
        put(queue, "a")
        until(lambda: queue._spans.failures, "an attempt fails")
        assert queue.exit_seconds() == process.UNREACHABLE_EXIT_SECONDS


def test_scores_go_to_the_logs_by_a_lane_of_their_own(server):
    server.decide = lambda request: Answer(503 if request.path == "/v1/traces" else 200)
    with queue_to(server.port) as queue:
        put(queue, "a")
        queue.put_log(ScoreRecord(1, "ab" * 16, None, {"gen_ai.evaluation.name": "fine"}))
        until(server.records, "the score arrives though spans do not")
        server.decide = None
        until(server.spans, "the span arrives later")
    [record] = server.records()
    assert record.trace_id.hex() == "ab" * 16


def test_a_server_without_scores_costs_no_spans(server, caplog):
    server.decide = lambda request: Answer(404 if request.path == "/v1/logs" else 200)
    with queue_to(server.port, schedule_delay_seconds=LONG_SECONDS) as queue:
        put(queue, "a")
        queue.put_log(ScoreRecord(1, None, None, {}))
        assert not queue.flush(LONG_SECONDS)
    assert server.span_names() == ["a"]
    assert "The server does not take scores, which are dropped" in caplog.text


def test_only_sampled_sessions_leave(server):
    with queue_to(server.port, sample_rate=0.5, schedule_delay_seconds=LONG_SECONDS) as queue:
        for number in range(100):
            session = {"session.id": f"s{number % 10}"}
            queue.put(made_span(f"s{number % 10}", session), 100)
        assert queue.flush(LONG_SECONDS)
    counts = [server.span_names().count(f"s{number}") for number in range(10)]
    assert set(counts) == {0, 10}


class Watching(HttpDelivery):
    """Notes in which context and thread a batch is sent."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.seen: list[tuple[bool, str]] = []

    def _post(self, transport, signal, body, timeout_seconds) -> Outcome:  # type: ignore[override]
        send = transport.send

        def watched(*arguments):
            enabled = is_http_instrumentation_enabled()
            self.seen.append((enabled, threading.current_thread().name))
            return send(*arguments)

        transport.send = watched
        return super()._post(transport, signal, body, timeout_seconds)


def test_sending_is_not_traced_and_not_done_by_the_users_thread(server):
    settings = settings_for(server.port)
    delivery = Watching(settings)
    queue = ExportQueue(settings, delivery)
    put(queue, "a")
    assert queue.flush(LONG_SECONDS)
    assert queue.shutdown(LONG_SECONDS)
    assert delivery.seen == [(False, "threadline-export")]


def test_a_fault_of_ours_costs_a_batch_and_not_the_worker(server, monkeypatch, caplog):
    monkeypatch.setattr(guard, "strict", False)
    with queue_to(server.port) as queue:
        delivery = queue._delivery
        monkeypatch.setattr(delivery, "send_spans", lambda: "takes no batch")
        put(queue, "a")
        until(lambda: queue.dropped, "the batch is given up")
        monkeypatch.undo()
        put(queue, "b")
        until(server.spans, "the next batch arrives")
    assert server.span_names() == ["b"]
    assert "An error inside Threadline while sending spans" in caplog.text


def test_the_worker_keeps_no_context_of_the_user():
    port = free_port()
    with queue_to(port) as queue:
        put(queue, "a")
        until(queue._worker.is_running, "the worker runs")
        assert queue._worker._thread is not None
        assert queue._worker._thread.daemon
