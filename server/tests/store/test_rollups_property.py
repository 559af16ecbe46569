"""Hundreds of generated sessions through normalize and store, judged by the naive recomputation."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from pathlib import Path
from random import Random
from typing import Any

import pytest
from oracle.generate import PRICED_MODELS, RECEIVED_NS, Story, deliver, generate, generate_siblings
from oracle.recompute import Expected, recompute
from store.projects import open_with_projects

from threadline_server.model.span import Cost, DecodedSpan, Span
from threadline_server.normalize.pipeline import normalize
from threadline_server.store.contract import ListQuery, Noun, SpanBatch, SpanStore
from threadline_server.store.sqlite import remembered
from threadline_server.store.sqlite.store import DATABASE

SEEDS = range(520)
SHARDS = 8
# Prices of models that nobody sells, in binary fractions so that sums are exact.
PRICES = {PRICED_MODELS[0]: 1 / 4096, PRICED_MODELS[1]: 0.0}
UNORDERED = {"user_ids", "models", "tags"}
DETAIL_FIELDS = ("key_counts", "conflict_trace_count")
# Previews, payloads and titles are judged by normalize's own tests.
SPAN_FIELDS_UNJUDGED = {"input", "output", "status_message", "provider", "agent_name", "tool_name"}


@pytest.fixture(autouse=True, params=["remembered", "read again"])
def totals_are(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small traces and sessions grow in memory from commit to commit, or are read from the store
    each time.
    """
    if request.param == "remembered":
        monkeypatch.setattr(remembered, "REMEMBERED_FROM", 0)
    else:
        monkeypatch.setattr(remembered, "REMEMBERED_FROM", 1_000_000)
        monkeypatch.setattr(remembered, "REMEMBERED_PARTS", 0)


def names(prefix: str, seeds: range) -> list[str]:
    return [f"{prefix}-{seed}" for seed in seeds]


def price(model: str | None, tokens: dict[str, int | None]) -> float | None:
    if model not in PRICES:
        return None
    return PRICES[model] * ((tokens["input"] or 0) + (tokens["output"] or 0))


def normalized(spans: list[DecodedSpan]) -> list[Span]:
    """Canonical spans, priced by the list above where they report tokens and no cost."""
    understood = normalize(spans, RECEIVED_NS)
    for span in understood:
        tokens = {"input": span.tokens.input, "output": span.tokens.output}
        if span.tokens.reported and span.cost.source is None:
            total = price(span.model, tokens)
            if total is not None:
                span.cost = Cost(total=total, source="computed")
    return understood


def send(
    store: SpanStore, project: str, commits: list[list[list[DecodedSpan]]]
) -> tuple[set[str], set[str]]:
    """Write commit by commit; gives the trace and session ids that were announced as changed."""
    traces: set[str] = set()
    sessions: set[str] = set()
    for commit in commits:
        batches = [SpanBatch(project, normalized(request), 1000) for request in commit]
        rejected, changes = store.write(batches)
        assert rejected == [[] for _ in batches]
        for change in changes:
            assert change.project == project
            traces |= change.trace_ids
            sessions |= change.session_ids
    return traces, sessions


def every_row(store: SpanStore, project: str, noun: Noun, sort: str, identity: str) -> list[Any]:
    """A whole list, in pages of seven."""
    rows: list[Any] = []
    after = None
    while True:
        query = ListQuery(
            project=project, noun=noun, sort=sort, descending=False, limit=7, after=after
        )
        page = getattr(store, noun)(query)
        rows += page.rows
        if not page.more:
            return rows
        after = (getattr(page.rows[-1], sort), getattr(page.rows[-1], identity))


def shown(store: SpanStore, project: str) -> dict[str, dict[Any, dict[str, Any]]]:
    """What the store's contract tells of one project, by noun and id."""
    sessions = {}
    for row in every_row(store, project, "sessions", "end_ns", "session_id"):
        detail = store.session(project, row.session_id)
        assert detail is not None
        assert detail.row == row
        sessions[row.session_id] = dataclasses.asdict(row) | {
            field: getattr(detail, field) for field in DETAIL_FIELDS
        }
    traces = {}
    spans = {}
    for row in every_row(store, project, "traces", "start_ns", "trace_id"):
        assert store.trace(project, row.trace_id) == row
        traces[row.trace_id] = dataclasses.asdict(row)
        for span in store.trace_spans(project, row.trace_id, limit=10_000, after=None).rows:
            spans[row.trace_id, span.span_id] = dataclasses.asdict(span)
    return {"session": sessions, "trace": traces, "span": spans}


