"""Words that are everywhere cost as little as rare ones, and say where the search stopped."""

from __future__ import annotations

import json

import apsw
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle.small import a_span, said, usage
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


WORDS = ["red", "fox", "dog", "jumps"]
a_text = st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join)
a_trace = st.lists(st.tuples(a_text, st.booleans()), min_size=1, max_size=3)
a_term = st.tuples(
    st.sampled_from(["", "", "-"]),
    st.sampled_from([*WORDS, "f*", '"red fox"', '"fox jumps"', '"dog red"']),
).map("".join)


def holds(term, texts):
    """Whether a term occurs in any of the texts, told without an index."""
    if term.endswith("*"):
        return any(word.startswith(term[:-1]) for text in texts for word in text.split())
    return any(f" {term.strip(chr(34))} " in f" {text} " for text in texts)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(a_trace, min_size=1, max_size=12), st.lists(a_term, min_size=1, max_size=3))
def test_what_is_not_truncated_is_all_and_what_is_has_nothing_else(
    tmp_path_factory, narrow, traces, terms
):
    opened = open_store(tmp_path_factory.mktemp("data"), previewer=previews)
    wanted = [term for term in terms if not term.startswith("-")]
    unwanted = [term[1:] for term in terms if term.startswith("-")]
    expected, expected_spans = set(), set()
    for number, texts in enumerate(traces, start=1):
        contents = [f"{text} {LONG}" if is_long else text for text, is_long in texts]
        for index, content in enumerate(contents):
            keys = {"session.id": f"s{number}", "custom.note": content}
            parent = None if index == 0 else number * 100
            put(opened, a_span(number * 100 + index, parent, trace=trace_id(number), keys=keys))
        if (
            wanted
            and all(holds(term, contents) for term in wanted)
            and not any(holds(term, contents) for term in unwanted)
        ):
            expected.add(trace_id(number))
            expected_spans |= {
                f"{number * 100 + index:016x}"
                for index, content in enumerate(contents)
                if all(holds(term, [content]) for term in wanted)
            }

    def page(noun):
        query = ListQuery(
            "default",
            noun,
            "start_ns",
            descending=True,
            limit=99,
            terms=search_terms(" ".join(terms)),
        )
        return getattr(opened, noun)(query)

    for noun, field, all_of_them in (
        ("traces", "trace_id", expected),
        ("spans", "span_id", expected_spans),
    ):
        listed_page = page(noun)
        ids = {getattr(row, field) for row in listed_page.rows}
        assert ids <= all_of_them
        assert listed_page.truncated or ids == all_of_them
    opened.close()
