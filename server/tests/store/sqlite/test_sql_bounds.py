"""A bound of a stored column lets through every row that the engine would keep."""

import operator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline_server.model.time import to_iso, to_ms
from threadline_server.store.sqlite import sql_bounds
from threadline_server.store.sqlite.sql_bounds import EQ, GE, GT, LE, LT, NOTHING, Bound

COMPARED = {
    EQ: operator.eq,
    GT: operator.gt,
    GE: operator.ge,
    LT: operator.lt,
    LE: operator.le,
}
comparisons = st.sampled_from(list(COMPARED))
moments = st.integers(31_536_000_000_000_000, 9_000_000_000_000_000_000)
pieces = st.sampled_from(["", "T", " ", "Z", ".", "25", "-02-30", "é", "x", "+01:00"])


def lets_through(bound: Bound | None, stored: object) -> bool:
    """What SQLite makes of a bound."""
    if bound is None:
        return True
    if bound is NOTHING:
        return False
    if bound.sql == "BETWEEN ? AND ?":
        lowest, highest = bound.values
        return lowest <= stored <= highest
    sign, _ = bound.sql.split()
    (value,) = bound.values
    return {"=": operator.eq, ">": operator.gt, ">=": operator.ge, "<": operator.lt}.get(
        sign, operator.le
    )(stored, value)


@given(moments, moments, st.integers(0, 30), pieces, comparisons)
def test_a_time_that_compares_as_text_is_within_its_bound(stored, other, length, piece, compared):
    for near in (stored, stored + 1, other):
        asked = to_iso(near)[:length] + piece
        if COMPARED[compared](to_iso(stored), asked):
            assert lets_through(sql_bounds.time(compared, asked), stored)


@given(moments, st.integers(1, 10**12), comparisons)
def test_a_whole_time_bounds_to_the_nanosecond(stored, apart, compared):
    for other in (stored, stored + apart):
        bound = sql_bounds.time(compared, to_iso(other))
        asked = {GT: GE, LT: LE}.get(compared, compared)
        assert lets_through(bound, stored) == COMPARED[asked](stored, other)


@given(st.integers(0, 2**62), st.integers(-3, 3), comparisons)
def test_a_duration_in_milliseconds_is_within_its_bound(stored, apart, compared):
    for asked in (to_ms(stored), to_ms(stored + apart), round(to_ms(stored))):
        if COMPARED[compared](to_ms(stored), asked):
            assert lets_through(sql_bounds.duration(compared, asked), stored)


@given(st.binary(min_size=8, max_size=8), comparisons)
def test_an_id_is_found_by_its_hex_and_by_nothing_that_looks_like_it(stored, compared):
    assert lets_through(sql_bounds.identity(compared, stored.hex()), stored)
    if compared == EQ:
        other = stored.hex().upper() if stored.hex() != stored.hex().upper() else "0x"
        assert sql_bounds.identity(EQ, other) is NOTHING
        assert sql_bounds.identity(EQ, f"{stored.hex()} ") is NOTHING


@pytest.mark.parametrize("value", [None, b"\x00", "nonsense", "2026-13-01", 1e300, float("inf")])
def test_what_is_no_time_bounds_nothing(value):
    assert sql_bounds.time(GE, value) is None


def test_an_integer_is_compared_with_text_as_sqlite_does():
    assert sql_bounds.text(EQ, 42) == Bound("= ?", ("42",))
    assert sql_bounds.text(EQ, 4.2) is None
    assert sql_bounds.number(EQ, "5") is None
