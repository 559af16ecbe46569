"""The load of ten million spans is valid, the same every time, and known by number; its verdicts tell what is missed."""

import sys
from itertools import islice
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))

import scale
from scaling import traces
from scaling.reads import READS
from scaling.template import Template, Values, gap
from scaling.traces import Stream, requests

from threadline_server.decode.otlp_protobuf import decode_traces

START_NS = 1_793_491_200 * 10**9


@pytest.fixture(scope="module")
def sent():
    """Requests with some 8,000 spans: body, spans, traces so far, sessions so far."""
    return list(islice(requests(Stream(1, START_NS), 512), 16))


@pytest.fixture(scope="module")
def spans(sent):
    return [span for body, *_ in sent for span in decode_traces(body).spans]


def test_every_gap_is_filled_with_what_it_stands_for():
    serialised = b"<" + gap("session") + b"|" + gap("piece", 200) + gap("span", 1) + b">"
    template = Template(serialised, spans=2, times=0, pieces=201)
    pieces = [b"%064d" % number for number in range(201)]
    values = Values(b"t" * 16, [b"0" * 8, b"1" * 8], [], b"s" * 20, b"u" * 10, pieces, [b"", b""])
    assert template.fill(values) == b"<" + b"s" * 20 + b"|" + pieces[200] + b"1" * 8 + b">"


def test_requests_hold_as_many_spans_as_they_say(sent):
    for body, count, _, _ in sent:
        decoded = decode_traces(body)
        assert len(decoded.spans) == count
        assert not decoded.rejected


def test_spans_are_about_a_kilobyte_and_each_has_an_identity(sent, spans):
    assert 900 < sum(len(body) for body, *_ in sent) / len(spans) < 1_500
    assert len({(span.trace_id, span.span_id) for span in spans}) == len(spans)
    assert all(START_NS <= span.start_ns <= span.end_ns for span in spans)


def test_each_trace_has_one_root_and_all_parents(spans):
    by_trace: dict[str, list] = {}
    for span in spans:
        by_trace.setdefault(span.trace_id, []).append(span)
    for held in by_trace.values():
        roots = {span.span_id for span in held if span.parent_span_id is None}
        assert len(roots) == 1
        assert {span.parent_span_id for span in held} <= {None, *roots}


def test_traces_sessions_and_words_are_known_by_number(sent, spans):
    begun = sent[-1][2]
    assert {span.trace_id for span in spans} == {
        traces.trace_id(1, number).hex() for number in range(begun)
    }
    large = traces.trace_id(1, traces.LARGE_NUMBER).hex()
    assert sum(span.trace_id == large for span in spans) == traces.LARGE_SPANS
    sessions = {span.attributes["session.id"] for span in spans}
    assert sessions <= {traces.session_id(1, number) for number in range(sent[-1][3])}
    word = traces.token(1, 5)
    said = {span.trace_id for span in spans if word in str(span.attributes)}
    assert traces.trace_id(1, 5).hex() in said


def test_a_session_says_again_what_it_said_in_its_trace_before(spans):
    asked: dict[str, list[str]] = {}
    for span in spans:
        if span.parent_span_id is None:
            asked.setdefault(span.attributes["session.id"], []).append(span.trace_id)
    first, second = next(ids for ids in asked.values() if len(ids) > 1)[:2]
    question = next(
        span.attributes["gen_ai.input.messages"]
        for span in spans
        if span.trace_id == first and span.parent_span_id is None
    ).split('"content": "')[1][:140]
    assert any(
        question in span.attributes.get("gen_ai.input.messages", "")
        for span in spans
        if span.trace_id == second
    )


def test_the_same_seed_gives_the_same_stream():
    one, two = (list(islice(requests(Stream(7, START_NS), 300), 3)) for _ in range(2))
    assert one == two


def at_size(spans: int, p50_ms: float, p95_ms: float, rss_mib: float) -> scale.AtSize:
    figures = {read.name: {"p50_ms": p50_ms, "p95_ms": p95_ms, "note": ""} for read in READS}
    held = dict.fromkeys(("rss_mib", "pss_mib", "anonymous_mib", "peak_rss_mib"), rss_mib)
    load = scale.Stretch(spans, spans + 1000, 1.0, 0.5, read=True)
    return scale.AtSize(spans, 10, 2, 10**6, 10**6, held, figures, figures, load, [p95_ms / 100])


def test_a_run_within_every_target_holds():
    said = scale.verdicts([at_size(100_000, 2.0, 90.0, 400), at_size(10_000_000, 3.9, 99.0, 499)])
    assert all(holds for holds, _ in said)


def test_each_target_that_is_missed_is_told_with_its_figures():
    said = scale.verdicts([at_size(100_000, 2.0, 90.0, 400), at_size(10_000_000, 4.1, 101.0, 501)])
    missed = [text for holds, text in said if not holds]
    assert any("p95 over 100 ms" in text and "a trace 101" in text for text in missed)
    assert any("501 MiB" in text for text in missed)
    assert any(text.endswith("a word is found after 1.01 s") for text in missed)
    assert any(text == "open: a trace grew 2.05 times" for text in missed)
    assert not any(text.startswith("search") for text in missed)


def test_the_table_has_a_column_for_each_size_and_a_row_for_each_read():
    sizes = [at_size(100_000, 2.0, 90.0, 400), at_size(10_000_000, 4.1, 101.0, 501)]
    drawn = scale.tables(sizes, [scale.Stretch(0, 50_000, 10.0, 5.0, read=False)])
    assert "| | 100,000 spans | 10,000,000 spans |" in drawn
    assert "| the first, 0 to 50,000 | 5,000 | 10,000 |" in drawn
    assert all(drawn.count(f"| {read.kind}: {read.name} |") == 2 for read in READS)


def test_it_says_how_much_disk_it_needs_and_stops_where_that_is_not_there(tmp_path, capsys):
    with pytest.raises(SystemExit, match="not enough disk"):
        scale.ensure_room(tmp_path, 10**15)
    assert "need 3,000,000,000.0 GB" in capsys.readouterr().err
