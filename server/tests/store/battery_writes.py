"""What writing, reading back and deleting promise, whatever store does them."""

from __future__ import annotations

import base64
import json
import math
import threading
from random import Random

import pytest
from oracle.generate import deliver, generate
from oracle.small import RECEIVED, SECOND, START, a_span, said, span_id, usage
from store.shelf import everything, listed, put

from threadline_server.model.span import Event, Link, Resource, Scope, Tokens
from threadline_server.normalize.pipeline import normalize
from threadline_server.store.contract import SpanBatch

ONE, TWO, THREE = "1" * 32, "2" * 32, "3" * 32
SESSION = "session.id"


def in_session(session, number, trace, **more):
    return a_span(number, trace=trace, keys={SESSION: session, **more.pop("keys", {})}, **more)


class WritesBattery:
    """Tests of `write`, of single reads and of deletion."""

    def test_sending_the_same_spans_again_changes_nothing(self, open_store):
        store = open_store()
        story = generate(11)
        put(store, *story.sent)
        before = everything(store)
        for _ in range(2):
            changes = put(store, *story.sent)
            assert (changes.trace_ids, changes.session_ids) == (set(), set())
        for commit in deliver(Random(1), story.sent):
            for request in commit:
                put(store, *request)
        assert everything(store) == before

    def test_a_late_root_takes_the_trace_over_and_the_emptied_session_disappears(self, open_store):
        store = open_store()
        put(store, a_span(2, 1, at=(1, 2), trace=ONE, keys={SESSION: "guess"}))
        assert store.session("default", "guess").row.trace_count == 1
        changes = put(store, in_session("root's", 1, ONE))
        assert changes.session_ids == {"guess", "root's"}
        assert store.session("default", "guess") is None
        assert [row.session_id for row in listed(store, "sessions")] == ["root's"]
        assert store.session("default", "root's").row.span_count == 2
        assert store.trace("default", ONE).session_conflict is True
        assert store.session("default", "root's").conflict_trace_count == 1

    def test_a_later_version_that_names_no_session_takes_the_trace_out(self, open_store):
        store = open_store()
        put(store, in_session("s", 1, ONE, at=(0, 1)), in_session("s", 2, TWO))
        put(store, a_span(1, at=(0, 5), trace=ONE))
        assert store.trace("default", ONE).session_id is None
        assert store.session("default", "s").row.trace_count == 1

    def test_replaced_content_is_no_longer_found_or_shown(self, open_store):
        store = open_store()
        put(store, a_span(1, at=(0, 1), trace=ONE, keys={"note": "firsttake"}))
        put(store, a_span(1, at=(0, 2), trace=ONE, keys={"note": "secondtake"}))
        assert store.span("default", ONE, span_id(1)).attributes == {"note": "secondtake"}
        assert listed(store, "spans", text="firsttake") == []
        assert listed(store, "traces", text="firsttake") == []
        assert len(listed(store, "traces", text="secondtake")) == 1

    def test_everything_that_was_sent_comes_back_as_it_was_sent(self, open_store):
        store = open_store()
        deep: object = "bottom"
        for level in range(30):
            deep = {f"level {level}": [deep, level]}
        attributes = {
            "text": 'Grüße, "quotes", \\ back, \u2028, 🧵, \x00 nul, \r\n',
            "empty": "",
            "yes": True,
            "no": False,
            "zero": 0,
            "big": 2**63 - 1,
            "small": -(2**63),
            "real": 0.1,
            "whole": 1.0,
            "tiny": 5e-324,
            "list": ["a", 1, 2.5, True, None, []],
            "map": {"b": {"a": [1]}, "": None},
            "deep": deep,
            "null": None,
            "json": json.dumps({"spaced": "é " * 100, "plain": ["x" * 200, "\n" * 100]}, indent=1),
            "compact": json.dumps({"m": "é" * 100}, ensure_ascii=False, separators=(",", ":")),
            "odd json": '{"a" :"' + "\\u0041\\/" * 40 + '", "b": 1e400, "a": 2}',
            "cut json": '[{"role": "user", "content": "' + "word " * 50,
        }
        span = a_span(1, trace=ONE, keys=attributes, name="nul \x00, é, 🧵")
        span.status_message = "why\x00not"
        span.events = [Event("e", START + 1, {"note": "x" * 300}), Event("exception", 0, {})]
        span.links = [Link(TWO, span_id(9), {"why": "retry"})]
        span.resource = Resource({"service.name": "café", "list": [1, "b"]})
        span.scope = Scope("scope", "1.2", {"k": ["v"]})
        put(store, span)
        detail = store.span("default", ONE, span_id(1))
        assert detail.attributes == attributes
        assert json.dumps(detail.attributes) == json.dumps(attributes)
        assert detail.events == span.events
        assert detail.links == span.links
        assert detail.resource == span.resource
        assert detail.scope == span.scope
        assert detail.received_ns == RECEIVED
        assert (detail.row.name, detail.row.status_message) == (span.name, span.status_message)

    def test_what_json_cannot_say_comes_back_as_a_tagged_object(self, open_store):
        store = open_store()
        keys = {
            "bytes": b"\x00\xff",
            "doubles": [math.nan, math.inf, -math.inf],
            "inside": {"b": b""},
        }
        put(store, a_span(1, trace=ONE, keys=keys))
        assert store.span("default", ONE, span_id(1)).attributes == {
            "bytes": {"$bytes": base64.b64encode(b"\x00\xff").decode()},
            "doubles": [{"$double": "nan"}, {"$double": "inf"}, {"$double": "-inf"}],
            "inside": {"b": {"$bytes": ""}},
        }

    def test_a_text_of_ten_megabytes_comes_back_whole(self, open_store):
        store = open_store()
        text = "".join(f"line {number}: ü\n" for number in range(10_000_000 // 16))
        put(store, a_span(1, trace=ONE, keys={"lmnr.span.input": text}))
        detail = store.span("default", ONE, span_id(1))
        assert detail.attributes["lmnr.span.input"] == text
        assert len(detail.row.input) <= 300
        assert len(listed(store, "spans")[0].input) <= 300

    def test_ten_thousand_attributes_come_back_in_order(self, open_store):
        store = open_store()
        keys = {f"key.{number}": number if number % 2 else f"v{number}" for number in range(10_000)}
        put(store, a_span(1, trace=ONE, keys=keys))
        detail = store.span("default", ONE, span_id(1))
        assert list(detail.attributes.items()) == list(keys.items())

    def test_a_chain_of_a_hundred_thousand_spans_is_one_trace(self, open_store):
        store = open_store()
        count = 100_000
        put(
            store,
            a_span(1, trace=ONE, keys={SESSION: "deep", **usage(5, operation="invoke_agent")}),
            *(a_span(number, number - 1, trace=ONE) for number in range(2, count)),
            a_span(count, count - 1, trace=ONE, keys=usage(3)),
        )
        row = store.trace("default", ONE)
        assert (row.span_count, row.input_tokens) == (count, 3)
        page = store.trace_spans("default", ONE, limit=10_000, after=None)
        assert (len(page.rows), page.more) == (10_000, True)
        after = (page.rows[-1].start_ns, page.rows[-1].span_id)
        following = store.trace_spans("default", ONE, limit=1, after=after)
        assert following.rows[0].span_id == span_id(10_001)
        assert store.span("default", ONE, span_id(1)).row.usage_counted_by == span_id(count)
        assert store.delete_session("default", "deep")[0].span_count == count
        assert store.stats("default").span_count == 0

    def test_deletion_removes_rows_content_and_search_hits(self, open_store):
        store = open_store()
        put(
            store,
            in_session("gone", 1, ONE, keys={"note": "secretword", "shared": "sharedword " * 20}),
            in_session("gone", 2, TWO, keys=said("secretword too")),
            in_session("kept", 3, THREE, keys={"other": "sharedword " * 20}),
        )
        removed, changes = store.delete_session("default", "gone")
        assert (removed.trace_count, removed.span_count) == (2, 2)
        assert removed.block_count > 0
        assert changes.trace_ids == {ONE, TWO}
        assert changes.session_ids == {"gone"}
        for noun in ("sessions", "traces", "spans"):
            assert listed(store, noun, text="secretword") == []
            assert len(listed(store, noun, text="sharedword")) == 1
        assert store.session("default", "gone") is None
        assert store.trace("default", ONE) is None
        assert store.span("default", ONE, span_id(1)) is None
        assert store.span("default", THREE, span_id(3)).attributes["other"] == "sharedword " * 20
        assert store.delete_session("default", "gone") is None
        assert store.delete_session("default", "never") is None

    def test_spans_of_a_deleted_trace_are_dropped_for_seven_days(self, open_store):
        now = [RECEIVED]
        store = open_store(clock=lambda: now[0])
        put(store, in_session("s", 1, ONE))
        store.delete_session("default", "s")
        now[0] += 7 * 24 * 3600 * SECOND - 1
        changes = put(store, in_session("s", 2, ONE), in_session("s", 3, TWO))
        assert changes.trace_ids == {TWO}
        assert store.trace("default", ONE) is None
        assert store.session("default", "s").row.span_count == 1
        now[0] += 2
        put(store, in_session("s", 4, ONE))
        assert store.trace("default", ONE).span_count == 1

    def test_a_refused_span_costs_nobody_elses_span(self, open_store):
        store = open_store()
        mine = normalize([in_session("s", number, ONE) for number in (1, 2, 3)], RECEIVED)
        mine[1].tokens = Tokens(2**70)
        others = normalize([in_session("s", 4, TWO)], RECEIVED)
        rejected, changes = store.write(
            [SpanBatch("default", mine, 100), SpanBatch("default", others, 100)]
        )
        assert [[refused.span_id for refused in batch] for batch in rejected] == [[span_id(2)], []]
        assert rejected[0][0].reason
        assert rejected[0][0].name == "span 2"
        assert set().union(*(change.trace_ids for change in changes)) == {ONE, TWO}
        assert store.trace("default", ONE).span_count == 2
        assert store.session("default", "s").row.span_count == 3
        assert store.span("default", ONE, span_id(2)) is None
        put(store, in_session("s", 2, ONE))
        assert store.trace("default", ONE).span_count == 3

    def test_reopening_after_a_close_keeps_everything(self, open_store, tmp_path):
        directory = tmp_path / "kept"
        story = generate(5)
        store = open_store(directory)
        put(store, *story.sent, in_session("gone", 1, ONE), in_session("s", 2, TWO))
        store.delete_session("default", "gone")
        before, stats = everything(store), store.stats("default")
        store.close()
        store = open_store(directory)
        assert everything(store) == before
        after = store.stats("default")
        assert (after.span_count, after.trace_count, after.session_count) == (
            stats.span_count,
            stats.trace_count,
            stats.session_count,
        )
        assert put(store, *story.sent).trace_ids == set()
        put(store, in_session("gone", 1, ONE), a_span(3, 2, trace=TWO), in_session("s", 4, THREE))
        assert store.trace("default", ONE) is None
        assert store.session("default", "s").row.span_count == 3

    def test_projects_share_nothing(self, open_store):
        store = open_store(projects=("default", "other"))
        put(store, in_session("s", 1, ONE, keys={"note": "ours " * 40}))
        theirs = in_session("s", 1, ONE, keys={"note": "ours " * 40, "only": "theirs"}, name="x")
        put(store, theirs, in_session("s", 2, TWO), project="other")
        assert store.has_project("other")
        assert not store.has_project("third")
        assert store.trace("default", ONE).name == "span 1"
        assert store.trace("other", ONE).name == "x"
        assert store.trace("default", TWO) is None
        assert store.span("default", TWO, span_id(2)) is None
        assert store.session("default", "s").row.trace_count == 1
        assert store.session("other", "s").row.trace_count == 2
        for noun in ("sessions", "traces", "spans"):
            assert listed(store, noun, text="theirs") == []
            assert len(listed(store, noun, text="theirs", project="other")) == 1
        assert store.delete_session("default", "s")[0].trace_count == 1
        assert store.stats("default").span_count == 0
        assert store.stats("other").span_count == 2
        assert store.span("other", ONE, span_id(1)).attributes["note"] == "ours " * 40
        assert len(listed(store, "traces", text="ours", project="other")) == 1
        put(store, in_session("s", 3, ONE), project="other")
        assert store.trace("other", ONE).span_count == 2

    @pytest.mark.parametrize(
        "session_id",
        ["a/b c?d#e", "🧵 emoji", "'; DROP TABLE sessions; --", "%_", "x" * 1000, "日本", "A", "a"],
    )
    def test_a_session_id_is_any_text(self, open_store, session_id):
        store = open_store()
        put(store, in_session(session_id, 1, ONE), in_session("other", 2, TWO))
        assert store.session("default", session_id).row.session_id == session_id
        assert [row.trace_id for row in listed(store, "traces", session_id=session_id)] == [ONE]
        assert store.delete_session("default", session_id)[0].trace_count == 1

    def test_ids_that_name_nothing_are_none(self, open_store):
        store = open_store()
        put(store, in_session("s", 1, ONE))
        for trace_id in (TWO, "", "zz", "1" * 31, "not hex at all"):
            assert store.trace("default", trace_id) is None
            assert store.span("default", trace_id, span_id(1)) is None
            page = store.trace_spans("default", trace_id, limit=10, after=None)
            assert (page.rows, page.more) == ([], False)
        assert store.span("default", ONE, span_id(2)) is None
        assert store.span("default", ONE, "") is None
        assert store.session("default", "") is None

    def test_the_steps_of_a_workflow_carry_the_totals_of_their_subtrees(self, open_store):
        store = open_store()
        put(
            store,
            in_session("s", 1, ONE, at=(0, 20), name="checkout"),
            a_span(3, 1, at=(5, 9), trace=ONE, name="second"),
            a_span(2, 1, at=(1, 4), trace=ONE, name="first"),
            a_span(4, 3, at=(5, 8), trace=ONE, keys=usage(30, 0.5), status=2),
            a_span(5, 2, at=(1, 2), trace=ONE, keys=usage(7)),
            a_span(6, trace=TWO),
            a_span(7, 6, trace=TWO),
            a_span(8, 6, trace=TWO, keys=usage(1)),
        )
        steps = store.steps("default", [ONE, TWO, THREE], limit=25)
        assert list(steps) == [ONE]
        assert [
            (s.row.name, s.span_count, s.error_count, s.input_tokens, s.total_cost)
            for s in steps[ONE]
        ] == [("first", 2, 0, 7, None), ("second", 2, 1, 30, 0.5)]
        assert [s.row.name for s in store.steps("default", [ONE], limit=1)[ONE]] == ["first"]
        assert store.trace("default", ONE).step_count == 2
        assert store.trace("default", TWO).step_count == 0

    def test_the_longest_traces_of_a_session_come_in_order_of_start(self, open_store):
        store = open_store()
        for number, seconds in enumerate([5, 1, 9, 3], start=1):
            put(store, in_session("s", 1, f"{number:032x}", at=(number, number + seconds)))
        found = store.longest_traces("default", ["s", "none"], limit=2)
        assert [int(row.trace_id, 16) for row in found["s"]] == [1, 3]
        assert found.get("none", []) == []
        assert store.trace_counts("default", ["s"]) == {"s": 4}

    def test_content_is_kept_once_however_often_it_is_sent(self, open_store):
        store = open_store()
        random = Random(1)
        history: list[dict] = []
        sent = 0
        for turn in range(150):
            text = "".join(random.choices("abcdefghijklmnop ", k=2000))
            history.append({"role": "user", "parts": [{"type": "text", "content": text}]})
            keys = {SESSION: "s", "gen_ai.input.messages": json.dumps(history)}
            sent += len(keys["gen_ai.input.messages"])
            put(store, a_span(turn + 1, trace=f"{turn + 1:032x}", keys=keys))
        assert store.stats("default").disk_bytes < sent / 3

    def test_readers_see_whole_commits_while_another_thread_writes(self, open_store):
        store = open_store()
        done = threading.Event()
        seen: list[tuple[int, int, int]] = []

        def read():
            while not done.is_set():
                rows = listed(store, "sessions")
                seen.extend((row.trace_count, row.span_count, row.input_tokens) for row in rows)

        readers = [threading.Thread(target=read) for _ in range(3)]
        for reader in readers:
            reader.start()
        for number in range(1, 41):
            trace = f"{number:032x}"
            call = a_span(number * 2 + 1, number * 2, trace=trace, keys=usage(5))
            put(store, in_session("s", number * 2, trace), call)
        done.set()
        for reader in readers:
            reader.join()
        assert seen
        assert all(spans == traces * 2 and tokens == traces * 5 for traces, spans, tokens in seen)
        assert listed(store, "sessions")[0].trace_count == 40
