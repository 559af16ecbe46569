"""Requests become batches off the event loop, and one bad span costs no other."""

from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from otlp_logs import TRACE, evaluation, logs_request
from otlp_requests import as_json, captures, request

from threadline_server.decode.otlp_protobuf import decode_logs, decode_traces
from threadline_server.normalize.pipeline import normalize
from threadline_server.receive import intake
from threadline_server.receive.intake import LOG_EVENTS, normalized, scored, unpack
from threadline_server.receive.payload import Payload

NOW_NS = 1_800_000_000_000_000_000
LIMIT = 64 << 20


def unpacked(body, encoding="protobuf"):
    payload = Payload("traces", "http", encoding, "", body, "default")
    return unpack(payload, LIMIT, lambda _: None, NOW_NS)


def test_the_spans_of_a_request_are_canonical_and_in_order():
    found = unpacked(request("a", "b").SerializeToString())
    assert [(span.name, span.received_ns) for span in found.spans] == [("a", NOW_NS), ("b", NOW_NS)]


def test_captured_requests_are_canonical_the_same_in_both_encodings():
    for body in captures("traces").values():
        message = ExportTraceServiceRequest.FromString(body)
        assert unpacked(body).spans == unpacked(as_json(message), "json").spans


@given(st.data())
def test_any_split_of_spans_into_requests_gives_the_same_spans(data):
    names = [f"span {number}" for number in range(data.draw(st.integers(0, 12)))]
    whole = request(*names)
    spans = list(whole.resource_spans[0].scope_spans[0].spans)
    split = []
    while spans:
        size = data.draw(st.integers(1, len(spans)))
        part = request()
        part.resource_spans[0].scope_spans[0].spans.extend(spans[:size])
        del spans[:size]
        split.extend(unpacked(part.SerializeToString()).spans)
    assert split == unpacked(whole.SerializeToString()).spans


def test_a_span_on_which_the_pipeline_fails_is_refused_alone():
    def fragile(spans, received_ns):
        if any(span.name == "bad" for span in spans):
            raise KeyError("bad")
        return normalize(spans, received_ns)

    spans = decode_traces(request("a", "bad", "b").SerializeToString()).spans
    kept, refused = normalized(spans, NOW_NS, fragile)
    assert [span.name for span in kept] == ["a", "b"]
    assert [(span.name, span.reason) for span in refused] == [
        ("bad", "it could not be normalized (KeyError)")
    ]


def test_a_record_on_which_reading_a_score_fails_is_refused_alone(monkeypatch):
    def fragile(record, received_ns):
        if record.attributes["gen_ai.evaluation.name"] == "bad":
            raise KeyError("bad")
        return record.attributes["gen_ai.evaluation.name"]

    monkeypatch.setattr(intake, "score", fragile)
    sent = logs_request(*(evaluation(name, 1.0, trace=TRACE) for name in ("a", "bad", "b")))
    records = decode_logs(sent.SerializeToString(), LOG_EVENTS).records
    kept, refused = scored(records, NOW_NS)
    assert kept == ["a", "b"]
    assert [(each.name, each.trace_id, each.reason) for each in refused] == [
        ("bad", TRACE, "it could not be normalized (KeyError)")
    ]
