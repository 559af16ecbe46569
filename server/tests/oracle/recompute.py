"""Recompute sessions, traces and spans from everything that was ever sent, in any order.

The naive counterpart of the product's normalization and rollups: it reads the rules of the design
and shares no code with what it judges. Results are keyed like the store contract's row structs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from oracle.reading import Fact, read
from oracle.usage import Price, Usage, count_usage, total_cost

from threadline_server.model.span import DecodedSpan

Fields = dict[str, Any]


@dataclass
class Expected:
    """Field values by id: sessions by session id, traces by trace id, spans by both ids."""

    sessions: dict[str, Fields]
    traces: dict[str, Fields]
    spans: dict[tuple[str, str], Fields]


@dataclass
class _Trace:
    trace_id: str
    facts: list[Fact]
    usage: Usage
    fields: Fields


def no_price(model: str | None, tokens: dict[str, int | None]) -> float | None:
    """A price list without prices."""
    return None


def surviving(sent: Iterable[DecodedSpan], received_ns: int) -> list[Fact]:
    """Rule 10: one version of each span, whatever the order.

    Of versions equal in all but content the greater content hash wins, which no reading of the
    rules can predict: the caller sends none.
    """
    kept: dict[tuple[str, str], Fact] = {}
    for span in sent:
        fact = read(span, received_ns)
        identity = (fact.trace_id, fact.span_id)
        if identity not in kept or _precedence(fact) > _precedence(kept[identity]):
            kept[identity] = fact
    return list(kept.values())


def _precedence(fact: Fact) -> tuple[bool, int, int]:
    """A real span before one that stands in, then the later end (none: earliest), then more
    attributes."""
    return (not fact.pending, -1 if fact.end is None else fact.end, fact.attribute_count)


def _union(intervals: list[tuple[int, int]]) -> int:
    """Nanoseconds covered by at least one interval."""
    points = sorted({point for interval in intervals for point in interval})
    return sum(
        right - left
        for left, right in pairwise(points)
        if any(start <= left and right <= end for start, end in intervals)
    )


def _root(facts: list[Fact]) -> Fact | None:
    """Rule 1: the span without parent, of several the earliest started.

    A span at which a cycle was broken has a parent, so it is no root.
    """
    without = [fact for fact in facts if fact.parent_id is None]
    return min(without, key=lambda fact: fact.order) if without else None


def _decide(facts: list[Fact], root: Fact | None) -> Fact | None:
    """Of the spans that have a value: the root, else the earliest started."""
    if root is not None and root in facts:
        return root
    return min(facts, key=lambda fact: fact.order) if facts else None


def _session(facts: list[Fact], root: Fact | None) -> Fields:
    for rank in (1, 2):
        claiming = [fact for fact in facts if fact.claim is not None and fact.claim.rank == rank]
        decider = _decide(claiming, root)
        if decider is not None and decider.claim is not None:
            values = {fact.claim.value for fact in claiming if fact.claim is not None}
            return {
                "session_id": decider.claim.value,
                "session_key": decider.claim.key,
                "session_span_id": decider.span_id,
                "session_conflict": len(values) > 1,
            }
    return {
        "session_id": None,
        "session_key": None,
        "session_span_id": None,
        "session_conflict": False,
    }


def _metadata(facts: list[Fact], root: Fact | None) -> Fields:
    keys = {key for fact in facts for key in fact.metadata}
    decided = {key: _decide([f for f in facts if key in f.metadata], root) for key in keys}
    return {key: fact.metadata[key] for key, fact in decided.items() if fact is not None}


def _last_known(fact: Fact) -> int:
    """The end of a span; of a running one its start."""
    return fact.start if fact.end is None else fact.end


def _first_input(facts: list[Fact], root: Fact | None) -> str | None:
    """Rule 8; "descendant LLM span" taken as any of the trace, since what is missing between it
    and the root may still arrive, and as the earliest-started that has a user message."""
    if root is not None and root.input is not None:
        return root.input
    asked = [fact for fact in facts if fact.type == "llm" and fact.first_user is not None]
    return min(asked, key=lambda fact: fact.order).first_user if asked else None


def _last_output(facts: list[Fact], root: Fact | None) -> str | None:
    if root is not None and root.output is not None:
        return root.output
    # As in the trace's own end, a running span's start is the last that is known of it; ties as
    # in rule 1.
    answered = [fact for fact in facts if fact.type == "llm" and fact.last_assistant is not None]
    if not answered:
        return None
    latest = max(_last_known(fact) for fact in answered)
    return min(
        (fact for fact in answered if _last_known(fact) == latest), key=lambda fact: fact.order
    ).last_assistant


def _step_count(facts: list[Fact], root: Fact | None) -> int:
    """A workflow is a root with two direct children or more, none of them an llm."""
    if root is None:
        return 0
    children = [f for f in facts if f.parent_id == root.span_id and f is not root]
    workflow = len(children) >= 2 and all(child.type != "llm" for child in children)
    return len(children) if workflow else 0


def _covered(facts: list[Fact], type_name: str) -> int:
    return _union([(f.start, f.end) for f in facts if f.type == type_name and f.end is not None])


def _token_sums(traces: list[tuple[list[Fact], Usage]]) -> Fields:
    counting = [
        fact for facts, usage in traces for fact in facts if fact.span_id in usage.token_ids
    ]

    def total(kind: str) -> int:
        return sum(fact.tokens[kind] or 0 for fact in counting)

    return {
        "input_tokens": total("input"),
        "output_tokens": total("output"),
        "total_tokens": total("input") + total("output"),
        "cache_read_tokens": total("cache_read"),
    }


def _trace(trace_id: str, facts: list[Fact], price: Price) -> _Trace:
    root = _root(facts)
    usage = count_usage(facts, price)
    errors = [fact for fact in facts if fact.status == "error"]
    name = root or min(facts, key=lambda fact: fact.order)
    user = _decide([fact for fact in facts if fact.user is not None], root)
    start = min(fact.start for fact in facts)
    # Rule 4 with a running span: its start is the last that is known of it.
    end = max(_last_known(fact) for fact in facts)
    fields: Fields = {
        "trace_id": trace_id,
        "name": name.name,
        **_session(facts, root),
        "user_id": user.user if user is not None else None,
        "start_ns": start,
        "end_ns": end,
        "duration_ns": end - start,
        "status": "error" if errors else root.status if root is not None else "unset",
        "span_count": len(facts),
        "error_count": len(errors),
        **_token_sums([(facts, usage)]),
        "total_cost": total_cost([usage]),
        "unpriced_calls": len(usage.unpriced_ids),
        "models": sorted({fact.model for fact in facts if fact.model is not None}),
        "tags": sorted({tag for fact in facts for tag in fact.tags}),
        "metadata": _metadata(facts, root),
        "input": _first_input(facts, root),
        "output": _last_output(facts, root),
        "root_span_id": root.span_id if root is not None else None,
        "running": any(fact.end is None for fact in facts),
        "step_count": _step_count(facts, root),
        "model_ns": _covered(facts, "llm"),
        "tool_ns": _covered(facts, "tool"),
    }
    return _Trace(trace_id, facts, usage, fields)


def _session_totals(session_id: str, traces: list[_Trace]) -> Fields:
    rows = [trace.fields for trace in traces]
    start = min(row["start_ns"] for row in rows)
    end = max(row["end_ns"] for row in rows)
    asked = [row for row in rows if row["input"] is not None]
    answered = [row for row in rows if row["output"] is not None]
    keys = [row["session_key"] for row in rows]
    return {
        "session_id": session_id,
        "start_ns": start,
        "end_ns": end,
        "duration_ns": end - start,
        "active_ns": _union([(row["start_ns"], row["end_ns"]) for row in rows]),
        "trace_count": len(rows),
        "span_count": sum(row["span_count"] for row in rows),
        "error_count": sum(row["error_count"] for row in rows),
        "error_trace_count": sum(row["error_count"] > 0 for row in rows),
        **_token_sums([(trace.facts, trace.usage) for trace in traces]),
        "total_cost": total_cost([trace.usage for trace in traces]),
        "unpriced_calls": sum(row["unpriced_calls"] for row in rows),
        "user_ids": sorted({row["user_id"] for row in rows if row["user_id"] is not None}),
        "models": sorted({model for row in rows for model in row["models"]}),
        "tags": sorted({tag for row in rows for tag in row["tags"]}),
        "first_input": _first(asked, "input", latest=False),
        "last_output": _first(answered, "output", latest=True),
        "running": any(row["running"] for row in rows),
        "key_counts": {key: keys.count(key) for key in set(keys)},
        "conflict_trace_count": sum(row["session_conflict"] for row in rows),
    }


def _first(rows: list[Fields], field: str, *, latest: bool) -> str | None:
    """Rule 8: of the earliest or latest-started trace, ties by lowest trace id."""
    if not rows:
        return None
    start = (max if latest else min)(row["start_ns"] for row in rows)
    tied = [row for row in rows if row["start_ns"] == start]
    value: str = min(tied, key=lambda row: row["trace_id"])[field]
    return value


def _span(fact: Fact, trace: _Trace, price: Price) -> Fields:
    cost, source = fact.reported_cost, "reported"
    if cost is None and fact.reports_tokens:
        cost, source = price(fact.model, fact.tokens), "computed"
    return {
        "trace_id": fact.trace_id,
        "span_id": fact.span_id,
        "parent_span_id": fact.parent_id,
        "name": fact.name,
        "type": fact.type,
        "status": fact.status,
        "start_ns": fact.start,
        "end_ns": fact.end,
        "model": fact.model,
        "input_tokens": fact.tokens["input"],
        "output_tokens": fact.tokens["output"],
        "cache_read_tokens": fact.tokens["cache_read"],
        "cache_write_tokens": fact.tokens["cache_write"],
        "reasoning_tokens": fact.tokens["reasoning"],
        "total_cost": cost,
        "cost_source": None if cost is None else source,
        "usage_counted_by": trace.usage.counted_by[fact.span_id],
        "scope_name": fact.scope,
        "event_count": fact.event_count,
        "session_id": trace.fields["session_id"],
    }


def recompute(sent: Iterable[DecodedSpan], received_ns: int, price: Price = no_price) -> Expected:
    """Everything that lists and pages have to show once `sent` has arrived.

    `usage_counted_by` of a span is the set of allowed values: where several descendants count
    instead of a wrapper, the rules do not say which of them is named.
    """
    by_trace: dict[str, list[Fact]] = {}
    for fact in surviving(sent, received_ns):
        by_trace.setdefault(fact.trace_id, []).append(fact)
    traces = [_trace(trace_id, facts, price) for trace_id, facts in by_trace.items()]
    by_session: dict[str, list[_Trace]] = {}
    for trace in traces:
        if trace.fields["session_id"] is not None:
            by_session.setdefault(trace.fields["session_id"], []).append(trace)
    return Expected(
        sessions={key: _session_totals(key, members) for key, members in by_session.items()},
        traces={trace.trace_id: trace.fields for trace in traces},
        spans={
            (trace.trace_id, fact.span_id): _span(fact, trace, price)
            for trace in traces
            for fact in trace.facts
        },
    )
