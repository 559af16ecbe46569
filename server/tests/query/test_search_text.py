from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline_server.model.search import SearchTerm
from threadline_server.query.search_text import MAX_TERMS, search_terms

Term = SearchTerm


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("two words", [Term("two"), Term("words")]),
        ('"a phrase" word', [Term("a phrase", phrase=True), Term("word")]),
        ("pre*", [Term("pre", prefix=True)]),
        ('"a phra"*', [Term("a phra", phrase=True, prefix=True)]),
        ('"never closed', [Term("never closed", phrase=True)]),
        ("-word", [Term("word", negated=True)]),
        ('-"a phrase"', [Term("a phrase", phrase=True, negated=True)]),
        ("--verbose well-known", [Term("--verbose"), Term("well-known")]),
        ("user:ada", [Term("ada", "user")]),
        ("USER:ada*", [Term("ada", "user", prefix=True)]),
        ('session:"id with spaces"', [Term("id with spaces", "session", phrase=True)]),
        ("model:gpt-4o tool:search", [Term("gpt-4o", "model"), Term("search", "tool")]),
        ("error:", [Term("", "error")]),
        ("error: timeout", [Term("", "error"), Term("timeout")]),
        ("error:timeout", [Term("timeout", "error")]),
        ("-error:", [Term("", "error", negated=True)]),
        ('error:"not found"', [Term("not found", "error", phrase=True)]),
        ("same same", [Term("same")]),
        ("src/app.py a:b col:x NEAR( AND", [
            Term("src/app.py"), Term("a:b"), Term("col:x"), Term("NEAR("), Term("AND"),
        ]),
        ("user: hello", [Term("user:"), Term("hello")]),
        ("session:___ tool:___", [Term("___", "session")]),
        ('!!! - * "" error:* "* -"', []),
    ],
)  # fmt: skip
def test_a_text_is_read_as_people_mean_it(text: str, terms: list[SearchTerm]) -> None:
    assert list(search_terms(text)) == terms


@given(st.text(max_size=200) | st.text(alphabet='ab"*-: error\n\0', max_size=60))
def test_any_text_has_terms_and_each_says_something(text: str) -> None:
    for term in search_terms(text):
        assert term.text.strip() or term.field == "error"
        assert "\0" not in term.text


def test_a_very_long_text_has_as_many_terms_as_count() -> None:
    assert len(search_terms(" ".join(f"word{number}" for number in range(200_000)))) == MAX_TERMS
    assert search_terms('"' * 1_000_000) == ()
