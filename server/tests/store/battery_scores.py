"""What keeping scores promises, whatever store does it: once, in place, and gone with its trace."""

from __future__ import annotations

from itertools import permutations

import pytest
from oracle.small import RECEIVED, SECOND, a_span, span_id
from scores import TIME_NS, a_score
from store.shelf import put

from threadline_server.normalize.pipeline import normalize
from threadline_server.store.contract import ScoreQuery, SpanBatch

ONE, TWO, THREE = "1" * 32, "2" * 32, "3" * 32


def judge(store, *scores, project="default"):
    """Write scores as one batch that must be accepted whole; what it changed."""
    rejected, changes = store.write([SpanBatch(project, [], 100, list(scores))])
    assert rejected == [[]]
    return changes[0]


def judged(store, project="default", limit=100, **more):
    """One page of scores."""
    return store.scores(ScoreQuery(project, limit, **more)).rows


def ids(store, **more):
    return [row.score.score_id for row in judged(store, **more)]


def in_session(session, number, trace):
    return a_span(number, trace=trace, keys={"session.id": session})


class ScoresBattery:
    """Tests of scores: written, read back, replaced, and deleted with what they are on."""

    def test_a_score_comes_back_as_it_was_given(self, open_store):
        store = open_store()
        scores = [
            a_score("on session", comment="Grüße\x00 🧵", label="good", value=-0.5),
            a_score("on trace", trace_id=ONE, value=None, label="yes"),
            a_score("on span", trace_id=ONE, span_id=span_id(7), value=1e300),
        ]
        judge(store, *scores)
        rows = judged(store)
        assert sorted((row.score for row in rows), key=lambda each: each.score_id) == sorted(
            scores, key=lambda each: each.score_id
        )
        assert {row.score.score_id: row.session_id for row in rows} == {
            "on session": "s",
            "on trace": None,
            "on span": None,
        }

    @pytest.mark.parametrize("order", list(permutations(range(4))))
    def test_of_two_versions_the_later_wins_whatever_order_they_arrive_in(self, open_store, order):
        store = open_store()
        versions = [
            a_score(value=0.0, time_ns=TIME_NS),
            a_score(value=1.0, time_ns=TIME_NS + 2, content_hash=b"b"),
            a_score(value=2.0, time_ns=TIME_NS + 2, content_hash=b"a"),
            a_score(value=3.0, time_ns=TIME_NS + 1),
        ]
        for number in order:
            judge(store, versions[number])
        assert [row.score.value for row in judged(store)] == [1.0]

    def test_a_version_may_move_a_score_and_both_places_are_told(self, open_store):
        store = open_store()
        put(store, in_session("s", 1, ONE), in_session("t", 2, TWO))
        judge(store, a_score(trace_id=ONE))
        changes = judge(store, a_score(trace_id=TWO, time_ns=TIME_NS + 1))
        assert (changes.trace_ids, changes.session_ids) == ({ONE, TWO}, {"s", "t"})
        assert ids(store, trace_id=ONE) == []
        assert ids(store, trace_id=TWO) == ["s1"]

    def test_sending_the_same_score_again_changes_nothing(self, open_store):
        store = open_store()
        put(store, in_session("s", 1, ONE))
        judge(store, a_score(trace_id=ONE))
        changes = judge(store, a_score(trace_id=ONE), a_score(trace_id=ONE))
        assert (changes.trace_ids, changes.session_ids) == (set(), set())

    def test_scores_are_found_by_session_trace_and_span(self, open_store):
        store = open_store()
        put(store, in_session("s", 1, ONE), in_session("s", 2, TWO), in_session("t", 3, THREE))
        judge(
            store,
            a_score("on session"),
            a_score("on one", trace_id=ONE),
            a_score("on one's span", trace_id=ONE, span_id=span_id(1)),
            a_score("on two", trace_id=TWO),
            a_score("on three", trace_id=THREE),
            a_score("on t", session_id="t"),
        )
        assert sorted(ids(store, session_id="s")) == [
            "on one",
            "on one's span",
            "on session",
            "on two",
        ]
        assert sorted(ids(store, session_id="t")) == ["on t", "on three"]
        assert sorted(ids(store, trace_id=ONE)) == ["on one", "on one's span"]
        assert ids(store, trace_id=ONE, span_id=span_id(1)) == ["on one's span"]
        assert {row.session_id for row in judged(store, session_id="s")} == {"s"}
        assert len(ids(store)) == 6
        for nothing in ({"session_id": "u"}, {"trace_id": "no hex"}, {"trace_id": "4" * 32}):
            assert ids(store, **nothing) == []

    @pytest.mark.parametrize("narrowed", [{}, {"session_id": "s"}, {"trace_id": ONE}], ids=str)
    def test_pages_give_the_latest_first_and_neither_skip_nor_repeat(self, open_store, narrowed):
        store = open_store()
        put(store, in_session("s", 1, ONE))
        scores = [
            a_score(f"s{number:02}", trace_id=ONE, time_ns=TIME_NS + number // 3)
            for number in range(20)
        ]
        judge(store, *scores)
        expected = sorted(
            (each.score_id for each in scores),
            key=lambda score_id: (int(score_id[1:]) // 3, score_id),
            reverse=True,
        )
        seen, after = [], None
        while True:
            page = store.scores(ScoreQuery("default", 3, after=after, **narrowed))
            seen += [row.score.score_id for row in page.rows]
            if not page.more:
                break
            assert len(page.rows) == 3
            last = page.rows[-1].score
            after = (last.time_ns, last.score_id)
        assert seen == expected

    def test_a_score_that_comes_before_its_trace_is_kept_and_told_once_that_is_there(
        self, open_store
    ):
        store = open_store()
        changes = judge(store, a_score("early", trace_id=ONE), a_score("of session"))
        assert (changes.trace_ids, changes.session_ids) == (set(), set())
        put(store, in_session("s", 1, ONE))
        assert sorted(ids(store, session_id="s")) == ["early", "of session"]
        assert ids(store, trace_id=ONE) == ["early"]

    def test_a_score_in_one_batch_with_its_span_is_told_with_it(self, open_store):
        store = open_store()
        spans = normalize([in_session("s", 1, ONE)], RECEIVED)
        _, (changes,) = store.write([SpanBatch("default", spans, 1, [a_score(trace_id=ONE)])])
        assert (changes.trace_ids, changes.session_ids) == ({ONE}, {"s"})

    def test_what_is_scored_is_told_with_the_session_of_its_trace(self, open_store):
        store = open_store()
        put(store, in_session("s", 1, ONE), a_span(2, trace=TWO))
        changes = judge(store, a_score("a", trace_id=ONE), a_score("b", trace_id=TWO))
        assert (changes.trace_ids, changes.session_ids) == ({ONE, TWO}, {"s"})
        changes = judge(store, a_score("c"))
        assert (changes.trace_ids, changes.session_ids) == (set(), {"s"})

    def test_a_score_follows_its_trace_into_another_session(self, open_store):
        store = open_store()
        put(store, a_span(2, 1, at=(1, 2), trace=ONE, keys={"session.id": "guess"}))
        judge(store, a_score(trace_id=ONE))
        put(store, in_session("root's", 1, ONE))
        assert ids(store, session_id="guess") == []
        assert ids(store, session_id="root's") == ["s1"]

    def test_deleting_a_session_deletes_its_scores_and_those_of_its_traces(self, open_store):
        store = open_store()
        put(store, in_session("s", 1, ONE), in_session("t", 2, TWO))
        judge(
            store,
            a_score("on session"),
            a_score("on trace", trace_id=ONE),
            a_score("on span", trace_id=ONE, span_id=span_id(1)),
            a_score("kept", trace_id=TWO),
        )
        removed, _ = store.delete_session("default", "s")
        assert removed.score_count == 3
        assert ids(store) == ["kept"]

    def test_a_session_of_nothing_but_scores_can_be_deleted(self, open_store):
        store = open_store()
        judge(store, a_score())
        removed, changes = store.delete_session("default", "s")
        assert (removed.trace_count, removed.score_count) == (0, 1)
        assert changes.session_ids == {"s"}
        assert ids(store) == []
        assert store.delete_session("default", "s") is None

    def test_scores_of_a_deleted_trace_are_dropped_for_seven_days(self, open_store):
        now = [RECEIVED]
        store = open_store(clock=lambda: now[0])
        put(store, in_session("s", 1, ONE))
        store.delete_session("default", "s")
        now[0] += 7 * 24 * 3600 * SECOND - 1
        late = a_score(trace_id=ONE, time_ns=now[0])
        judge(store, late)
        assert ids(store) == []
        now[0] += 2
        judge(store, late)
        assert ids(store) == ["s1"]

    def test_what_was_said_of_a_session_before_its_deletion_is_dropped_for_seven_days(
        self, open_store
    ):
        now = [RECEIVED]
        store = open_store(clock=lambda: now[0])
        put(store, in_session("s", 1, ONE))
        store.delete_session("default", "s")
        now[0] += SECOND
        before, after = a_score("before", time_ns=RECEIVED), a_score("after", time_ns=now[0])
        judge(store, before, after)
        assert ids(store, session_id="s") == ["after"]
        now[0] += 7 * 24 * 3600 * SECOND
        judge(store, before)
        assert ids(store, session_id="s") == ["after", "before"]

    def test_a_refused_score_costs_nothing_beside_it(self, open_store):
        store = open_store()
        spans = normalize([in_session("s", 1, ONE)], RECEIVED)
        scores = [a_score("good", trace_id=ONE), a_score("bad", trace_id=ONE, time_ns=2**70)]
        rejected, _ = store.write([SpanBatch("default", spans, 1, scores)])
        (refused,) = rejected[0]
        assert (refused.name, refused.trace_id, refused.span_id) == ("helpful", ONE, "")
        assert refused.reason
        assert ids(store) == ["good"]
        assert store.trace("default", ONE).span_count == 1

    def test_scores_outlive_a_close(self, open_store, tmp_path):
        store = open_store(tmp_path / "kept")
        judge(store, a_score())
        store.close()
        store = open_store(tmp_path / "kept")
        assert judged(store)[0].score == a_score()

    def test_projects_share_no_score(self, open_store):
        store = open_store(projects=("default", "other"))
        put(store, in_session("s", 1, ONE))
        judge(store, a_score(trace_id=ONE, value=1.0), project="other")
        judge(store, a_score(trace_id=ONE, value=0.0))
        assert [row.score.value for row in judged(store, "other")] == [1.0]
        assert [row.score.value for row in judged(store)] == [0.0]
        assert judged(store, "other")[0].session_id is None
        store.delete_session("default", "s")
        assert (ids(store), ids(store, project="other")) == ([], ["s1"])
