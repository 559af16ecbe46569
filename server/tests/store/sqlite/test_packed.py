from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from threadline_server.store.sqlite.packed import pack_refs, unpack_refs


@given(st.lists(st.integers(0, 2**62)))
def test_packed_numbers_come_back_in_order(numbers: list[int]) -> None:
    assert unpack_refs(pack_refs(numbers)) == numbers


def test_small_numbers_take_one_byte() -> None:
    assert len(pack_refs(range(128))) == 128
