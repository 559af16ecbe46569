from __future__ import annotations

import json

from spans import decoded, failed_event

from threadline_server.store.content.words import words_of_span, words_of_text


def test_search_sees_values_and_not_the_marks_of_json() -> None:
    text = json.dumps({"role": "user", "content": "first\nsecond\t\u00fcber", "count": 42})
    assert words_of_text(text).split() == ["user", "first", "second", "über", "42"]


def test_search_sees_the_words_of_json_that_was_cut_short() -> None:
    assert words_of_text('{"content": "one\\ntwo').split() == ['{"content":', '"one', "two"]


def test_search_sees_names_errors_and_short_values_of_a_span() -> None:
    span = decoded(
        name="lookup",
        status_message="failed",
        attributes={
            "lmnr.span.input": '{"city":"Paris"}',
            "count": 7,
            "lmnr.span.path": ["hidden"],
        },
        events=[failed_event("KeyError", "gone")],
    )
    assert words_of_span(span).split() == [
        "lookup", "failed", "Paris", "7", "exception", "KeyError", "gone",
    ]  # fmt: skip
