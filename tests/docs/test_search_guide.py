"""The guide's page on search says what the code does, and its examples find what they say."""

import json
import re

import pytest
from oracle.small import a_span, said, usage
from started_server import ROOT
from store.shelf import put

from threadline_server.model.search import SearchQuery
from threadline_server.model.span import Event
from threadline_server.normalize.pipeline import previews
from threadline_server.query.search_text import MAX_TERMS, search_terms
from threadline_server.store.content.words import INDEXED_LIMIT
from threadline_server.store.sqlite import open_store, search, search_hits, search_lists
from threadline_server.store.sqlite import search_terms as terms

PAGE = (ROOT / "docs" / "search.md").read_text()
TABLE = PAGE[PAGE.index("| you type |") : PAGE.index("Everything typed must hold")]
TYPED = [typed for line in TABLE.splitlines()[2:] for typed in re.findall(r"`([^`]+)`", line)]
"""What stands in code in the table: examples, and the sign that negates."""
EXAMPLES = [typed for typed in TYPED if typed != "-"]

NAMES = "call getUserById with max_retry_count in src/app/main.py, 東京都庁で"


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A shop's sessions, to which the examples fit."""
    store = open_store(tmp_path_factory.mktemp("data"), previewer=previews)
    issued = said("Where is the refund of my order?", "Your refund was issued today.")
    tool = {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "send_email",
        "gen_ai.tool.call.arguments": json.dumps({"text": "about the refund"}),
    }
    failed = [
        Event("exception", 0, {"exception.message": message})
        for message in ("connection refused", "timeout after 5 s")
    ]
    for number, (session, keys, events) in enumerate(
        [
            ("chat-42", {"user.id": "alice", **usage(1, model="gpt-4o"), **issued}, []),
            ("my chat", tool, failed),
            ("names", {"lmnr.span.input": NAMES}, []),
            ("other", said("The invoice of a refund order"), []),
        ]
    ):
        told = {"session.id": session, **keys}
        put(store, a_span(1, trace=f"{number:032x}", keys=told, events=events))
    yield store
    store.close()


def found(store, text):
    return store.search(SearchQuery("default", search_terms(text), 50)).hits


@pytest.mark.parametrize("typed", EXAMPLES)
def test_an_example_finds_something(shop, typed):
    assert found(shop, typed)


def test_what_must_not_occur_is_left_out(shop):
    assert {hit.session_id for hit in found(shop, "refund")} == {"chat-42", "my chat", "other"}
    assert {hit.session_id for hit in found(shop, "refund -invoice")} == {"chat-42", "my chat"}


def test_the_answer_on_the_page_is_the_answer(shop):
    told = json.loads(re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)[1])["items"][0]
    (hit,) = found(shop, '"refund was issued" -invoice')
    for field in ("session_id", "where", "snippet", "score"):
        assert getattr(hit, field) == told[field]
    assert [list(each) for each in hit.highlights] == told["highlights"]


def test_the_page_gives_the_limits_that_hold():
    figures = [int(each.replace(",", "")) for each in re.findall(r"\| ([\d,]+) \|\n", PAGE)]
    assert figures == [
        search.DOCUMENTS,
        search.OCCURRENCES,
        search.READ,
        search.ASKED,
        terms.BEGUN_WORDS,
        search.SPANS,
        search_lists.SPANS_READ,
        search_hits.HITS_PER_SESSION,
    ]
    assert f"The first {MAX_TERMS} terms count" in PAGE
    assert f"the first {terms.WORDS} words" in PAGE
    assert f"the first {INDEXED_LIMIT:,} characters" in PAGE
