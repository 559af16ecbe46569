"""The load generator makes the corpus that it says, the same one every time."""

import sys
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))

from loadkit import corpus
from loadkit.gen import DIALECTS, generate

ANCHOR_NS = 1_795_557_600 * 10**9


def make(folder: Path, spans: int, dialect: str) -> dict:
    return generate(folder, spans, dialect, seed=1, days=14, batch=128, anchor_ns=ANCHOR_NS)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_manifest_counts_what_the_requests_hold(tmp_path, dialect):
    manifest = make(tmp_path, 300, dialect)
    seen, errors = set(), 0
    for request in corpus.read_requests(tmp_path):
        decoded = ExportTraceServiceRequest.FromString(request.body)
        spans = [s for r in decoded.resource_spans for p in r.scope_spans for s in p.spans]
        assert len(spans) == request.spans
        seen |= {(span.trace_id, span.span_id) for span in spans}
        errors += sum(span.status.code == 2 for span in spans)
        assert all(span.start_time_unix_nano <= span.end_time_unix_nano for span in spans)
    assert len(seen) == manifest["spans"]
    assert errors == manifest["error_spans"]


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    make(tmp_path / "one", 300, "lmnr")
    make(tmp_path / "two", 300, "lmnr")
    one, two = (tmp_path / name / "corpus.bin" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()


def test_a_smaller_corpus_holds_the_first_sessions_of_a_larger_one(tmp_path):
    make(tmp_path / "small", 200, "genai")
    make(tmp_path / "large", 600, "genai")
    small, large = (
        {trace["trace_id"]: trace for trace in corpus.traces(tmp_path / name)}
        for name in ("small", "large")
    )
    assert all(large[key] == trace for key, trace in small.items())