def same(field: str, got: Any, expected: Any) -> bool:
    if field == "usage_counted_by":
        return got in expected
    if field in UNORDERED:
        return sorted(got) == sorted(expected)
    if field.endswith("_cost") and got is not None and expected is not None:
        return bool(abs(got - expected) <= 1e-9 * max(1.0, abs(expected)))
    return bool(got == expected)


def differences(
    store: SpanStore, project: str, expected: Expected, *, spans: bool = True
) -> list[str]:
    """One line for each field that is not what the rules say."""
    lines = []
    got = shown(store, project)
    wanted: dict[str, Any] = {"session": expected.sessions, "trace": expected.traces}
    if spans:
        wanted["span"] = expected.spans
    for noun, by_id in wanted.items():
        for identity in sorted(got[noun].keys() | by_id.keys(), key=str):
            if identity not in by_id or identity not in got[noun]:
                where = "in the store alone" if identity in got[noun] else "missing"
                lines.append(f"{noun} {identity}: {where}")
                continue
            row = got[noun][identity]
            lines += [
                f"{noun} {identity}: {field} is {row[field]!r}, must be {value!r}"
                for field, value in by_id[identity].items()
                if not same(field, row[field], value)
            ]
    return lines


def counts(expected: Expected) -> tuple[int, int, int]:
    return len(expected.spans), len(expected.traces), len(expected.sessions)


def judge(store: SpanStore, project: str, story: Story, expected: Expected, when: str) -> None:
    lines = differences(store, project, expected)
    shortest = "\n".join(lines[:12])
    assert not lines, f"seed {story.seed}, {when}: {len(lines)} fields differ\n{shortest}"
    stats = store.stats(project)
    assert (stats.span_count, stats.trace_count, stats.session_count) == counts(expected)


@pytest.mark.parametrize("shard", range(SHARDS))
def test_generated_sessions_are_shown_as_a_naive_recomputation_says(shard, tmp_path):
    seeds = SEEDS[shard::SHARDS]
    store = open_with_projects(tmp_path, names("project", seeds))
    try:
        for seed in seeds:
            story = generate(seed)
            project = f"project-{seed}"
            traces, sessions = send(store, project, deliver(Random(seed), story.sent))
            expected = recompute(story.sent, RECEIVED_NS, price)
            judge(store, project, story, expected, "after all was sent")
            assert traces == expected.traces.keys()
            assert sessions >= expected.sessions.keys()
    finally:
        store.close()


def test_of_siblings_that_look_alike_each_call_counts_once(tmp_path):
    seeds = range(300)
    store = open_with_projects(tmp_path, names("project", seeds))
    try:
        for seed in seeds:
            story = generate_siblings(seed)
            send(store, f"project-{seed}", [[story.sent]])
            expected = recompute(story.sent, RECEIVED_NS, price)
            judge(store, f"project-{seed}", story, expected, "siblings alone")
    finally:
        store.close()


@pytest.mark.parametrize("shard", range(4))
def test_after_every_single_commit_the_totals_are_those_of_what_was_sent_so_far(shard, tmp_path):
    seeds = range(1000 + shard, 1080, 4)
    store = open_with_projects(tmp_path, names("project", seeds))
    try:
        for seed in seeds:
            story = generate(seed)
            so_far: list[DecodedSpan] = []
            for number, commit in enumerate(deliver(Random(seed), story.sent)):
                send(store, f"project-{seed}", [commit])
                so_far += [span for request in commit for span in request]
                expected = recompute(so_far, RECEIVED_NS, price)
                judge(store, f"project-{seed}", story, expected, f"after commit {number}")
    finally:
        store.close()


@pytest.mark.parametrize("shard", range(2))
def test_two_orders_of_delivery_end_in_the_same_rows_even_for_versions_that_tie(shard, tmp_path):
    seeds = range(2000 + shard, 2060, 2)
    both = names("one", seeds) + names("other", seeds)
    store = open_with_projects(tmp_path, both)
    try:
        for seed in seeds:
            story = generate(seed)
            random = Random(seed)
            tied = [
                dataclasses.replace(span, name=f"tied {random.random()}")
                for span in story.sent
                if random.random() < 0.2
            ]
            for project in ("one", "other"):
                send(store, f"{project}-{seed}", deliver(random, story.sent + tied))
            one, other = shown(store, f"one-{seed}"), shown(store, f"other-{seed}")
            for rows in (one, other):
                for row in rows["session"].values():
                    for field in UNORDERED:
                        row[field].sort()
            assert one == other, f"seed {seed}"
    finally:
        store.close()


