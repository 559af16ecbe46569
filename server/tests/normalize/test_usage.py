from __future__ import annotations

import math

import pytest

from threadline_server.model.attributes import AttributeValue
from threadline_server.model.span import Cost, Tokens
from threadline_server.normalize.reading import read
from threadline_server.normalize.usage import cost, tokens


def test_every_kind_of_token_is_read_under_its_standard_key() -> None:
    assert tokens(
        read(
            {
                "gen_ai.usage.input_tokens": 100,
                "gen_ai.usage.output_tokens": 20,
                "gen_ai.usage.cache_read.input_tokens": 40,
                "gen_ai.usage.cache_creation.input_tokens": 30,
                "gen_ai.usage.reasoning.output_tokens": 5,
            }
        )
    ) == Tokens(100, 20, 40, 30, 5)


@pytest.mark.parametrize("value", [-1, 2**53, 1.5, math.nan, "12", True, None, [1]])
def test_a_count_that_cannot_be_one_is_ignored(value: AttributeValue) -> None:
    assert tokens(read({"gen_ai.usage.input_tokens": value})).input is None


def test_a_useless_count_gives_way_to_an_older_key() -> None:
    found = tokens(read({"gen_ai.usage.input_tokens": -3, "gen_ai.usage.prompt_tokens": 7.0}))
    assert found.input == 7


def test_a_cost_without_total_is_the_sum_of_its_parts() -> None:
    found = cost(read({"gen_ai.usage.input_cost": 0.25, "gen_ai.usage.output_cost": 0.5}))
    assert found == Cost(0.25, 0.5, 0.75, "reported")


@pytest.mark.parametrize("value", [-0.1, math.inf, math.nan, "1", 10**400])
def test_a_cost_that_cannot_be_one_is_unknown(value: AttributeValue) -> None:
    assert cost(read({"gen_ai.usage.cost": value})) == Cost()


def test_a_cost_of_zero_is_known() -> None:
    assert cost(read({"gen_ai.usage.cost": 0.0})) == Cost(total=0.0, source="reported")
