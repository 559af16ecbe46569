"""What search promises, whatever store does it: whatever was said is found as people type it."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle.small import SECOND, START, a_span, said, usage
from store.shelf import listed, put

from threadline_server.model.search import SearchQuery
from threadline_server.model.span import Event
from threadline_server.normalize.pipeline import normalize
from threadline_server.query.search_text import search_terms
from threadline_server.store.contract import ListQuery

LONG = "and so on, which makes the text long enough to be kept by itself, apart from its span " * 2
HOSTILE = [
    '"', "'", '""', '"""', "*", "**", "-", "--", "- -", "^", "(", ")", "()", "a AND", "AND", "OR",
    "NOT", "NOT a", "a NOT", "NEAR", "NEAR(a b, 5)", "words:a", "{words} : a", "rowid:1", "a + b",
    "a^2", '"a" "b', 'a"b"c', "a*b*", "* a", '"a"*', '-"', "error:", "error:*", 'error:"', "tool:",
    "model:*", 'session:"', "user:'x'", "a;b--", "%", "_", "\\", "\0", "a\0b", "\ue001a", "\ue010" + "1",
    "\ud800", "a\ud800b", "\u202e", "🎉", "é", "中", "中*", "-中", "a" * 5000, "ab " * 5000,
    '"' + "a " * 400 + '"', "a" * 1_000_000, "中" * 100_000, "aB" * 1000,
    "".join(map(chr, range(0x4E00, 0x9000))), "error:" + "".join(map(chr, range(0x4E00, 0x9000))),
    '"' + " ".join(f"w{number}" for number in range(3000)) + '"*',
    'error:"' + " ".join(f"w{number}" for number in range(3000)) + '"*',
    "getA" + "".join(f"B{number}c" for number in range(3000)), "model:" + "a-" * 4000 + "*",
]  # fmt: skip


def trace_id(number):
    return f"{number:032x}"


def in_session(session, number, *, keys=None, **more):
    """A span that is a trace of its own, a second after the one with the number before."""
    more = {"at": (number, number + 1), "trace": trace_id(number), **more}
    return a_span(number, keys={"session.id": session, **(keys or {})}, **more)


def found(store, text, *, limit=50, project="default", **more):
    """One page of hits."""
    return store.search(SearchQuery(project, search_terms(text), limit, **more))


def hits(store, text, **more):
    return found(store, text, **more).hits


def traces(store, text):
    """Numbers of the traces that hits are in, in their order."""
    return [int(hit.trace_id, 16) for hit in hits(store, text)]


def marked(hit):
    """What is highlighted in a hit."""
    return [hit.snippet[start:end] for start, end in hit.highlights]


def pages(store, text, limit):
    """All hits, page by page."""
    after, seen = None, []
    while True:
        page = found(store, text, limit=limit, after=after)
        seen += page.hits
        assert len(page.hits) == limit or page.following is None
        if page.following is None:
            return seen
        after = page.following


