"""What understanding and pricing stored spans anew promises, whatever store does it."""

from __future__ import annotations

import copy
import dataclasses
from random import Random
from typing import Any

import pytest
from log_events import answered, asked
from oracle.generate import deliver, generate
from oracle.small import RECEIVED, a_span, span_id, usage
from store.shelf import everything, listed, put

from threadline_server.errors import ThreadlineError
from threadline_server.model.previews import Previews
from threadline_server.model.price import OwnPrice, Rates
from threadline_server.model.span import Claim, Cost, DecodedSpan, Span, Tokens
from threadline_server.normalize.pipeline import normalize
from threadline_server.normalize.prices.table import PriceTable
from threadline_server.store.contract import Changes, Repriced, SpanBatch, SpanStore

ONE, TWO = "1" * 32, "2" * 32
PRICES = PriceTable([OwnPrice("m", None, Rates(input=1_000_000.0, output=0.0))])


def written_by_older_rules(store: SpanStore, random: Random, sent: list[DecodedSpan]) -> None:
    """Store spans as rules would that understood much otherwise, commit by commit."""
    for commit in deliver(random, sent):
        for request in commit:
            spans = [misunderstood(span, random) for span in normalize(request, RECEIVED)]
            assert store.write([SpanBatch("default", spans, 1000)])[0] == [[]]


def misunderstood(span: Span, random: Random) -> Span:
    """What another version might have made of a span; what tells its versions apart stays."""
    other = copy.copy(span)
    if random.random() < 0.3:
        return other
    other.normalizer_version = 0
    other.session = random.choice((None, Claim("guess", "k", 1), Claim("other", "k", 2)))
    other.type = random.choice(("llm", "agent", "tool", "span"))
    other.status = random.choice(("ok", "error", "unset"))
    other.status_message = "said otherwise"
    other.tokens = random.choice((Tokens(), Tokens(5, 5), span.tokens))
    other.cost = random.choice((Cost(), Cost(1.0, 1.0, 2.0, "reported"), span.cost))
    other.response_model = random.choice((None, "m"))
    other.tags, other.metadata = ["old"], {"old": True}
    other.previews = Previews(asked="hello", has_messages=random.random() < 0.5)
    if random.random() < 0.3:
        other.start_ns = max(span.start_ns - 1_000_000, 10**18)
    if random.random() < 0.3:
        other.parent_span_id = random.choice((None, "f" * 16))
    return other


def renewed(
    store: SpanStore, *, limit: int = 7, prices: PriceTable | None = None
) -> tuple[int, list[Changes]]:
    """Walk over all spans and put what today's rules make of them in their place."""
    cursor, count, changes = None, 0, []
    while True:
        walked = store.sent("default", after=cursor, limit=limit)
        pairs = [
            (read, normalize([read.span], read.received_ns, prices)[0]) for read in walked.items
        ]
        changed, told = store.renew("default", pairs)
        count += changed
        changes.append(told)
        cursor = walked.next_cursor
        if cursor is None:
            return count, changes


def repriced(store: SpanStore, prices: PriceTable, *, limit: int = 7) -> int:
    """Walk over all spans and give those that report no cost the one that prices say."""
    cursor, count = None, 0
    while True:
        walked = store.unreported("default", after=cursor, limit=limit)
        costs = [
            Repriced(each.trace_id, each.span_id, each.version, cost)
            for each in walked.items
            if (
                cost := prices.cost(
                    each.tokens,
                    provider=each.provider,
                    response_model=each.response_model,
                    request_model=each.request_model,
                    time_ns=each.start_ns,
                )
            )
            != each.cost
        ]
        count += store.reprice("default", costs)[0]
        cursor = walked.next_cursor
        if cursor is None:
            return count


def in_depth(store: SpanStore) -> dict[str, Any]:
    """All rows, and of every session and span what its own page shows."""
    rows = everything(store)
    details = [store.span("default", row["trace_id"], row["span_id"]) for row in rows["spans"]]
    sessions = [store.session("default", row["session_id"]) for row in rows["sessions"]]
    return rows | {
        "span details": [dataclasses.asdict(each) for each in details],
        "session details": [dataclasses.asdict(each) for each in sessions],
    }


