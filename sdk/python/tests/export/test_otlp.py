import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_span import made_span
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from opentelemetry.sdk.trace import Event

from threadline.export.otlp import logs_body, traces_body
from threadline.export.outgoing import Outgoing
from threadline.score import ScoreRecord
from threadline.settings import Settings


def sent(*spans, settings: Settings | None = None, largest: int = 0) -> list[Span]:
    body = traces_body(spans, largest, Outgoing(settings or Settings()))
    request = ExportTraceServiceRequest.FromString(body)
    return [s for r in request.resource_spans for c in r.scope_spans for s in c.spans]


def test_spans_arrive_with_their_ids_and_times():
    span = made_span("step", {"a": "b"}, trace_id=0xAB)
    [out] = sent(span)
    assert out.trace_id.hex() == f"{0xAB:032x}"
    assert out.span_id.hex() == f"{span.context.span_id:016x}"
    assert out.end_time_unix_nano - out.start_time_unix_nano == 1_000_000_000


def test_half_a_character_in_a_name_costs_neither_its_span_nor_the_others():
    [whole, mended] = sent(made_span("whole"), made_span("half \ud83e", {"kept": "x"}))
    assert (whole.name, mended.name) == ("whole", "half \ufffd")
    assert mended.attributes[0].key == "kept"


def test_half_a_character_in_an_exception_is_mended():
    event = Event("exception \udc00", {"exception.message": "bad \udc00"})
    [out] = sent(made_span(events=[event], description="bad \udc00"))
    assert out.status.message == "bad \ufffd"
    assert out.events[0].attributes[0].value.string_value == "bad \ufffd"


@given(st.text(st.characters(categories=("L", "Cs")), max_size=20))
def test_no_name_or_description_keeps_a_batch_from_leaving(text):
    assert len(sent(made_span(text, description=text + "x"), made_span())) == 2


def test_a_span_that_cannot_be_encoded_costs_only_itself(caplog):
    broken = made_span("broken")
    broken._start_time = -1  # type: ignore[assignment]
    assert [span.name for span in sent(made_span("a"), broken, made_span("b"))] == ["a", "b"]
    assert "The span 'broken' could not be encoded (ValueError) and is dropped." in caplog.text


def test_only_a_batch_with_a_large_span_is_looked_through_for_long_texts():
    settings = Settings(max_attribute_bytes=50)
    [out] = sent(made_span(attributes={"a": "x" * 100}), settings=settings, largest=100)
    assert out.attributes[0].value.string_value.endswith("…[threadline: cut, 100 bytes in all]")


SCORE = {
    "gen_ai.evaluation.name": "helpful",
    "gen_ai.evaluation.score.value": 1,
    "gen_ai.evaluation.score.label": "true",
}


@pytest.mark.parametrize(
    ("trace_id", "span_id"), [("ab" * 16, "cd" * 8), ("ab" * 16, None), (None, None)]
)
def test_a_score_is_an_evaluation_event(trace_id, span_id):
    record = ScoreRecord(1_800_000_000_000_000_000, trace_id, span_id, dict(SCORE))
    request = ExportLogsServiceRequest.FromString(logs_body([record], Outgoing(Settings())))
    scope = request.resource_logs[0].scope_logs[0]
    [out] = scope.log_records
    assert scope.scope.name == "threadline"
    assert "gen_ai.evaluation.result" in str(out)
    assert out.time_unix_nano == 1_800_000_000_000_000_000
    assert (out.trace_id.hex(), out.span_id.hex()) == (trace_id or "", span_id or "")
    values = {pair.key: pair.value for pair in out.attributes}
    assert values["gen_ai.evaluation.score.value"].double_value == 1.0
    assert values["gen_ai.evaluation.score.label"].string_value == "true"


def test_a_score_is_masked_as_spans_are():
    record = ScoreRecord(1, None, None, {"session.id": "bob@example.com", "x": "bob@example.com"})
    outgoing = Outgoing(Settings(mask_patterns=("emails",)))
    request = ExportLogsServiceRequest.FromString(logs_body([record], outgoing))
    [out] = request.resource_logs[0].scope_logs[0].log_records
    texts = {pair.key: pair.value.string_value for pair in out.attributes}
    assert texts["session.id"] == "[email 5ff860bf1190]"
    assert texts["x"] == "[email]"
