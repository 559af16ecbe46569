import random

import pytest
from spans import call, rollup_span

from threadline_server.store.rollup.forest import forest
from threadline_server.store.rollup.plain import plain_usage
from threadline_server.store.rollup.usage import trace_usage


def a_small_trace(seed):
    draw = random.Random(seed)
    spans = [rollup_span(1, type="agent")]
    for number in range(2, draw.randrange(3, 8)):
        below = draw.randrange(1, number)
        if draw.random() < 0.5:
            spans.append(rollup_span(number, below, type="tool"))
            continue
        spans.append(
            call(
                number,
                below,
                scope_name=draw.choice("aaab"),
                input_tokens=draw.choice([0, 3, 50]),
                cache_read_tokens=draw.choice([None, 2]),
                total_cost=draw.choice([None, 0.1, 0.2]),
                cost_reported=draw.random() < 0.05,
            )
        )
    return spans


def test_plain_usage_is_what_counting_once_finds():
    plain = 0
    for seed in range(2_000):
        spans = a_small_trace(seed)
        found = plain_usage(spans)
        if found is not None:
            plain += 1
            assert found == trace_usage(forest(spans)), seed
    assert 500 < plain < 1_500


@pytest.mark.parametrize(
    "spans",
    [
        [call(1), call(2, 1)],
        [rollup_span(1), call(2, 1), call(3, 1, scope_name="other")],
        [rollup_span(1, total_cost=0.5, cost_reported=True), call(2, 1)],
    ],
    ids=["a report below a report", "two scopes", "a reported cost"],
)
def test_a_trace_in_which_a_report_may_not_count_is_not_plain(spans):
    assert plain_usage(spans) is None
