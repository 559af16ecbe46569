from __future__ import annotations

import json

from spans import failed_event, understood

from threadline_server.model.attributes import Attributes, from_json, to_json
from threadline_server.store.content import words as content_words
from threadline_server.store.content.payload import document_of
from threadline_server.store.content.words import (
    error_tokens,
    named_token,
    words_of_span,
    words_of_text,
)

MESSAGE = "a text that is long enough to be kept by itself, and so is found by itself " * 2


def words(attributes: Attributes, **changes: object) -> list[str]:
    span = understood(attributes=attributes, **changes)
    document, _ = document_of(span.decoded)
    return words_of_span(span, document, span.decoded.events).split()


def test_search_sees_values_and_neither_marks_nor_shape_of_json() -> None:
    text = json.dumps({"role": "user", "content": "first\nsecond\t\u00fcber", "count": 42})
    assert words_of_text(text).split() == ["first", "second", "über", "42"]


def test_a_word_that_tells_the_shape_is_found_where_it_is_said() -> None:
    text = json.dumps([{"role": "user", "content": "user"}, {"type": "refund"}])
    assert words_of_text(text).split() == ["user", "refund"]


def test_search_sees_the_words_of_json_that_was_cut_short() -> None:
    assert words_of_text('{"content": "one\\ntwo').split() == ['{"content":', '"one', "two"]


def test_data_is_no_text() -> None:
    assert words_of_text("iVBORw0KGgo" * 100) == ""
    assert words_of_text("data:image/png;base64," + "iVBORw0KGgo" * 100) == ""
    assert words_of_text("word " * 200).split() == ["word"] * 200


def test_search_sees_names_errors_and_short_values_of_a_span() -> None:
    found = words(
        {
            "lmnr.span.input": '{"city":"Paris"}',
            "count": 7,
            "lmnr.span.path": ["hidden"],
            "gen_ai.usage.input_tokens": 300,
        },
        name="lookup",
        status_message="failed",
        events=[failed_event("KeyError", "gone")],
    )
    assert found[:7] == ["lookup", "failed", "Paris", "7", "exception", "KeyError", "gone"]


def test_long_texts_are_left_to_themselves_and_what_stands_beside_them_is_not() -> None:
    history = json.dumps([{"content": MESSAGE}, {"content": "short"}, {"n": 4711}])
    assert words({"gen_ai.input.messages": history}, name="chat") == ["chat", "short", "4711"]


def test_a_span_is_found_by_its_model_its_tool_and_its_error() -> None:
    found = words(
        {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "send_email"},
        events=[failed_event("KeyError", "no such key")],
    )
    assert named_token("tool", "Send-Email") in found
    assert set(error_tokens("KeyError no such key")) < set(found)
    found = words({"gen_ai.request.model": "gpt-4o", "gen_ai.response.model": "gpt-4o-2024"})
    assert {named_token("model", "gpt-4o"), named_token("model", "GPT 4o 2024")} < set(found)
    assert not set(error_tokens("")) & set(found)


def test_a_document_has_the_same_words_when_it_was_stored() -> None:
    span = understood(
        attributes={
            "gen_ai.input.messages": json.dumps([{"content": MESSAGE}, {"content": "short"}]),
            "numbers": [1, 2.5, float("inf")],
            "bytes": b"bytes",
            "flag": True,
        }
    )
    document, _ = document_of(span.decoded)
    stored = from_json(to_json(document))
    assert "short" in words_of_span(span, stored, ()).split()


def test_names_that_are_longer_than_any_are_searched_and_not_remembered() -> None:
    before = content_words._remembered_place.cache_info().currsize
    long = "note." + "x" * 1_000
    found = words_of_span(understood(attributes={}), {"a": {long: "marmalade"}}, [])
    assert "marmalade" in found
    assert content_words._remembered_place.cache_info().currsize == before
    name = "y" * 1_000
    assert named_token("model", name) == named_token("model", name[:200])
