import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_span import made_span

from threadline import association, guard
from threadline.export import sampling
from threadline.export.sampling import SessionGate, is_kept, session_hash

SHARED: dict[str, Any] = json.loads(
    (Path(__file__).parents[4] / "conformance/sdk/sampling.json").read_text()
)


@pytest.mark.parametrize("case", SHARED["hashes"], ids=lambda case: case["id"][:20])
def test_ids_hash_as_the_shared_cases_say(case: dict[str, Any]):
    assert session_hash(case["id"]) == case["hash"]


def test_sessions_are_kept_as_the_shared_cases_say():
    for case in SHARED["decisions"]:
        assert is_kept(case["id"], case["rate"]) is case["kept"], case


@given(st.text(), st.floats(0, 1), st.floats(0, 1))
def test_a_higher_rate_keeps_every_session_that_a_lower_one_keeps(identifier, one, other):
    low, high = sorted((one, other))
    assert is_kept(identifier, high) or not is_kept(identifier, low)


def test_a_rate_keeps_about_its_share_of_sessions():
    kept = sum(is_kept(f"session-{number}", 0.25) for number in range(4_000))
    assert 900 < kept < 1_100


class Traces:
    """Which traces run, and which sessions they have, as the registry of associations says."""

    def __init__(self, monkeypatch) -> None:
        self.open: set[int] = set()
        self.sessions: dict[int, str] = {}
        monkeypatch.setattr(association, "session_of", self.sessions.get)
        monkeypatch.setattr(association, "is_open", self.open.__contains__)


@pytest.fixture
def traces(monkeypatch):
    return Traces(monkeypatch)


@pytest.fixture
def passed():
    return []


@pytest.fixture
def gate(passed):
    def passes(span, size):
        passed.append(span.name)

    return SessionGate(0.5, passes)


KEPT = next(f"s{n}" for n in range(100) if is_kept(f"s{n}", 0.5))
DROPPED = next(f"s{n}" for n in range(100) if not is_kept(f"s{n}", 0.5))
KEPT_TRACE = next(n for n in range(1, 100) if is_kept(f"{n:032x}", 0.5))
DROPPED_TRACE = next(n for n in range(1, 100) if not is_kept(f"{n:032x}", 0.5))


def test_spans_of_a_kept_session_pass_and_those_of_another_do_not(gate, traces, passed):
    traces.open |= {1, 2}
    traces.sessions |= {1: KEPT, 2: DROPPED}
    gate.put(made_span("kept", trace_id=1), 10)
    gate.put(made_span("dropped", trace_id=2), 10)
    assert passed == ["kept"]


def test_spans_wait_for_their_session(gate, traces, passed):
    traces.open.add(DROPPED_TRACE)
    gate.put(made_span("early", trace_id=DROPPED_TRACE), 10)
    assert passed == []
    traces.sessions[DROPPED_TRACE] = KEPT
    gate.put(made_span("late", trace_id=DROPPED_TRACE), 10)
    assert passed == ["early", "late"]


def test_a_trace_that_ends_without_a_session_decides_by_its_own_id(gate, traces, passed):
    traces.open |= {KEPT_TRACE, DROPPED_TRACE}
    for trace_id in (KEPT_TRACE, DROPPED_TRACE):
        gate.put(made_span(f"child of {trace_id}", trace_id=trace_id), 10)
    traces.open.clear()
    for trace_id in (KEPT_TRACE, DROPPED_TRACE):
        gate.put(made_span(f"root of {trace_id}", trace_id=trace_id), 10)
    assert passed == [f"child of {KEPT_TRACE}", f"root of {KEPT_TRACE}"]


def test_a_span_that_outlives_its_root_follows_its_trace(gate, traces, passed):
    traces.sessions[DROPPED_TRACE] = KEPT
    gate.put(made_span("root", trace_id=DROPPED_TRACE), 10)
    traces.sessions.clear()
    gate.put(made_span("background", trace_id=DROPPED_TRACE), 10)
    assert passed == ["root", "background"]


def test_a_span_that_names_its_session_itself_is_believed(gate, traces, passed):
    gate.put(made_span("own", {"session.id": KEPT}, trace_id=DROPPED_TRACE), 10)
    assert passed == ["own"]


def test_where_too_much_waits_the_oldest_trace_decides(gate, traces, passed, monkeypatch, caplog):
    guard.forget()
    monkeypatch.setattr(sampling, "MAX_WAITING_BYTES", 25)
    traces.open |= {KEPT_TRACE, 1000, 1001}
    gate.put(made_span("oldest", trace_id=KEPT_TRACE), 10)
    gate.put(made_span("older", trace_id=1000), 10)
    assert passed == []
    gate.put(made_span("newest", trace_id=1001), 10)
    assert passed == ["oldest"]
    assert "More spans wait for their session than fit" in caplog.text


def test_at_the_end_every_waiting_trace_is_decided(gate, traces, passed):
    traces.open |= {KEPT_TRACE, DROPPED_TRACE}
    gate.put(made_span("kept", trace_id=KEPT_TRACE), 10)
    gate.put(made_span("dropped", trace_id=DROPPED_TRACE), 10)
    gate.decide_all()
    assert passed == ["kept"]
