"""Words that are everywhere cost as little as rare ones, and say where the search stopped."""

from __future__ import annotations

import json

import apsw
import pytest
from oracle.small import said, usage
from store.battery_search import LONG, found, hits, in_session, trace_id
from store.shelf import listed, put

from threadline_server.normalize.pipeline import previews
from threadline_server.query.search_text import search_terms
from threadline_server.store.contract import ListQuery
from threadline_server.store.sqlite import open_store, search
from threadline_server.store.sqlite import search_terms as terms_module
from threadline_server.store.sqlite.store import DATABASE


@pytest.fixture
def store(tmp_path):
    opened = open_store(tmp_path, previewer=previews)
    yield opened
    opened.close()


@pytest.fixture
def narrow(monkeypatch):
    """Looks at no more than a few of everything."""
    for limit, value in (("DOCUMENTS", 4), ("OCCURRENCES", 5), ("READ", 3), ("ASKED", 3)):
        monkeypatch.setattr(search, limit, value)
    monkeypatch.setattr(terms_module, "BEGUN_WORDS", 3)


def prompted(session, number, text, system="Be brief. " + LONG):
    """A model call with the system prompt that every session has."""
    messages = [{"role": "system", "content": system}, {"role": "user", "content": text}]
    keys = usage(1, **{"gen_ai.input.messages": json.dumps(messages)})
    return in_session(session, number, keys=keys)


def test_a_word_of_every_system_prompt_finds_the_newest_and_says_so(store, narrow):
    put(store, *(prompted(f"s{number}", number, "hm") for number in range(1, 20)))
    page = found(store, "brief")
    assert [hit.session_id for hit in page.hits] == ["s19", "s18", "s17", "s16", "s15"]
    assert page.truncated
    query = ListQuery(
        "default", "sessions", "start_ns", descending=False, limit=9, terms=search_terms("brief")
    )
    rows = store.sessions(query)
    assert [row.session_id for row in rows.rows] == ["s15", "s16", "s17", "s18", "s19"]
    assert rows.truncated


def test_a_rare_word_finds_all_beside_one_that_is_everywhere(store, narrow):
    put(
        store,
        *(
            prompted(f"s{number}", number, "walrus" if number in (2, 5) else f"word{number}")
            for number in range(1, 20)
        ),
    )
    for text in ("walrus brief", "brief walrus", 'walrus "be brief"'):
        page = found(store, text)
        assert {hit.session_id for hit in page.hits} == {"s2", "s5"}
        assert not page.truncated
    assert not found(store, "walrus -brief").hits
    assert {hit.session_id for hit in hits(store, "walrus -word1")} == {"s2", "s5"}


def test_more_traces_than_are_asked_for_a_frequent_word_are_cut_off_visibly(store, narrow):
    keys = said("walrus")
    put(store, *(in_session(f"s{number}", number, keys=keys) for number in range(1, 5)))
    put(store, *(in_session(f"t{number}", number, keys=said("ocelot")) for number in range(5, 20)))
    page = found(store, "walrus -ocelot")
    assert [hit.session_id for hit in page.hits] == ["s4", "s3", "s2"]
    assert page.truncated


def test_a_phrase_of_frequent_words_is_looked_for_in_the_newest_texts_and_says_so(store, narrow):
    put(store, in_session("old", 1, keys=said("red fox")))
    put(store, *(in_session(f"s{number}", number, keys=said("fox red")) for number in range(2, 9)))
    put(store, in_session("new", 9, keys=said("red fox")))
    page = found(store, '"red fox"')
    assert ([hit.session_id for hit in page.hits], page.truncated) == (["new"], True)


def test_a_prefix_of_many_words_is_cut_off_visibly(store, narrow):
    put(store, *(in_session("s", number, keys=said(f"word{number}")) for number in range(1, 8)))
    assert found(store, "word*").truncated
    assert not found(store, "word3*").truncated


def test_spans_of_a_trace_that_has_a_word_everywhere_are_asked_one_by_one(store, narrow):
    put(store, *(prompted("s", number, f"word{number}") for number in range(1, 9)))
    (span,) = listed(store, "spans", text="word2 brief")
    assert span.trace_id == trace_id(2)


def test_a_range_that_ends_in_the_past_finds_what_was_newest_then(store, narrow):
    put(store, *(in_session("s", number, keys=said(f"walrus {number}")) for number in range(1, 4)))
    put(
        store,
        *(in_session("s", 900 + number, keys=said(f"walrus {number}")) for number in range(120)),
    )
    end = listed(store, "traces", text="walrus 3")[0].end_ns
    assert [row.trace_id for row in listed(store, "traces", text="walrus", to_ns=end)] == [
        trace_id(1),
        trace_id(2),
        trace_id(3),
    ]


def indexed(folder):
    connection = apsw.Connection(str(folder / DATABASE))
    rows = connection.execute("SELECT term, doc FROM search_vocabulary ORDER BY term, doc")
    found_rows = list(rows)
    connection.close()
    return found_rows


@pytest.mark.parametrize("done", [None, 3])
def test_an_index_of_other_words_is_made_anew_and_one_broken_off_goes_on(tmp_path, done):
    opened = open_store(tmp_path, previewer=previews)
    failed = in_session("s", 3, keys={"gen_ai.tool.name": "send"}, status=2)
    put(opened, *(prompted("s", number, f"getUserById {number}") for number in range(1, 3)), failed)
    opened.close()
    before = indexed(tmp_path)
    connection = apsw.Connection(str(tmp_path / DATABASE))
    if done is None:
        connection.execute("UPDATE search_state SET words_version = 0")
    else:
        connection.execute("DELETE FROM search WHERE rowid >= ?", (done,))
        connection.execute("UPDATE search_state SET next_no = ?", (done,))
    connection.close()
    open_store(tmp_path, previewer=previews).close()
    assert indexed(tmp_path) == before
