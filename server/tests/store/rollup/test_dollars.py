import math
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline_server.store.rollup.dollars import exact, rounded

DOLLARS = st.floats(min_value=0, max_value=1e12, allow_subnormal=True)


@given(DOLLARS)
def test_a_double_is_what_its_units_round_to(dollars):
    assert rounded(exact(dollars)) == dollars


@given(st.lists(DOLLARS))
def test_a_sum_is_rounded_once(costs):
    assert rounded(sum(map(exact, costs))) == math.fsum(costs)


@pytest.mark.parametrize("dollars", [sys.float_info.max, 5e-324])
def test_the_ends_of_the_scale_are_exact(dollars):
    assert rounded(exact(dollars)) == dollars


def test_a_sum_beyond_every_double_is_the_greatest():
    assert rounded(2 * exact(sys.float_info.max)) == sys.float_info.max
