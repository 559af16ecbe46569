from __future__ import annotations

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline_server.store.sqlite.search import terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("two words", ['"two"', '"words"']),
        ('"a phrase" word', ['"a phrase"', '"word"']),
        ("pre*", ['"pre"*']),
        ('"open phrase', ['"open phrase"']),
        (
            "src/app.py a-b col:x NEAR( AND",
            ['"src/app.py"', '"a-b"', '"col:x"', '"NEAR("', '"AND"'],
        ),
        ("!!! - *", []),
    ],
)
def test_user_text_becomes_quoted_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@given(st.text(max_size=80))
def test_no_text_is_an_error_to_the_index(text: str) -> None:
    connection = apsw.Connection(":memory:")
    connection.execute("CREATE VIRTUAL TABLE search USING fts5 (words)")
    for term in terms(text):
        connection.execute("SELECT * FROM search WHERE search MATCH ?", (term,)).fetchall()
