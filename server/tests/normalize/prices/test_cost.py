"""Tokens of each kind are paid at their own rate, once, and what has no price has no cost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline_server.model.price import Price, Rates
from threadline_server.model.span import Cost, Tokens
from threadline_server.normalize.prices.cost import computed_cost

RATES = Rates(input=2.0, output=8.0, cache_read=0.5, cache_write=3.0, reasoning=16.0)
COUNTS = st.none() | st.integers(0, 10**7)
RATE = st.none() | st.floats(0, 1_000)


def test_cached_tokens_and_reasoning_are_paid_at_their_own_rates_and_not_twice() -> None:
    cost = computed_cost(Tokens(1_000_000, 200_000, 400_000, 100_000, 50_000), Price(RATES))
    assert cost == Cost(
        input=0.5 * 2.0 + 0.4 * 0.5 + 0.1 * 3.0,
        output=0.15 * 8.0 + 0.05 * 16.0,
        total=1.5 + 2.0,
        source="computed",
    )


def test_a_kind_without_a_rate_is_paid_as_the_whole_that_it_is_part_of() -> None:
    cost = computed_cost(Tokens(1_000, 100, 400, 100, 50), Price(Rates(input=2.0, output=8.0)))
    assert (cost.input, cost.output) == (0.002, 0.0008)


def test_tokens_that_have_no_price_make_the_whole_cost_unknown_and_never_zero() -> None:
    assert computed_cost(Tokens(10, 5), Price(Rates(input=1.0))) == Cost()
    assert computed_cost(Tokens(10, 5), Price(Rates(output=1.0))) == Cost()
    assert computed_cost(Tokens(10, 0), Price(Rates(input=1.0))).total == 1e-5


def test_a_price_of_zero_is_a_known_cost_of_zero() -> None:
    free = Price(Rates(input=0.0, output=0.0))
    assert computed_cost(Tokens(10, 5), free) == Cost(0.0, 0.0, 0.0, "computed")


@pytest.mark.parametrize(("asked", "dollars"), [(200_000, 0.2), (200_001, 0.400002), (1, 1e-6)])
def test_beyond_a_tier_all_tokens_of_a_call_cost_the_tiers_rates(
    asked: int, dollars: float
) -> None:
    tiered = Price(Rates(input=1.0), ((200_000, Rates(input=2.0)), (900_000, Rates(input=3.0))))
    assert computed_cost(Tokens(input=asked), tiered).total == dollars


def test_a_call_may_cost_by_itself() -> None:
    cost = computed_cost(Tokens(1_000, 0), Price(Rates(input=1.0, output=1.0, call=0.005)))
    assert (cost.input, cost.total) == (0.001, 0.006)


@given(st.builds(Tokens, *[COUNTS] * 5), st.builds(Rates, *[RATE] * 5))
def test_a_cost_is_unknown_or_the_sum_of_its_parts_and_never_negative(
    tokens: Tokens, rates: Rates
) -> None:
    cost = computed_cost(tokens, Price(rates))
    if cost.source is None:
        assert cost == Cost()
        return
    assert cost.input is not None
    assert cost.output is not None
    assert cost.total == pytest.approx(cost.input + cost.output, abs=1e-11)
    assert cost.input >= 0
    assert cost.output >= 0
