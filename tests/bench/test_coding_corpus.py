"""A coding agent's sessions: new text in each tool result, all that was said so far in each call."""

import random
import sys
import zlib
from itertools import pairwise
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))

from loadkit import corpus
from loadkit.coding.gen import coding_spans, generate_coding, requests
from loadkit.coding.output import TOOLS
from loadkit.coding.session import RESULT_SIZES
from loadkit.gen import DIALECTS

from threadline_server.decode.otlp_protobuf import decode_traces
from threadline_server.normalize.pipeline import carried

ANCHOR_NS = 1_795_557_600 * 10**9
CALLS = 6


def make(folder: Path, dialect: str, calls: int = CALLS, **more) -> dict:
    return generate_coding(folder, 2, dialect, seed=1, anchor_ns=ANCHOR_NS, calls=calls, **more)


def conversations(folder: Path):
    """What the server reads of each model call's input: role, text or result, tool that is called."""
    for request in corpus.read_requests(folder):
        for span in decode_traces(request.body).spans:
            if span.name.startswith("chat "):
                read = carried(span.attributes, "llm", span.events, span.start_ns)
                yield [said(message) for message in read.input_messages]


def said(message) -> tuple:
    parts = {part["type"]: part for part in message.parts}
    spoken = parts.get("text", {}).get("text") or parts.get("tool_result", {}).get("result")
    return message.role, spoken or "", parts.get("tool_call", {}).get("name")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_manifest_counts_what_the_requests_hold(tmp_path, dialect):
    manifest = make(tmp_path, dialect)
    seen, size = set(), 0
    for request in corpus.read_requests(tmp_path):
        decoded = ExportTraceServiceRequest.FromString(request.body)
        spans = [s for r in decoded.resource_spans for p in r.scope_spans for s in p.spans]
        assert len(spans) == request.spans
        assert all(s.start_time_unix_nano <= s.end_time_unix_nano for s in spans)
        seen |= {(span.trace_id, span.span_id) for span in spans}
        size += len(request.body)
    assert (len(seen), size) == (manifest["spans"], manifest["raw_bytes"])
    assert (manifest["sessions"], manifest["kinds"]["llm"]) == (2, 2 * CALLS)


def test_each_call_carries_all_that_was_said_before_it(tmp_path):
    make(tmp_path, "genai")
    first, *later = list(conversations(tmp_path))[:CALLS]
    for call in later:
        assert call[: len(first)] == first
        assert len(call) > len(first)
        first = call


def test_every_dialect_says_the_same(tmp_path):
    for dialect in DIALECTS:
        make(tmp_path / dialect, dialect)
    genai, *others = (list(conversations(tmp_path / dialect)) for dialect in DIALECTS)
    assert all(other == genai for other in others)


def test_tool_results_are_new_each_time_and_as_large_as_is_said(tmp_path):
    make(tmp_path, "genai")
    last_calls = list(conversations(tmp_path))[CALLS - 1 :: CALLS]
    results = [text for call in last_calls for role, text, _ in call if role == "tool"]
    low, high = RESULT_SIZES
    assert len(results) == 2 * (CALLS - 1)
    assert len(set(results)) == len(results)
    assert all(low * 0.9 <= len(result) <= high for result in results)


@pytest.mark.parametrize("tool", TOOLS)
def test_results_compress_as_text_of_people_does(tool):
    text = TOOLS[tool][0](random.Random(7), 25_000)[:25_000].encode()
    assert 2.8 < len(text) / len(zlib.compress(text)) < 5


def test_an_agent_whose_context_is_full_goes_on_with_a_summary(tmp_path):
    make(tmp_path, "openinference", calls=16, window=40_000)
    calls = list(conversations(tmp_path))[:16]
    assert any(len(after) < len(before) for before, after in pairwise(calls))
    assert len({call[0] for call in calls}) == 1


def test_the_same_seed_gives_the_same_stream():
    one, two = (
        [body for body, _ in requests(coding_spans(1, "lmnr", seed=3, anchor_ns=0, calls=4))]
        for _ in range(2)
    )
    assert one == two
