from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline_server.store.content.folding import Phrase, composed, folded
from threadline_server.store.content.snippet import SNIPPET_LENGTH, snippet


def places(text: str, *units: str, open_end: bool = False) -> list[str]:
    shown = composed(text)
    phrase = Phrase([folded(unit) for unit in units], open_end=open_end)
    return [shown[start:end] for start, end in phrase.find(shown, folded(shown))]


@pytest.mark.parametrize(
    ("text", "units", "found"),
    [
        ("The red fox", ["RED", "fox"], ["red fox"]),
        ("the red, old fox", ["red", "fox"], []),
        ("a hundred foxes", ["red", "fox"], []),
        ("src/app.py and src_app-py", ["src", "app", "py"], ["src/app.py", "src_app-py"]),
        ("getUserById", ["user"], ["User"]),
        ("getUserById", ["userbyid"], ["UserById"]),
        ("HTTPServer", ["server"], ["Server"]),
        ("servers", ["server"], []),
        ("GRÖßE Grösse", ["größe"], ["GRÖßE"]),
        ("cafe\u0301 CAFE", ["café"], ["café", "CAFE"]),
        ("\uff21\uff22\uff23", ["abc"], ["\uff21\uff22\uff23"]),
        ("東京都庁に", ["京都"], ["京都"]),
        ("データベース", ["ベース"], ["ベース"]),
        ("한국어 오류", ["국어"], ["국어"]),
    ],
)
def test_words_are_found_as_they_are_typed(text: str, units: list[str], found: list[str]) -> None:
    assert places(text, *units) == found


def test_an_open_end_lets_the_last_word_go_on() -> None:
    assert places("the refunded refund", "refund", open_end=True) == ["refund", "refund"]


@given(st.text())
def test_folding_keeps_each_character_in_its_place(text: str) -> None:
    assert len(folded(composed(text))) == len(composed(text))


def test_a_snippet_stands_around_the_first_hit_on_one_line() -> None:
    text = "before\n" * 100 + "the needle\tis here" + " after" * 100
    shown = snippet(text, [Phrase(["needle"], open_end=False)])
    assert (shown.text[0], shown.text[-1]) == ("…", "…")
    assert len(shown.text) <= SNIPPET_LENGTH + 2
    assert [shown.text[start:end] for start, end in shown.highlights] == ["needle"]
    assert "the needle is here" in shown.text


def test_a_snippet_without_a_hit_is_the_beginning() -> None:
    shown = snippet("short", [Phrase(["absent"], open_end=False)])
    assert (shown.text, shown.highlights, shown.found) == ("short", [], frozenset())


@given(st.text(max_size=500), st.text(alphabet="abc ", min_size=1, max_size=3))
def test_highlights_lie_within_the_snippet_apart_and_in_order(text: str, wanted: str) -> None:
    units = wanted.split() or ["a"]
    shown = snippet(text, [Phrase([unit], open_end=True) for unit in units])
    reached = -1
    for start, end in shown.highlights:
        assert reached < start < end <= len(shown.text)
        reached = end
