from __future__ import annotations

import math

import pytest

from threadline_server.model.attributes import AttributeValue
from threadline_server.model.ids import SESSION_ID_LIMIT, session_id, span_id, trace_id


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1a62d0eb8f0f4f7e9d0c1b2a3f4e5d6c", "1a62d0eb8f0f4f7e9d0c1b2a3f4e5d6c"),
        ("1A62D0EB8F0F4F7E9D0C1B2A3F4E5D6C", "1a62d0eb8f0f4f7e9d0c1b2a3f4e5d6c"),
        ("1a62d0eb-8f0f-4f7e-9d0c-1b2a3f4e5d6c", "1a62d0eb8f0f4f7e9d0c1b2a3f4e5d6c"),
        ("1A62D0EB-8F0F-4F7E-9D0C-1B2A3F4E5D6C", "1a62d0eb8f0f4f7e9d0c1b2a3f4e5d6c"),
        ("1a62-d0eb8f0f4f7e9d0c1b2a3f4e5d6c", "1a62-d0eb8f0f4f7e9d0c1b2a3f4e5d6c"),
        ("not-hex", "not-hex"),
        ("", ""),
    ],
)
def test_a_trace_id_is_understood_as_hex_or_as_a_uuid(text: str, expected: str) -> None:
    assert trace_id(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9d0c1b2a3f4e5d6c", "9d0c1b2a3f4e5d6c"),
        ("00000000-0000-0000-9D0C-1B2A3F4E5D6C", "9d0c1b2a3f4e5d6c"),
        ("1a62d0eb-8f0f-4f7e-9d0c-1b2a3f4e5d6c", "1a62d0eb8f0f4f7e9d0c1b2a3f4e5d6c"),
    ],
)
def test_a_span_id_is_understood_as_hex_or_as_the_end_of_a_uuid(text: str, expected: str) -> None:
    assert span_id(text) == expected