def without(sent: list[DecodedSpan], trace_ids: set[str]) -> list[DecodedSpan]:
    return [span for span in sent if span.trace_id not in trace_ids]


@pytest.mark.parametrize("shard", range(2))
def test_a_deleted_session_is_gone_and_later_spans_of_its_traces_are_dropped(shard, tmp_path):
    seeds = range(3000 + shard, 3080, 2)
    store = open_with_projects(tmp_path, names("project", seeds))
    try:
        for seed in seeds:
            story = generate(seed)
            random = Random(seed)
            project = f"project-{seed}"
            send(store, project, deliver(random, story.sent))
            before = recompute(story.sent, RECEIVED_NS, price)
            if not before.sessions:
                continue
            session_id = random.choice(sorted(before.sessions))
            trace_ids = {
                trace_id
                for trace_id, trace in before.traces.items()
                if trace["session_id"] == session_id
            }
            found = store.delete_session(project, session_id)
            assert found is not None
            removed, changes = found
            assert removed.trace_count == before.sessions[session_id]["trace_count"]
            assert removed.span_count == before.sessions[session_id]["span_count"]
            assert changes.trace_ids >= trace_ids
            assert session_id in changes.session_ids
            after = recompute(without(story.sent, trace_ids), RECEIVED_NS, price)
            judge(store, project, story, after, "after a deletion")
            assert store.delete_session(project, session_id) is None
            send(store, project, deliver(random, story.sent))
            judge(store, project, story, after, "after everything was sent again")
    finally:
        store.close()


def delete_one(
    store: SpanStore, project: str, random: Random, so_far: list[DecodedSpan]
) -> set[str]:
    """Delete one session of those that there are; the ids of its traces."""
    before = recompute(so_far, RECEIVED_NS, price)
    if not before.sessions:
        return set()
    session_id = random.choice(sorted(before.sessions))
    found = store.delete_session(project, session_id)
    assert found is not None
    return {
        trace_id for trace_id, trace in before.traces.items() if trace["session_id"] == session_id
    }


def values_of_traces(data_dir: Path) -> tuple[set[Any], set[Any]]:
    """Members of lists and metadata as the index has them, and as the rows of traces tell them."""
    database = sqlite3.connect(data_dir / DATABASE)
    kept = set(database.execute("SELECT trace_no, field, substr(value, 1, 50) FROM trace_values"))
    told: set[Any] = set()
    query = "SELECT trace_no, models, tags, metadata FROM traces"
    for number, models, tags, metadata in database.execute(query):
        told |= {(number, "models", each[:50]) for each in json.loads(models)}
        told |= {(number, "tags", each[:50]) for each in json.loads(tags)}
        for key, value in json.loads(metadata).items():
            told.add((number, "metadata", key))
            text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
            if not isinstance(value, float):
                told.add((number, f"metadata.{key}", text[:50]))
    database.close()
    return kept, told


@pytest.mark.parametrize("shard", range(2))
def test_commits_deletions_and_restarts_in_any_order_end_in_the_totals_of_what_is_left(
    shard, tmp_path
):
    seeds = range(4000 + shard, 4060, 2)
    store = open_with_projects(tmp_path, names("project", seeds))
    try:
        for seed in seeds:
            story = generate(seed)
            random = Random(seed)
            project = f"project-{seed}"
            so_far: list[DecodedSpan] = []
            gone: set[str] = set()
            for commit in deliver(random, story.sent):
                send(store, project, [commit])
                so_far += [span for request in commit for span in request]
                left = without(so_far, gone)
                if random.random() < 0.2:
                    gone |= delete_one(store, project, random, left)
                if random.random() < 0.2:
                    store.close()
                    store = open_with_projects(tmp_path, [])
            expected = recompute(without(story.sent, gone), RECEIVED_NS, price)
            judge(store, project, story, expected, "after deletions and restarts")
        kept, told = values_of_traces(tmp_path)
        assert kept == told
    finally:
        store.close()