class RenewalBattery:
    """Tests of `sent`, `renew`, `unreported` and `reprice`."""

    @pytest.mark.parametrize("seed", range(12))
    def test_what_older_rules_stored_becomes_what_sending_it_again_gives(self, open_store, seed):
        story = generate(seed)
        store, fresh = open_store(), open_store()
        written_by_older_rules(store, Random(seed), story.sent)
        renewed(store, limit=1 + seed % 9, prices=PRICES)
        spans = normalize(story.sent, RECEIVED, PRICES)
        fresh.write([SpanBatch("default", spans, 1000)])
        assert in_depth(store) == in_depth(fresh)

    def test_what_today_s_rules_stored_stays_as_it_is_and_nobody_hears_of_it(self, open_store):
        store = open_store()
        put(store, *generate(3).sent)
        before = in_depth(store)
        count, changes = renewed(store)
        assert count == 0
        assert all(not told.trace_ids and not told.session_ids for told in changes)
        assert in_depth(store) == before

    def test_a_second_renewal_finds_nothing_to_do_and_sending_again_changes_nothing(
        self, open_store
    ):
        store = open_store()
        story = generate(5)
        written_by_older_rules(store, Random(5), story.sent)
        assert renewed(store)[0] > 0
        assert renewed(store)[0] == 0
        before = in_depth(store)
        changes = put(store, *story.sent)
        assert (changes.trace_ids, changes.session_ids) == (set(), set())
        assert in_depth(store) == before

    def test_every_span_is_walked_over_once_as_it_was_sent(self, open_store):
        store = open_store()
        sent = [a_span(number, trace=trace) for trace in (ONE, TWO) for number in range(1, 8)]
        put(store, *sent)
        walked, cursor = [], None
        while True:
            stretch = store.sent("default", after=cursor, limit=3)
            walked += [each.span for each in stretch.items]
            assert stretch.span_count == len(stretch.items) <= 3
            cursor = stretch.next_cursor
            if cursor is None:
                break
        assert walked == sent

    @pytest.mark.parametrize("cursor", ["", "x", "1:zz", "1", ":", "99999999999999999999:00"])
    def test_a_cursor_that_is_none_is_refused(self, open_store, cursor):
        store = open_store()
        for walk in (store.sent, store.unreported):
            with pytest.raises(ThreadlineError) as refused:
                walk("default", after=cursor, limit=1)
            assert (refused.value.status, refused.value.code) == (400, "wrong_cursor")

    def test_a_span_that_came_in_another_version_since_it_was_read_is_left_alone(self, open_store):
        store = open_store()
        put(store, a_span(1, trace=ONE, at=(0, 1), keys=usage(10)))
        (read,) = store.sent("default", after=None, limit=9).items
        (cost,) = store.unreported("default", after=None, limit=9).items
        put(store, a_span(1, trace=ONE, at=(0, 2), keys=usage(20)))
        before = in_depth(store)
        (span,) = normalize([read.span], read.received_ns)
        span.name = "older"
        assert store.renew("default", [(read, span)])[0] == 0
        each = Repriced(cost.trace_id, cost.span_id, cost.version, Cost(total=1.0))
        assert store.reprice("default", [each])[0] == 0
        assert in_depth(store) == before

    def test_what_was_deleted_since_it_was_read_does_not_come_back(self, open_store):
        store = open_store()
        keys = {"session.id": "s", **usage(10)}
        put(store, a_span(1, trace=ONE, keys=keys))
        (read,) = store.sent("default", after=None, limit=9).items
        (cost,) = store.unreported("default", after=None, limit=9).items
        store.delete_session("default", "s")
        (span,) = normalize([read.span], read.received_ns)
        assert store.renew("default", [(read, span)])[0] == 0
        each = Repriced(cost.trace_id, cost.span_id, cost.version, Cost(total=1.0))
        assert store.reprice("default", [each])[0] == 0
        assert everything(store) == {"sessions": [], "traces": [], "spans": []}

    @pytest.mark.parametrize("seed", range(6))
    def test_repricing_leaves_what_sending_again_at_those_prices_gives(self, open_store, seed):
        prices = PriceTable(
            [OwnPrice("nimbus*", None, Rates(input=244.140625, output=244.140625, cache_read=0.0))]
        )
        story = generate(seed)
        store, fresh = open_store(), open_store()
        put(store, *story.sent)
        repriced(store, prices, limit=1 + seed)
        fresh.write([SpanBatch("default", normalize(story.sent, RECEIVED, prices), 1000)])
        assert in_depth(store) == in_depth(fresh)
        assert repriced(store, prices) == 0
        repriced(store, PriceTable())
        put(original := open_store(), *story.sent)
        assert in_depth(store) == in_depth(original)

    def test_a_price_moves_totals_of_calls_alone_and_what_is_reported_stays(self, open_store):
        store = open_store()
        put(
            store,
            a_span(1, trace=ONE, keys={"session.id": "s", **usage(30, operation="invoke_agent")}),
            a_span(2, 1, trace=ONE, keys=usage(10)),
            a_span(3, 1, trace=ONE, keys=usage(20, 5.0)),
            a_span(4, 1, trace=ONE, keys=usage(40, model="unheard-of")),
        )
        assert store.session("default", "s").row.total_cost == 5.0
        assert store.session("default", "s").row.unpriced_calls == 2
        assert repriced(store, PRICES) == 2
        costs = {row.span_id[-1]: row.total_cost for row in listed(store, "spans")}
        assert costs == {"1": 30.0, "2": 10.0, "3": 5.0, "4": None}
        for row in (store.session("default", "s").row, store.trace("default", ONE)):
            assert (row.total_cost, row.unpriced_calls) == (15.0, 1)

    def test_what_log_records_tell_of_a_span_stays_with_it(self, open_store):
        store, fresh = open_store(), open_store()
        sent = [a_span(number, trace=ONE, keys=usage(10)) for number in range(1, 9)]
        for number in range(1, 9):
            told = [
                asked(span_id(number), "Weather?", trace=ONE),
                answered(span_id(number), "Mild.", trace=ONE),
            ]
            for each in (store, fresh):
                each.write([SpanBatch("default", [], 100, events=told)])
        written_by_older_rules(store, Random(4), sent)
        put(fresh, *sent)
        assert renewed(store)[0] > 0
        assert in_depth(store) == in_depth(fresh)
        assert {row.output for row in listed(store, "spans")} == {"Mild."}
        assert renewed(store)[0] == 0