class SearchBattery:
    """Tests of `search`, and of lists that are selected by terms."""

    @pytest.mark.parametrize("long", ["", LONG], ids=["short", "long"])
    @pytest.mark.parametrize(
        ("keys", "where"),
        [
            (lambda text: said(user=text), "input"),
            (lambda text: said(assistant=text), "output"),
            (lambda text: {"lmnr.span.input": text}, "input"),
            (lambda text: {"custom.note": text}, "attribute"),
            (
                lambda text: {
                    "gen_ai.operation.name": "execute_tool",
                    "gen_ai.tool.call.arguments": json.dumps({"query": text}),
                },
                "tool_arguments",
            ),
            (
                lambda text: {
                    "gen_ai.operation.name": "execute_tool",
                    "gen_ai.tool.call.result": json.dumps({"rows": [{"name": text}]}),
                },
                "tool_result",
            ),
            (
                lambda text: {
                    "gen_ai.output.messages": json.dumps(
                        [{"parts": [{"type": "tool_call", "arguments": {"q": text}}]}]
                    )
                },
                "tool_arguments",
            ),
            (
                lambda text: {
                    "gen_ai.input.messages": json.dumps([{"role": "tool", "content": text}])
                },
                "tool_result",
            ),
        ],
    )
    def test_what_is_said_anywhere_is_found_and_the_hit_tells_where(
        self, open_store, keys, where, long
    ):
        store = open_store()
        put(
            store,
            in_session("s", 1, keys=keys(f"the walrus sings {long}")),
            in_session("t", 2, keys=keys(f"the penguin sings {long}")),
        )
        (hit,) = hits(store, "WALRUS")
        assert (hit.session_id, hit.trace_id, hit.span_id) == ("s", trace_id(1), f"{1:016x}")
        assert (hit.where, marked(hit)) == (where, ["walrus"])
        assert "the walrus sings" in hit.snippet
        assert 0 < hit.score <= 1

    def test_names_errors_and_events_are_found(self, open_store):
        store = open_store()
        failed = {"exception.type": "TimeoutError", "exception.message": f"gateway closed {LONG}"}
        put(
            store,
            in_session("s", 1, name="walrus.turn"),
            in_session("s", 2, events=[Event("exception", START, failed)]),
            in_session("s", 3, events=[Event("note", START, {"said": "ocelot"})]),
        )
        assert [hit.where for hit in hits(store, "walrus")] == ["name"]
        assert [hit.where for hit in hits(store, "timeouterror")] == ["error"]
        assert [hit.where for hit in hits(store, "gateway")] == ["error"]
        assert [hit.where for hit in hits(store, "ocelot")] == ["event"]

    @pytest.mark.parametrize(
        ("text", "numbers"),
        [
            ("red", [2, 1]),
            ("red fox", [1]),
            ("RED Fox", [1]),
            ('"red fox"', [1]),
            ('"fox red"', []),
            ('"a red"', [2, 1]),
            ("red -dog", [1]),
            ('red -"red dog"', [1]),
            ("hun*", [3]),
            ("hund*", [3]),
            ('"a hun"*', [3]),
            ("hun", []),
            ("-red", []),
            ("größe", [4]),
            ("GROSSE", []),
            ("grosse", []),
            ("groß*", [4]),
            ("cafe", [4]),
            ("café", [4]),
            ("getUserById", [5]),
            ("getuserbyid", [5]),
            ("user", [5]),
            ("UserById", [5]),
            ("userName", []),
            ("retry", [5]),
            ("max_retry_count", [5]),
            ("retry_count", [5]),
            ("count_retry", []),
            ("src/app/main.py", [5]),
            ("app/main", [5]),
            ("main.py", [5]),
            ("HTTPServer", [5]),
            ("server", [5]),
            ("/v1/traces", [5]),
            ("東京", [6]),
            ("京都", [6]),
            ("東京都庁", [6]),
            ("庁", [6]),
            ("都", [6]),
            ("京庁", []),
            ("東京 京都", [6]),
            ("iphone", [6]),
            ("手机", [6]),
            ("abc", [6]),
            ("데이터", [6]),
            ("이터베", [6]),
            ("4711", [7]),
            ("0.25", [7]),
        ],
    )
    def test_words_are_found_as_people_type_them(self, open_store, text, numbers):
        store = open_store()
        contents = [
            "a red fox jumps",
            "a red dog and a small box",
            "a hundred foxes",
            "Größe des Cafe\u0301s, café",
            "getUserById(max_retry_count) in src/app/main.py: HTTPServer POST /v1/traces",
            "東京都庁に行く。iPhone手机 \uff21\uff22\uff23 데이터베이스",
            json.dumps({"order": 4711, "rate": 0.25}),
        ]
        put(
            store,
            *(
                in_session(f"s{number}", number, keys={"lmnr.span.input": content})
                for number, content in enumerate(contents, start=1)
            ),
        )
        assert traces(store, text) == numbers
        assert [int(row.trace_id, 16) for row in listed(store, "traces", text=text)] == sorted(
            numbers
        )

    def test_words_may_stand_in_several_spans_of_a_trace_but_in_one_of_a_span(self, open_store):
        store = open_store()
        put(
            store,
            a_span(1, trace=trace_id(1), keys={"session.id": "s", **said("walrus")}),
            a_span(2, 1, trace=trace_id(1), keys=said("penguin")),
            a_span(3, trace=trace_id(2), keys={"session.id": "s", **said("walrus")}),
        )
        assert {hit.trace_id for hit in hits(store, "walrus penguin")} == {trace_id(1)}
        assert [row.session_id for row in listed(store, "sessions", text="walrus penguin")] == ["s"]
        assert listed(store, "spans", text="walrus penguin") == []
        assert len(listed(store, "spans", text="walrus")) == 2
        assert {hit.score for hit in hits(store, "walrus -ocelot")} == {1}

    @pytest.mark.parametrize(
        ("text", "numbers"),
        [
            ("session:s1", [1]),
            ("session:s*", [2, 1]),
            ('session:"with space"', [3]),
            ("session:S1", []),
            ("session:s1 fox", [1]),
            ("-session:s1 fox", [3, 2]),
            ("user:ada", [2]),
            ("user:a*", [3, 2]),
            ("model:gpt-4o", [2]),
            ("model:GPT-4o*", [3, 2]),
            ("model:gpt", []),
            ("tool:send_email", [1]),
            ("tool:send*", [1]),
            ("fox -tool:send_email", [3, 2]),
            ("error:", [4, 1]),
            ("-error: fox", [3, 2]),
            ("error:refused", [4, 1]),
            ('error:"connection refused"', [1]),
            ("error:conn*", [4, 1]),
            ("error:fox", []),
            ("tool:send_email error: fox", [1]),
        ],
    )
    def test_terms_with_a_field_look_there(self, open_store, text, numbers):
        store = open_store()
        tool = {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": "send_email",
            "lmnr.span.input": "fox",
        }
        refused = Event("exception", START, {"exception.message": "connection refused (111)"})
        other = Event("exception", START, {"exception.message": "refused a connection"})
        put(
            store,
            in_session("s1", 1, keys=tool, events=[refused], status=2),
            in_session("s2", 2, keys={"user.id": "ada", **usage(1, model="gpt-4o"), **said("fox")}),
            in_session(
                "with space",
                3,
                keys={"user.id": "alan", **usage(1, model="gpt-4o-mini"), **said("fox")},
            ),
            in_session("t", 4, events=[other], status=2),
        )
        assert traces(store, text) == numbers

    def test_a_hit_of_a_field_shows_what_the_field_names(self, open_store):
        store = open_store()
        keys = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "send_email"}
        refused = Event("exception", START, {"exception.message": "connection refused"})
        put(store, in_session("shop 42", 1, keys={"user.id": "ada", **keys}, events=[refused]))
        (tool,) = hits(store, "tool:send_email")
        assert (tool.where, tool.snippet, marked(tool)) == ("tool", "send_email", ["send_email"])
        (error,) = hits(store, "error:refused")
        assert (error.where, marked(error)) == ("error", ["refused"])
        (session,) = hits(store, 'session:"shop"*')
        assert (session.where, session.snippet, marked(session)) == ("session", "shop 42", ["shop"])
        (user,) = hits(store, "user:ada")
        assert (user.where, user.snippet, user.span_id) == ("user", "ada", f"{1:016x}")

    @pytest.mark.parametrize("long", ["", LONG], ids=["short", "long"])
    def test_what_a_session_repeats_is_one_hit_where_it_was_said_first(self, open_store, long):
        store = open_store()
        history = []
        for number in range(1, 6):
            history.append({"role": "user", "content": f"walrus {long}" if number == 2 else "hm"})
            keys = usage(1, **{"gen_ai.input.messages": json.dumps(history)})
            put(store, in_session("s", number, keys=keys))
        put(
            store,
            in_session("t", 9, keys=usage(1, **{"gen_ai.input.messages": json.dumps(history)})),
        )
        assert [(hit.session_id, hit.trace_id) for hit in hits(store, "walrus")] == [
            ("t", trace_id(9)),
            ("s", trace_id(2)),
        ]

    def test_sessions_with_the_latest_hit_come_first_and_within_one_the_most_relevant(
        self, open_store
    ):
        store = open_store()
        put(
            store,
            in_session("old", 1, keys=said("walrus and ocelot")),
            in_session("new", 20, keys=said("walrus")),
            in_session("new", 21, keys=said("walrus with ocelot")),
            in_session("new", 22, keys=said("ocelot")),
            in_session("newest", 23, keys=said("walrus")),
        )
        found_hits = hits(store, "walrus ocelot")
        assert [(hit.session_id, hit.snippet) for hit in found_hits] == [
            ("new", "walrus with ocelot"),
            ("old", "walrus and ocelot"),
        ]
        put(store, a_span(30, 22, trace=trace_id(22), at=(22, 23), keys=said("walrus again")))
        found_hits = hits(store, "walrus ocelot")
        assert [hit.session_id for hit in found_hits] == ["new", "new", "new", "old"]
        assert found_hits[0].snippet == "walrus with ocelot"
        assert found_hits[0].score > found_hits[1].score

    @pytest.mark.parametrize("limit", [1, 2, 7])
    def test_pages_neither_skip_nor_repeat_hits(self, open_store, limit):
        store = open_store()
        put(
            store,
            *(
                in_session(
                    f"session {number % 4}" if number % 5 else None,
                    number,
                    keys=said(f"walrus number {number} {LONG if number % 3 else ''}"),
                )
                for number in range(1, 24)
            ),
        )
        whole = hits(store, "walrus")
        assert len(whole) == 23
        assert pages(store, "walrus", limit) == whole

    def test_a_range_selects_traces_by_their_interval(self, open_store):
        store = open_store()
        put(store, *(in_session("s", number, keys=said("walrus")) for number in range(1, 9)))

        def within(first, last):
            bounds = {"from_ns": START + first * SECOND, "to_ns": START + last * SECOND}
            rows = listed(store, "traces", text="walrus", **bounds)
            (hit,) = hits(store, "walrus", **bounds)
            return [int(row.trace_id, 16) for row in rows], int(hit.trace_id, 16)

        assert within(3, 5) == ([2, 3, 4], 2)

    def test_a_list_of_sessions_carries_the_best_hit_of_each_and_how_many(self, open_store):
        store = open_store()
        put(
            store,
            in_session("one", 1, keys=said("walrus ocelot")),
            in_session("one", 2, keys=said("ocelot")),
            in_session("two", 3, keys=said("ocelot")),
            in_session("none", 4, keys=said("penguin")),
        )
        terms = search_terms("ocelot")
        page = store.sessions(
            ListQuery("default", "sessions", "end_ns", descending=True, limit=9, terms=terms)
        )
        assert [row.session_id for row in page.rows] == ["two", "one"]
        assert {key: each.count for key, each in page.hits.items()} == {"one": 2, "two": 1}
        assert page.hits["one"].best.snippet == "walrus ocelot"
        assert page.truncated is False

    def test_each_project_finds_its_own(self, open_store):
        store = open_store(projects=("default", "other"))
        put(store, in_session("s", 1, keys=said(f"walrus {LONG}")))
        put(store, in_session("s", 2, keys=said(f"penguin {LONG}")), project="other")
        assert len(hits(store, "walrus")) == 1
        assert hits(store, "penguin") == []
        assert hits(store, "walrus", project="other") == []
        assert len(hits(store, "penguin", project="other")) == 1
        assert hits(store, "tool:x model:y", project="other") == []

    def test_what_is_deleted_is_no_longer_found(self, open_store):
        store = open_store()
        for session, number in (("s", 1), ("t", 2)):
            put(store, in_session(session, number, keys=said(f"walrus {LONG}", "ocelot")))
        assert len(hits(store, "walrus")) == len(hits(store, "ocelot")) == 2
        store.delete_session("default", "s")
        assert [hit.session_id for hit in hits(store, "walrus")] == ["t"]
        assert [hit.session_id for hit in hits(store, "ocelot")] == ["t"]
        store.delete_session("default", "t")
        assert hits(store, "walrus") == hits(store, "ocelot") == []
        assert found(store, "walrus").truncated is False

    def test_a_replaced_span_is_found_by_its_later_version_alone(self, open_store):
        store = open_store()
        put(store, in_session("s", 1, keys=said(f"walrus {LONG}", "early"), at=(1, 2)))
        put(store, in_session("s", 1, keys=said(f"penguin {LONG}", "later"), at=(1, 3)))
        assert hits(store, "walrus") == hits(store, "early") == []
        assert len(hits(store, "penguin")) == len(hits(store, "later")) == 1

    def test_hits_outlive_the_process(self, open_store, tmp_path):
        store = open_store(tmp_path / "kept")
        put(store, in_session("s", 1, keys=said(f"walrus {LONG}")))
        before = hits(store, "walr*")
        store.close()
        assert hits(open_store(tmp_path / "kept"), "walr*") == before != []

    @pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:12]))
    def test_no_text_is_an_error(self, open_store, text):
        store = open_store()
        put(store, in_session("s", 1, keys=said("a b and or not near words: rowid")))
        terms = search_terms(text)
        store.search(SearchQuery("default", terms, 5))
        for noun in ("sessions", "traces", "spans"):
            listed(store, noun, terms=terms)

    def test_what_says_nothing_finds_nothing(self, open_store):
        store = open_store()
        put(store, in_session("s", 1, keys=said("a")))
        for text in ("", "...", '"', "*", "-a", "🎉"):
            assert hits(store, text) == []
            assert listed(store, "sessions", text=text) == []

    def test_any_text_that_was_said_is_found_by_itself(self, open_store):
        store = open_store()
        number = 0

        @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
        @given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40))
        def said_is_found(text):
            nonlocal number
            number += 1
            put(store, in_session(f"s{number}", number, keys={"custom.note": f"n{number} {text}"}))
            phrase = f'"n{number} ' + text.replace('"', " ") + '"'
            assert traces(store, phrase) == [number], text

        said_is_found()

    def test_a_span_that_is_understood_anew_is_found_by_what_it_is_now(self, open_store):
        store = open_store()
        keys = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "send_email"}
        put(store, in_session("s", 1, keys=keys))
        (sent,) = store.sent("default", after=None, limit=9).items
        (now,) = normalize([sent.span], sent.received_ns)
        now.tool_name, now.request_model = "send_letter", "gpt-9"
        assert store.renew("default", [(sent, now)])[0] == 1
        assert traces(store, "tool:send_letter model:gpt-9") == [1]
        assert traces(store, "tool:send_email") == []
