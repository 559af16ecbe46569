"""What keeping log events promises, whatever store does it: the same as if they had come first."""

from __future__ import annotations

from itertools import permutations

import pytest
from log_events import DETAILS, answered, asked, told
from oracle.small import RECEIVED, SECOND, START, a_span, said, span_id, usage
from store.shelf import everything, listed, put

from threadline_server.model.span import Event
from threadline_server.normalize.pipeline import normalize
from threadline_server.store.contract import SpanBatch

ONE, TWO = "1" * 32, "2" * 32
SPAN = span_id(1)
DAY = 24 * 3600 * SECOND


def tell(store, *events, spans=(), project="default"):
    """Write log events, and spans, as one batch that must be accepted whole; what it changed."""
    batch = SpanBatch(project, normalize(list(spans), RECEIVED), 100, events=list(events))
    rejected, changes = store.write([batch])
    assert rejected == [[]]
    return changes[0]


def call(number=1, *, session="s", trace=ONE, **more):
    """A model call that says nothing itself."""
    keys = {"session.id": session, **usage(10), **more.pop("keys", {})}
    return a_span(number, trace=trace, keys=keys, **more)


def detail(store, number=1, trace=ONE, project="default"):
    return store.span(project, trace, span_id(number))


class LogEventsBattery:
    """Tests of log events: joined to their span, bounded, found, and gone with their trace."""

    @pytest.mark.parametrize("order", list(permutations(range(3))))
    def test_a_span_says_what_its_log_records_tell_in_whatever_order_they_arrive(
        self, open_store, order
    ):
        store = open_store()
        writes = [
            lambda: put(store, call()),
            lambda: tell(store, asked(SPAN, "Weather?", trace=ONE)),
            lambda: tell(store, answered(SPAN, "Mild.", trace=ONE)),
        ]
        for number in order:
            writes[number]()
        trace, session = store.trace("default", ONE), store.session("default", "s").row
        assert (trace.input, trace.output) == ("Weather?", "Mild.")
        assert (session.first_input, session.last_output) == ("Weather?", "Mild.")
        (row,) = listed(store, "spans")
        assert (row.input, row.output, row.event_count) == ("Weather?", "Mild.", 2)
        assert [event.name for event in detail(store).events] == [
            "gen_ai.user.message",
            "gen_ai.choice",
        ]

    def test_a_late_record_changes_its_trace_and_session_and_the_same_again_changes_nothing(
        self, open_store
    ):
        store = open_store()
        put(store, call())
        event = asked(SPAN, "Weather?", trace=ONE)
        changes = tell(store, event)
        assert (changes.trace_ids, changes.session_ids) == ({ONE}, {"s"})
        before = everything(store)
        changes = tell(store, event, asked(SPAN, "Weather?", trace=ONE))
        assert (changes.trace_ids, changes.session_ids) == (set(), set())
        assert everything(store) == before

    def test_what_a_span_says_itself_goes_before_what_log_records_tell(self, open_store):
        store = open_store()
        put(store, call(keys=said(user="attribute")))
        tell(store, asked(SPAN, "record", trace=ONE), answered(SPAN, "record", trace=ONE))
        trace = store.trace("default", ONE)
        assert (trace.input, trace.output) == ("attribute", "record")

    def test_a_trace_of_which_only_log_records_arrived_is_none_yet(self, open_store):
        store = open_store()
        changes = tell(store, asked(SPAN, "Weather?", trace=ONE))
        assert (changes.trace_ids, changes.session_ids) == (set(), set())
        assert store.trace("default", ONE) is None
        assert detail(store) is None
        assert everything(store) == {"sessions": [], "traces": [], "spans": []}
        assert listed(store, "traces", text="Weather") == []
        assert store.stats("default").trace_count == 0
        tell(store, spans=[call(2, trace=TWO)])
        put(store, call())
        assert store.trace("default", ONE).input == "Weather?"
        assert store.trace("default", TWO).input is None

    def test_log_records_wait_for_their_span_over_a_restart(self, open_store, tmp_path):
        store = open_store(tmp_path / "kept")
        tell(store, asked(SPAN, "Weather?", trace=ONE))
        store.close()
        store = open_store(tmp_path / "kept")
        put(store, call(2, trace=TWO), call())
        assert store.trace("default", ONE).input == "Weather?"
        assert store.trace("default", TWO).input is None

    def test_a_record_of_another_span_of_the_trace_waits_for_that_span(self, open_store):
        store = open_store()
        put(store, call(2))
        tell(store, asked(SPAN, "Weather?", trace=ONE))
        assert store.trace("default", ONE).input is None
        assert detail(store, 2).events == []
        put(store, call(at=(1, 2)))
        assert store.trace("default", ONE).input == "Weather?"

    def test_events_of_a_span_and_of_its_log_records_come_back_as_sent_in_order_of_time(
        self, open_store
    ):
        store = open_store()
        own = Event("note", START + 5, {"k": "v" * 200})
        message = {"role": "user", "parts": [{"type": "text", "content": "Weather? " * 50}]}
        attributes = {"gen_ai.input.messages": [message], "short": [1, None, {"a": b"\x00"}]}
        body = {"content": "x" * 300, "deep": [{"y": "z" * 300}], "n": 1.5}
        first = told(SPAN, DETAILS, trace=ONE, at_ns=START + 1, attributes=attributes)
        last = told(SPAN, "gen_ai.user.message", body, trace=ONE, at_ns=START + 9)
        text = told(SPAN, "gen_ai.user.message", "plain", trace=ONE, at_ns=0)
        tell(store, last, first, text)
        put(store, call(events=[own]))
        shown = {**attributes, "short": [1, None, {"a": {"$bytes": "AA=="}}]}
        assert detail(store).events == [
            Event("gen_ai.user.message", 0, {}, "plain", logged=True),
            Event(DETAILS, START + 1, shown, None, logged=True),
            own,
            Event("gen_ai.user.message", START + 9, {}, body, logged=True),
        ]

    def test_a_later_version_of_a_span_keeps_what_log_records_tell(self, open_store):
        store = open_store()
        shared = "shared by both " * 20
        put(store, call(at=(0, 1), keys={"note": shared}))
        tell(store, asked(SPAN, shared, trace=ONE))
        put(store, call(at=(0, 2)))
        assert detail(store).events[0].body == {"content": shared}
        assert detail(store).row.event_count == 1
        assert store.trace("default", ONE).input.startswith("shared by both")
        assert len(listed(store, "spans", text="shared")) == 1

    def test_what_log_records_tell_is_found_on_their_span(self, open_store):
        store = open_store()
        put(store, call(), call(2), call(3, trace=TWO))
        tell(store, asked(SPAN, "marzipan", trace=ONE))
        tell(store, answered(SPAN, "nougat " * 40, trace=ONE))
        for word in ("marzipan", "nougat"):
            assert [row.span_id for row in listed(store, "spans", text=word)] == [SPAN]
            assert [row.trace_id for row in listed(store, "traces", text=word)] == [ONE]
            assert len(listed(store, "sessions", text=word)) == 1

    def test_a_deleted_session_takes_its_log_records_along_and_later_ones_are_dropped(
        self, open_store
    ):
        now = [RECEIVED]
        store = open_store(clock=lambda: now[0])
        put(store, call(), call(3, session="other", trace=TWO))
        waiting = asked(span_id(2), "nougat", trace=ONE)
        tell(store, asked(SPAN, "marzipan", trace=ONE), waiting)
        assert store.delete_session("default", "s")[0].trace_count == 1
        assert listed(store, "spans", text="marzipan") == []
        now[0] += 7 * DAY - 1
        changes = tell(store, asked(SPAN, "late", trace=ONE), waiting)
        assert changes.trace_ids == set()
        now[0] += 1
        put(store, call(), call(2))
        assert [detail(store, number).events for number in (1, 2)] == [[], []]
        assert listed(store, "spans", text="late") == []

    def test_log_records_of_a_trace_that_never_comes_are_forgotten_after_seven_days(
        self, open_store
    ):
        now = [RECEIVED]
        store = open_store(clock=lambda: now[0])
        tell(store, asked(SPAN, "marzipan", trace=ONE))
        now[0] += 7 * DAY - 1
        tell(store, asked(SPAN, "nougat", trace=TWO))
        put(store, call(3, trace="3" * 32))
        now[0] += 3600 * SECOND
        put(store, call(4, trace="4" * 32))
        put(store, call(), call(trace=TWO))
        assert store.trace("default", ONE).input is None
        assert store.trace("default", TWO).input == "nougat"
        assert listed(store, "traces", text="marzipan") == []

    @pytest.mark.parametrize("late_first", [False, True])
    def test_of_more_than_a_thousand_log_records_the_earliest_are_shown_and_the_span_says_so(
        self, open_store, late_first
    ):
        store = open_store()
        events = [
            asked(SPAN, f"number {number}", trace=ONE, at_ns=START + number)
            for number in range(1_003)
        ]
        parts = [events[:500], events[500:]]
        tell(store, *parts[1 if late_first else 0])
        put(store, call())
        assert "log_events_cut" not in detail(store).marks
        tell(store, *parts[0 if late_first else 1])
        shown = detail(store)
        assert shown.marks == ["log_events_cut"]
        assert [event.time_ns - START for event in shown.events] == list(range(1_000))
        assert shown.row.event_count == 1_000
        assert store.trace("default", ONE).input == "number 999"
        assert listed(store, "traces", text='"number 1002"') == []
        assert tell(store, *parts[0], *parts[1]).trace_ids == set()

    def test_of_two_that_report_one_call_the_one_whose_messages_a_record_tells_counts(
        self, open_store
    ):
        for order in permutations(range(2)):
            store = open_store()
            spans = [call(1, at=(0, 9), scope="outer"), call(2, at=(1, 8), scope="inner")]
            writes = [
                lambda store=store, spans=spans: put(store, *spans),
                lambda store=store: tell(store, asked(span_id(2), "Weather?", trace=ONE)),
            ]
            for number in order:
                writes[number]()
            assert detail(store, 1).row.usage_counted_by == span_id(2)
            assert detail(store, 2).row.usage_counted_by is None
            assert store.trace("default", ONE).input_tokens == 10

    def test_a_span_that_is_understood_anew_says_what_its_log_records_tell(self, open_store):
        store = open_store()
        put(store, call())
        tell(store, asked(SPAN, "Weather?", trace=ONE), answered(SPAN, "Mild.", trace=ONE))
        before, events = everything(store), detail(store).events
        (read,) = store.sent("default", after=None, limit=10).items
        (span,) = normalize([read.span], read.received_ns)
        assert store.renew("default", [(read, span)])[0] == 0
        (span,) = normalize([read.span], read.received_ns)
        span.parent_span_id, span.name = span_id(9), "renamed"
        assert store.renew("default", [(read, span)])[0] == 1
        assert store.trace("default", ONE).output == "Mild."
        assert detail(store).row.name == "renamed"
        (again,) = store.sent("default", after=None, limit=10).items
        (span,) = normalize([read.span], read.received_ns)
        assert store.renew("default", [(again, span)])[0] == 1
        assert (everything(store), detail(store).events) == (before, events)
        assert len(listed(store, "spans", text="mild")) == 1

    def test_projects_share_no_log_records(self, open_store):
        store = open_store(projects=("default", "other"))
        tell(store, asked(SPAN, "marzipan", trace=ONE), project="other")
        put(store, call())
        put(store, call(), project="other")
        assert store.trace("default", ONE).input is None
        assert store.trace("other", ONE).input == "marzipan"
        assert listed(store, "traces", text="marzipan") == []

    def test_a_record_that_cannot_be_kept_costs_no_other(self, open_store):
        store = open_store()
        bad = asked("no hex", "bad", trace=ONE)
        good = asked(SPAN, "good", trace=ONE)
        batch = SpanBatch("default", normalize([call()], RECEIVED), 100, events=[bad, good])
        ((refused,),), _ = store.write([batch])
        assert (refused.trace_id, refused.span_id, refused.name) == (
            ONE,
            "no hex",
            "gen_ai.user.message",
        )
        assert store.trace("default", ONE).input == "good"
