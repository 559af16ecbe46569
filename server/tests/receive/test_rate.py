"""The rate of the last ten seconds, with clocks that the test winds."""

from hypothesis import given
from hypothesis import strategies as st

from threadline_server.model.time import NS_PER_SECOND
from threadline_server.receive.rate import RecentRate


def test_what_came_within_the_window_is_averaged_over_it():
    rate = RecentRate(10)
    rate.add(30, 100 * NS_PER_SECOND)
    rate.add(20, 105 * NS_PER_SECOND)
    assert rate.per_second(105 * NS_PER_SECOND) == 5


def test_what_came_before_the_window_is_forgotten():
    rate = RecentRate(10)
    rate.add(30, 100 * NS_PER_SECOND)
    assert rate.per_second(109 * NS_PER_SECOND) == 3
    assert rate.per_second(110 * NS_PER_SECOND) == 0


def test_nothing_came_yet():
    assert RecentRate().per_second(0) == 0


def test_a_clock_that_steps_back_loses_nothing():
    rate = RecentRate(10)
    rate.add(10, 100 * NS_PER_SECOND)
    rate.add(10, 99 * NS_PER_SECOND)
    assert rate.per_second(100 * NS_PER_SECOND) == 2


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 100)), max_size=40))
def test_the_rate_is_the_sum_of_the_last_ten_seconds(arrivals):
    arrivals.sort()
    rate = RecentRate(10)
    for second, count in arrivals:
        rate.add(count, second * NS_PER_SECOND)
    end = arrivals[-1][0] if arrivals else 0
    recent = sum(count for second, count in arrivals if second > end - 10)
    assert rate.per_second(end * NS_PER_SECOND) == recent / 10
