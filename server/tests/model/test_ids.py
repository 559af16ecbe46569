from __future__ import annotations

import math

import pytest

from threadline_server.model.attributes import AttributeValue
from threadline_server.model.ids import SESSION_ID_LIMIT, session_id


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("conversation/42 ü?#", "conversation/42 ü?#"),
        ("  padded \t", "padded"),
        ('"quoted"', "quoted"),
        ('"\\"twice\\""', '"twice"'),
        ('"', '"'),
        ("a\x00b\x1fc\x7fd\u0085e", "abcde"),
        (42, "42"),
        (4.5, "4.5"),
        ("🧵", "🧵"),
        ('""', None),
        ("   ", None),
        ("null", None),
        ("undefined", None),
        ("None", None),
        ("NaN", None),
        (math.nan, None),
        ("[object Object]", None),
        ('"null"', None),
        ("\x01null\x01", None),
        ("[Scrubbed due to 'session']", None),
        (None, None),
        (["a"], None),
        (b"bytes", None),
    ],
)
def test_a_session_id_is_cleaned_or_absent(value: AttributeValue, expected: str | None) -> None:
    assert session_id(value) == expected


def test_two_long_ids_with_one_beginning_stay_two() -> None:
    first, second = (session_id("x" * 2000 + end) for end in "ab")
    assert first is not None
    assert second is not None
    assert first != second
    assert first.startswith("x" * 936 + "…")
    assert len(first) <= SESSION_ID_LIMIT


def test_an_id_of_exactly_the_limit_is_kept_whole() -> None:
    assert session_id("y" * SESSION_ID_LIMIT) == "y" * SESSION_ID_LIMIT
