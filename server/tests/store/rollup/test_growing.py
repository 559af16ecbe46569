from __future__ import annotations

import random

import pytest
from spans import MS, START_NS, call, rollup_span, span_id

from threadline_server.store.rollup.span import RollupSpan
from threadline_server.store.rollup.trace import GrowingTrace, grown
from threadline_server.store.rollup.usage import CountAnewError, GrowingUsage

TYPES = ("agent", "chain", "llm", "llm", "tool", "span")


def a_trace(seed: int) -> list[RollupSpan]:
    """Forty spans of every kind: deep and flat, reporting or not, twins, orphans and a cycle."""
    draw = random.Random(seed)
    spans = []
    for number in range(1, 41):
        parent = draw.choice([None, 99, *range(1, 41)]) if number > 1 else None
        changes = {
            "type": draw.choice(TYPES),
            "scope_name": draw.choice("ab"),
            "start_ns": START_NS + draw.randrange(8) * MS,
            "end_ns": START_NS + draw.randrange(8, 12) * MS,
            "model": draw.choice(["m", "n", None]),
            "input_tokens": draw.choice([0, 5, None]),
            "output_tokens": draw.choice([0, 1]),
            "response_id": draw.choice(["r", None, None]),
            "has_messages": draw.random() < 0.5,
            "session_value": draw.choice(["s", "t", None]),
            "session_rank": draw.choice([1, 2]),
            "session_key": "k",
            "metadata": {draw.choice("xy"): draw.randrange(3)},
            "tags": [draw.choice("pq")],
        }
        if draw.random() < 0.3:
            changes |= {"total_cost": draw.choice([0.1, 0.2, 0.7]), "cost_reported": True}
        elif draw.random() < 0.5:
            changes |= {"total_cost": 0.3}
        spans.append(rollup_span(number, parent, **changes))
    return spans


@pytest.mark.parametrize("seed", range(300))
def test_a_trace_that_grew_is_the_trace_counted_at_once(seed: int) -> None:
    spans = a_trace(seed)
    whole = GrowingTrace(spans)
    draw = random.Random(seed)
    draw.shuffle(spans)
    trace, counted_by = GrowingTrace([]), {}
    while spans:
        size = draw.randrange(1, 9)
        batch, spans = spans[:size], spans[size:]
        trace, moved = grown(trace, batch)
        counted_by.update(moved)
    assert trace.rollup() == whole.rollup()
    assert trace.counted_by == whole.counted_by
    assert {each: other for each, other in counted_by.items() if other} == whole.counted_by


def _decisions(monkeypatch: pytest.MonkeyPatch, numbers: list[int]) -> list[int]:
    """How many spans are decided anew for each tenth of a trace that grows by fifty."""
    made = 0
    refresh = GrowingUsage._refresh

    def counted(self: GrowingUsage, node: object) -> None:
        nonlocal made
        made += 1
        refresh(self, node)  # type: ignore[arg-type]  # handed through

    monkeypatch.setattr(GrowingUsage, "_refresh", counted)
    trace, marks, before = GrowingTrace([]), [], 0
    for first in range(0, len(numbers), 50):
        trace, _ = grown(
            trace,
            [
                call(number, number - 1 if number % 4 else 1)
                if number > 1
                else rollup_span(1, type="agent", input_tokens=7)
                for number in numbers[first : first + 50]
            ],
        )
        if (first + 50) % (len(numbers) // 10) == 0:
            marks.append(made - before)
            before = made
    return marks


@pytest.mark.parametrize("first_to_last", [True, False])
def test_what_comes_in_costs_the_same_however_large_the_trace_has_grown(
    monkeypatch: pytest.MonkeyPatch, first_to_last: bool
) -> None:
    numbers = list(range(1, 10_001))
    marks = _decisions(monkeypatch, numbers if first_to_last else numbers[::-1])
    assert max(marks[1:]) <= 2 * min(marks[1:])


def test_a_chain_deeper_than_patience_is_counted_anew_and_stays_right() -> None:
    chain = [call(number, number - 1 or None) for number in range(1, 2_001)]
    trace = GrowingTrace(chain[:1_900])
    with pytest.raises(CountAnewError):
        GrowingTrace(chain[:1_900]).add(chain[1_900:])
    trace, moved = grown(trace, chain[1_900:])
    assert trace.rollup() == GrowingTrace(chain).rollup()
    assert moved[span_id(1)] == span_id(2_000)


def test_a_span_that_closes_a_cycle_has_the_trace_counted_anew() -> None:
    spans = [call(1, 3), call(2, 1), call(3, 2)]
    trace, _ = grown(GrowingTrace(spans[:2]), spans[2:])
    assert trace.rollup() == GrowingTrace(spans).rollup()
    assert trace.rollup().usage.input_tokens == 100
