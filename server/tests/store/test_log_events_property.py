"""Generated sessions whose model calls speak by log records, in every order and batching."""

from __future__ import annotations

import dataclasses
import json
from random import Random
from typing import Any

import pytest
from log_events import DETAILS, answered, asked, told
from oracle.generate import RECEIVED_NS, deliver, generate
from store.projects import open_with_projects

from threadline_server.model.log_record import LogEvent
from threadline_server.model.span import DecodedSpan
from threadline_server.normalize.pipeline import canonical, carried, normalize
from threadline_server.store.contract import ListQuery, Noun, SpanBatch, SpanStore
from threadline_server.store.sqlite import remembered

Sent = DecodedSpan | LogEvent
IDS: dict[Noun, tuple[str, ...]] = {
    "sessions": ("session_id",),
    "traces": ("trace_id",),
    "spans": ("trace_id", "span_id"),
}
UNORDERED = ("user_ids", "models", "tags")


@pytest.fixture(autouse=True, params=["remembered", "read again"])
def traces_are(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small traces grow in memory from commit to commit, or are read from the store each time."""
    least = 0 if request.param == "remembered" else 1_000_000
    monkeypatch.setattr(remembered, "REMEMBERED_FROM", least)


def send(store: SpanStore, project: str, commits: list[list[list[Sent]]]) -> None:
    """Write commit by commit; each request as the spans and the log events that it holds."""
    for commit in commits:
        batches = [
            SpanBatch(
                project,
                normalize([each for each in request if isinstance(each, DecodedSpan)], RECEIVED_NS),
                1000,
                events=[each for each in request if isinstance(each, LogEvent)],
            )
            for request in commit
        ]
        rejected, _ = store.write(batches)
        assert rejected == [[] for _ in batches]


def shown(store: SpanStore, project: str) -> dict[str, dict[tuple[str, ...], dict[str, Any]]]:
    """Every row of a project, and what each span's page says, by noun and id."""
    state: dict[str, dict[tuple[str, ...], dict[str, Any]]] = {}
    for noun, fields in IDS.items():
        query = ListQuery(project, noun, "start_ns", descending=False, limit=100_000)
        rows = [dataclasses.asdict(row) for row in getattr(store, noun)(query).rows]
        for row in rows:
            row.update({name: sorted(row[name]) for name in UNORDERED if name in row})
        state[noun] = {tuple(row[name] for name in fields): row for row in rows}
    for (trace_id, span_id), row in state["spans"].items():
        detail = store.span(project, trace_id, span_id)
        assert detail is not None
        row["detail"] = dataclasses.asdict(detail)
    return state


def lines(random: Random, span: DecodedSpan) -> tuple[str | None, str | None]:
    """What a user and a model say in a call, if anything."""
    number = random.randrange(1_000_000)
    user = f"What is {number}?" if random.random() < 0.8 else None
    assistant = f"It is {number + 1}." if random.random() < 0.8 else None
    return user, assistant


def as_records(
    random: Random, span: DecodedSpan, user: str | None, assistant: str | None
) -> list[LogEvent]:
    """The same lines as log records: an event for each, or one with everything."""
    where: dict[str, Any] = {"trace": span.trace_id, "at_ns": span.start_ns}
    if random.random() < 0.5:
        attributes = {}
        for key, role, text in (("input", "user", user), ("output", "assistant", assistant)):
            if text is not None:
                parts = [{"type": "text", "content": text}]
                attributes[f"gen_ai.{key}.messages"] = [{"role": role, "parts": parts}]
        return [told(span.span_id, DETAILS, **where, attributes=attributes)]
    found = [] if user is None else [asked(span.span_id, user, **where)]
    return found if assistant is None else [*found, answered(span.span_id, assistant, **where)]


def as_attributes(span: DecodedSpan, user: str | None, assistant: str | None) -> DecodedSpan:
    """The span as it would be had it said itself what its records tell; it speaks for itself
    where it has messages.
    """
    attributes, own = dict(span.attributes), carried(span.attributes, "llm")
    if user is not None and not own.input_messages:
        attributes["gen_ai.input.messages"] = json.dumps([{"role": "user", "content": user}])
    if assistant is not None and not own.output_messages:
        said = [{"role": "assistant", "content": assistant}]
        attributes["gen_ai.output.messages"] = json.dumps(said)
    return dataclasses.replace(span, attributes=attributes)


def one_version_of_each(sent: list[DecodedSpan]) -> list[DecodedSpan]:
    """Spans that are there once and announce no other."""
    first: dict[tuple[str, str], DecodedSpan] = {}
    for span in sent:
        if not canonical(span, RECEIVED_NS).pending:
            first.setdefault((span.trace_id, span.span_id), span)
    return list(first.values())


@pytest.mark.parametrize("shard", range(2))
def test_log_records_give_the_totals_that_attributes_with_the_same_messages_would(shard, tmp_path):
    seeds = range(4000 + shard, 4060, 2)
    names = [f"{kind}-{seed}" for seed in seeds for kind in ("told", "said")]
    store = open_with_projects(tmp_path, names)
    heard = 0
    try:
        for seed in seeds:
            random = Random(seed)
            spans = one_version_of_each(generate(seed).sent)
            events: list[LogEvent] = []
            speaking = []
            for span in spans:
                if canonical(span, RECEIVED_NS).type != "llm":
                    speaking.append(span)
                    continue
                user, assistant = lines(random, span)
                events += as_records(random, span, user, assistant)
                speaking.append(as_attributes(span, user, assistant))
            send(store, f"told-{seed}", deliver(random, [*spans, *events]))
            send(store, f"said-{seed}", [[speaking]])
            by_records, by_attributes = shown(store, f"told-{seed}"), shown(store, f"said-{seed}")
            for state in (by_records, by_attributes):
                for row in state["spans"].values():
                    del row["detail"], row["event_count"]
            assert by_records == by_attributes, f"seed {seed}"
            heard += sum(row["first_input"] is not None for row in by_records["sessions"].values())
        assert heard > 20
    finally:
        store.close()


@pytest.mark.parametrize("shard", range(2))
def test_spans_and_log_records_make_the_same_rows_in_every_order_and_batching(shard, tmp_path):
    seeds = range(5000 + shard, 5050, 2)
    names = [f"{kind}-{seed}" for seed in seeds for kind in ("one", "other", "whole")]
    store = open_with_projects(tmp_path, names)
    try:
        for seed in seeds:
            random = Random(seed)
            spans = generate(seed).sent
            events = [
                event
                for span in spans
                if random.random() < 0.6
                for event in as_records(random, span, *lines(random, span))
            ]
            sent: list[Sent] = [*spans, *events]
            send(store, f"one-{seed}", deliver(random, sent))
            send(store, f"other-{seed}", deliver(random, sent))
            send(store, f"whole-{seed}", [[events], [spans]])
            one, other, whole = (
                shown(store, f"{name}-{seed}") for name in ("one", "other", "whole")
            )
            assert one == other, f"seed {seed}"
            assert one == whole, f"seed {seed}"
    finally:
        store.close()
