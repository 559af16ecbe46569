from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline_server.errors import ThreadlineError
from threadline_server.query.cursor import decode_cursor, encode_cursor
from threadline_server.query.parameters import ListParameters, list_query


def test_a_list_without_parameters_is_the_newest_fifty_of_all_time() -> None:
    query = list_query("sessions", ListParameters("default"))
    assert (query.sort, query.descending, query.limit) == ("end_ns", True, 50)
    assert (query.from_ns, query.to_ns, query.terms, query.after) == (None, None, None, None)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"limit": 1001}, "invalid_limit"),
        ({"limit": 0}, "invalid_limit"),
        ({"sort": "colour"}, "unknown_sort"),
        ({"sort": "models"}, "unknown_sort"),
        ({"sort": "--end_time"}, "unknown_sort"),
        ({"cursor": "made-up"}, "invalid_cursor"),
        ({"cursor": "💥"}, "invalid_cursor"),
        ({"start": "noon"}, "invalid_time"),
        ({"end": "2026-99-99"}, "invalid_time"),
        ({"filters": ["a:eq:b"]}, "unknown_field"),
        ({"filters": ["session_id:eq:b"] * 51}, "too_many_filters"),
    ],
)
def test_a_parameter_that_cannot_be_understood_is_refused(
    changes: dict[str, object], code: str
) -> None:
    with pytest.raises(ThreadlineError) as refused:
        list_query("sessions", ListParameters("default", **changes))  # type: ignore[arg-type]  # by name
    assert (refused.value.status, refused.value.code) == (400, code)


def test_an_unescaped_plus_of_a_zone_is_still_a_plus() -> None:
    query = list_query(
        "traces", ListParameters("default", start="1970-01-01T01:00:00 01:00", end="1970-01-02")
    )
    assert (query.from_ns, query.to_ns) == (0, 86_400_000_000_000)


@given(
    st.sampled_from(["-end_time", "total_cost"]),
    st.none() | st.integers(-(2**53), 2**63 - 1) | st.floats(allow_nan=False) | st.text(),
    st.text(),
)
def test_a_cursor_gives_back_the_place_it_was_made_for(
    sort: str, value: float | str | None, identity: str
) -> None:
    if value in (float("inf"), float("-inf")):
        return
    assert decode_cursor(encode_cursor(sort, value, identity), "sessions", sort) == (
        value,
        identity,
    )


def test_a_cursor_of_another_sort_is_refused() -> None:
    with pytest.raises(ThreadlineError, match="not one of this list"):
        decode_cursor(encode_cursor("-end_time", 1, "s"), "sessions", "end_time")


@pytest.mark.parametrize("identity", ["", "zz", "0" * 31, "0" * 32 + ":" + "0" * 15])
def test_a_cursor_whose_id_was_tampered_with_is_refused(identity: str) -> None:
    with pytest.raises(ThreadlineError, match="not one of this list"):
        decode_cursor(encode_cursor("-start_time", 1, identity), "traces", "-start_time")


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_no_made_up_cursor_is_taken_or_crashes(text: str) -> None:
    with pytest.raises(ThreadlineError):
        decode_cursor(text, "spans", "-start_time")
