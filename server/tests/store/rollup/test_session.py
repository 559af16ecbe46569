from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from threadline_server.store.rollup.session import GrowingSession, RollupTrace
from threadline_server.store.rollup.usage import CountAnewError


def trace(number: int, **changes: Any) -> RollupTrace:
    values: dict[str, Any] = {
        "session_id": "s",
        "trace_id": f"{number:032x}",
        "start_ns": number * 10,
        "end_ns": number * 10 + 5,
        "running": False,
        "span_count": 1,
        "error_count": 0,
        "input_tokens": 0,
        "output_tokens": 0,
        "cache_read_tokens": 0,
        "total_cost": 0.0,
        "unpriced_calls": 0,
        "user_id": None,
        "models": [],
        "tags": [],
        "input": None,
        "output": None,
    }
    return RollupTrace(**(values | changes))


def drawn(draw: random.Random, number: int) -> RollupTrace:
    start_ns = draw.randrange(20)
    return trace(
        number,
        start_ns=start_ns,
        end_ns=start_ns + draw.randrange(8),
        running=draw.random() < 0.2,
        span_count=draw.randrange(1, 5),
        error_count=draw.choice([0, 0, 2]),
        input_tokens=draw.choice([0, 7]),
        total_cost=draw.choice([None, 0.0, 0.1, 0.2, 0.7, 1e-9, 12345.678]),
        unpriced_calls=draw.choice([0, 0, 1]),
        user_id=draw.choice([None, "ada", "bob"]),
        models=draw.sample(["m", "n", "o"], draw.randrange(3)),
        tags=draw.sample(["p", "q"], draw.randrange(2)),
        input=draw.choice([None, "ask", "question"]),
        output=draw.choice([None, "answer", "reply"]),
    )


def grown(draw: random.Random, known: RollupTrace) -> RollupTrace:
    """What a trace may become as spans come in; now and then all of it is another."""
    if draw.random() < 0.2:
        return drawn(draw, int(known.trace_id, 16))
    return replace(
        known,
        start_ns=known.start_ns - draw.choice([0, 0, 1]),
        end_ns=known.end_ns + draw.randrange(3),
        span_count=known.span_count + 1,
        total_cost=draw.choice([known.total_cost, 0.3]),
        models=[*dict.fromkeys([*known.models, draw.choice("mno")])],
        tags=sorted({*known.tags, draw.choice("pq")}),
        input=draw.choice([known.input, "other question"]),
    )


@pytest.mark.parametrize("seed", range(200))
def test_a_session_that_grew_is_the_session_counted_at_once(seed: int) -> None:
    draw = random.Random(seed)
    traces: dict[str, RollupTrace] = {}
    session = GrowingSession([])
    for _ in range(40):
        before = draw.choice([None, *traces.values()])
        after = drawn(draw, draw.randrange(1000, 9999)) if before is None else grown(draw, before)
        if before is not None and draw.random() < 0.1:
            after = None
            del traces[before.trace_id]
        elif after is not None:
            before = traces.get(after.trace_id)
            traces[after.trace_id] = after
        try:
            session.change(before, after)
        except CountAnewError:
            session = GrowingSession(traces.values())
        if traces:
            shuffled = draw.sample(list(traces.values()), len(traces))
            assert session.rollup() == GrowingSession(shuffled).rollup()
        assert session.trace_count == len(traces)


def test_a_trace_that_only_grows_is_never_counted_anew() -> None:
    session = GrowingSession([trace(1, input="ask", output="answer", models=["m"], user_id="ada")])
    before = trace(2)
    session.change(None, before)
    after = trace(2, end_ns=99, models=["m", "n"], tags=["t"], user_id="bob", output="reply")
    session.change(before, after)
    totals = session.rollup()
    assert (totals.first_input, totals.last_output) == ("ask", "reply")
    assert (totals.user_ids, totals.models, totals.tags) == (["ada", "bob"], ["m", "n"], ["t"])
    assert (totals.active_ns, totals.end_ns) == (5 + 79, 99)


@pytest.mark.parametrize(
    "shrunk",
    [
        {"start_ns": 11},
        {"end_ns": 12},
        {"tags": []},
        {"models": ["n"]},
        {"user_id": None},
        {"input": None},
        {"output": None},
        {"start_ns": 9},
    ],
)
def test_what_no_longer_holds_what_it_decided_has_the_session_counted_anew(
    shrunk: dict[str, Any],
) -> None:
    whole = trace(1, tags=["t"], models=["m", "n"], user_id="ada", input="ask", output="answer")
    with pytest.raises(CountAnewError):
        GrowingSession([whole]).change(whole, replace(whole, **shrunk))


def test_costs_sum_to_the_same_double_in_any_order() -> None:
    costs = [0.1] * 10 + [1e16, 1e-16, 0.3]
    traces = [trace(number, total_cost=cost) for number, cost in enumerate(costs)]
    sums = set()
    for seed in range(20):
        session = GrowingSession([])
        for each in random.Random(seed).sample(traces, len(traces)):
            session.change(None, each)
        sums.add(session.rollup().total_cost)
    assert len(sums) == 1


def test_a_trace_without_usage_says_nothing_of_its_sessions_cost() -> None:
    unpriced = trace(1, total_cost=None, unpriced_calls=1, input_tokens=5)
    assert GrowingSession([unpriced, trace(2)]).rollup().total_cost is None
    priced = trace(2, total_cost=0.0, input_tokens=5)
    assert GrowingSession([unpriced, priced]).rollup().total_cost == 0.0
