import gc
import tracemalloc

import pytest
from made_span import made_span
from opentelemetry.sdk.trace import Event, ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.trace import Link, SpanContext

from threadline.export.memory import score_bytes, span_bytes
from threadline.score import ScoreRecord


class Keeping(SpanProcessor):
    def __init__(self) -> None:
        self.spans: list[ReadableSpan] = []

    def on_end(self, span: ReadableSpan) -> None:
        self.spans.append(span)


@pytest.mark.parametrize("letter", ["x", "é", "会", "🧵"])
def test_an_estimate_is_what_a_span_holds_or_somewhat_more(letter):
    keeping = Keeping()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(keeping)
    tracer = provider.get_tracer("test")
    tracer.start_span("first").end()
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for number in range(200):
            span = tracer.start_span(f"step {number}")
            span.set_attribute("lmnr.span.input", letter * (500 + number))
            span.set_attribute("tags", [letter * 100 + str(number), "b"])
            span.set_attribute("count", number)
            span.add_event("noted", {"text": letter * 300 + str(number)})
            span.end()
        held = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    estimated = sum(span_bytes(span) for span in keeping.spans[1:])
    assert 0.85 * held < estimated < 1.5 * held


def test_a_span_of_another_kind_is_estimated_by_its_public_properties():
    class Wrapped:
        attributes = {"a": "x" * 1_000}  # noqa: RUF012 - as a foreign class may
        events = (Event("noted", {"b": "y" * 1_000}),)
        links = (Link(SpanContext(1, 2, False), {"c": "z" * 1_000}),)

    assert span_bytes(Wrapped()) > 3_000  # type: ignore[arg-type]


def test_events_links_and_nested_values_count():
    plain = span_bytes(made_span())
    eventful = made_span(
        attributes={"list": ["x" * 500, "y" * 500], "number": 1},
        events=[Event("noted", {"text": "x" * 1_000})],
        links=[Link(SpanContext(1, 2, False), {"text": "y" * 1_000})],
    )
    assert span_bytes(eventful) > plain + 3_000


def test_a_score_counts_its_texts():
    record = ScoreRecord(1, None, None, {"gen_ai.evaluation.explanation": "x" * 1_000})
    assert 1_000 < score_bytes(record) < 2_500
