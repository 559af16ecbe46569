from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline_server.model.time import from_iso, to_iso


def test_a_time_is_written_in_utc_with_nine_decimals() -> None:
    assert to_iso(1_795_561_319_923_538_700) == "2026-11-24T23:01:59.923538700Z"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970-01-01", 0),
        ("1970-01-01T00:00:01Z", 1_000_000_000),
        ("1970-01-01 00:00:01.5", 1_500_000_000),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1969-12-31T23:00:00.000000001-0100", 1),
        ("1970-01-01T00:01", 60_000_000_000),
    ],
)
def test_every_usual_way_to_write_a_time_is_read(text: str, expected: int) -> None:
    assert from_iso(text) == expected


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "2026-11-01T25:00", "12"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        from_iso(text)


@given(st.integers(min_value=0, max_value=9_214_646_400_000_000_000))
def test_reading_back_what_was_written_loses_nothing(time_ns: int) -> None:
    assert from_iso(to_iso(time_ns)) == time_ns
