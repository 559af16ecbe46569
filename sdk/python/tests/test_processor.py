import pytest
from collecting_server import collecting_server
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF

from threadline import guard
from threadline.processor import LaminarSpanProcessor
from threadline.score import ScoreRecord
from threadline.settings import Settings


@pytest.fixture(autouse=True)
def strictness(monkeypatch):
    monkeypatch.setattr(guard, "strict", True)
    guard.forget()


def provider_with(processor: LaminarSpanProcessor, **changes) -> TracerProvider:
    provider = TracerProvider(shutdown_on_exit=False, **changes)
    provider.add_span_processor(processor)
    return provider


def test_it_stands_alone_on_a_provider_of_the_users():
    with collecting_server() as server:
        processor = LaminarSpanProcessor(base_url=server.url, api_key="k", disable_batch=True)
        tracer = provider_with(processor).get_tracer("users.own")
        with tracer.start_as_current_span("outer"), tracer.start_as_current_span("inner"):
            pass
        assert processor.force_flush()
        processor.shutdown()
        assert sorted(server.span_names()) == ["inner", "outer"]
        assert server.received[0].headers["authorization"] == "Bearer k"


def test_spans_of_a_trace_take_session_and_user_that_its_root_was_given():
    exporter = InMemorySpanExporter()
    processor = LaminarSpanProcessor(exporter=exporter)
    tracer = provider_with(processor).get_tracer("users.own")
    named = {"session.id": "s", "user.id": "u"}
    with tracer.start_as_current_span("outer", attributes=named):
        tracer.start_span("inner").end()
    assert processor.force_flush()
    for span in exporter.get_finished_spans():
        assert span.attributes is not None
        assert {key: span.attributes[key] for key in named} == named
    processor.shutdown()


def test_spans_that_are_not_sampled_are_not_sent():
    exporter = InMemorySpanExporter()
    processor = LaminarSpanProcessor(exporter=exporter)
    provider_with(processor, sampler=ALWAYS_OFF).get_tracer("t").start_span("off").end()
    assert processor.force_flush()
    assert exporter.get_finished_spans() == ()
    processor.shutdown()


def test_an_exporter_that_fails_or_raises_loses_its_batch_and_nothing_else(caplog, monkeypatch):
    monkeypatch.setattr(guard, "strict", False)

    class Failing(SpanExporter):
        results = [SpanExportResult.FAILURE, None, SpanExportResult.SUCCESS]  # noqa: RUF012

        def export(self, spans):
            assert len(spans) == 1
            result = self.results.pop(0)
            if result is None:
                raise OSError("disk")
            return result

    processor = LaminarSpanProcessor.of(Settings(schedule_delay_seconds=60), Failing())
    tracer = provider_with(processor).get_tracer("t")
    flushed = []
    for _ in range(3):
        tracer.start_span("a").end()
        flushed.append(processor.force_flush())
    assert flushed == [False, False, True]
    assert processor.dropped == 2
    assert "Failing failed" in caplog.text
    processor.shutdown()


def test_an_exporter_gets_scores_if_it_takes_them():
    class Taking(InMemorySpanExporter):
        def __init__(self) -> None:
            super().__init__()
            self.scores: list[ScoreRecord] = []

        def export_scores(self, scores):
            self.scores += scores

    taking = Taking()
    record = ScoreRecord(1, None, None, {"gen_ai.evaluation.name": "fine"})
    for exporter in (taking, InMemorySpanExporter()):
        processor = LaminarSpanProcessor.of(Settings(), exporter)
        processor.put_score(record)
        assert processor.force_flush()
        processor.shutdown()
    assert taking.scores == [record]


def test_a_disabled_processor_takes_nothing():
    exporter = InMemorySpanExporter()
    processor = LaminarSpanProcessor.of(Settings(disabled=True), exporter)
    provider_with(processor).get_tracer("t").start_span("a").end()
    processor.put_score(ScoreRecord(1, None, None, {}))
    assert processor.force_flush()
    assert exporter.get_finished_spans() == ()
    assert not processor._queue._worker.is_running()
    processor.shutdown()


def test_a_wrong_argument_is_named():
    with pytest.raises(ValueError, match="max_export_batch_size"):
        LaminarSpanProcessor(max_export_batch_size=0)


class Odd:
    """What nobody should hand to a processor."""


def test_whatever_ends_on_it_nothing_is_raised(monkeypatch, caplog):
    monkeypatch.setattr(guard, "strict", False)
    processor = LaminarSpanProcessor(exporter=InMemorySpanExporter())
    processor.on_start(Odd())  # type: ignore[arg-type]
    processor.on_end(Odd())  # type: ignore[arg-type]
    assert "An error inside Threadline while starting a span" in caplog.text
    assert "An error inside Threadline while queuing a span" in caplog.text
    processor.shutdown()


@pytest.mark.parametrize("session", [True, False])
def test_sampling_keeps_traces_whole(session):
    exporter = InMemorySpanExporter()
    settings = Settings(sample_rate=0.5, schedule_delay_seconds=60)
    processor = LaminarSpanProcessor.of(settings, exporter)
    tracer = provider_with(processor).get_tracer("t")
    for number in range(60):
        attributes = {"session.id": f"session-{number % 12}"} if session else {}
        with tracer.start_as_current_span(f"trace {number}", attributes=attributes):
            tracer.start_span(f"trace {number}").end()
    assert processor.force_flush()
    names = [span.name for span in exporter.get_finished_spans()]
    assert 0 < len(names) < 120
    assert {names.count(name) for name in names} == {2}
    if session:
        kept = {int(name.split()[1]) % 12 for name in names}
        assert len(names) == 2 * 5 * len(kept)
    processor.shutdown()
