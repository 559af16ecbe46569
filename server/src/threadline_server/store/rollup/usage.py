"""Turn what the spans of a trace report into usage that is counted once (design rule 5)."""

from __future__ import annotations

from dataclasses import dataclass, field

from threadline_server.store.rollup.forest import Forest
from threadline_server.store.rollup.one_call import Reports, alike, beside, lost_to_sibling
from threadline_server.store.rollup.span import RollupSpan


@dataclass(slots=True)
class Counted:
    """Which spans count, and for each that reports but does not count, which one did.

    `reported_below` are the ids of all spans whose search for descendants finds a report.
    """

    spans: list[RollupSpan]
    counted_by: dict[str, str]
    reported_below: set[str]


@dataclass(slots=True)
class TraceUsage:
    """Totals of one trace; `total_cost` is None only if every call with usage is unknown."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    total_cost: float | None = 0.0
    unpriced_calls: int = 0
    counted_by: dict[str, str] = field(default_factory=dict)


def _stops_search(span: RollupSpan) -> bool:
    """What a tool's own agent spends is not in the caller's answer."""
    return span.type in ("tool", "agent")


@dataclass(slots=True)
class _Below:
    """For each span, the reporter below it that stands for all: one that counts, if any does."""

    table: dict[str, RollupSpan] = field(default_factory=dict)

    def take(self, parent: str, found: list[RollupSpan], counted_by: dict[str, str]) -> None:
        """Choose among a span's reporting children and what stands below them."""
        if found:
            self.table[parent] = min(
                found, key=lambda each: (each.span_id in counted_by, each.order)
            )

    def beyond(self, child: RollupSpan, reporting: bool) -> list[RollupSpan]:
        """The child itself where it reports, and what stands below it."""
        deeper = self.table.get(child.span_id)
        return ([child] if reporting else []) + ([deeper] if deeper is not None else [])


def _settled(counted_by: dict[str, str]) -> dict[str, str]:
    """Each span that was not counted, with the one at the end of the chain, which was."""
    settled = {}
    for span_id, instead in counted_by.items():
        seen, last = {span_id}, instead
        while last in counted_by and last not in seen:
            seen.add(last)
            last = counted_by[last]
        settled[span_id] = last
    return settled


def counted_once(forest: Forest, reports: Reports) -> Counted:
    """The spans that count for one quantity.

    A span counts unless a descendant reports the quantity; from a span of type llm the search
    for descendants stops at tool and agent spans.
    """
    lost = lost_to_sibling(alike(forest, reports))
    counts: list[RollupSpan] = []
    counted_by: dict[str, str] = {}
    reported_below: set[str] = set()
    below_any, below_llm = _Below(), _Below()
    for span in reversed(forest.ordered):
        by_any: list[RollupSpan] = []
        by_llm: list[RollupSpan] = []
        for child in forest.children.get(span.span_id, ()):
            by_any += below_any.beyond(child, reports(child))
            if not _stops_search(child):
                by_llm += below_llm.beyond(child, reports(child))
        below_any.take(span.span_id, by_any, counted_by)
        below_llm.take(span.span_id, by_llm, counted_by)
        instead = (below_llm if span.type == "llm" else below_any).table.get(span.span_id)
        if instead is not None:
            reported_below.add(span.span_id)
        if not reports(span):
            continue
        if instead is not None:
            counted_by[span.span_id] = instead.span_id
        elif span.span_id in lost:
            counted_by[span.span_id] = lost[span.span_id]
        else:
            counts.append(span)
    return Counted(counts, _settled(counted_by), reported_below)


def _covered_by_reported_cost(forest: Forest, paying: set[str]) -> set[str]:
    """Ids of spans below a counted reported cost, within that span's own search."""
    covered: set[str] = set()
    below_any: set[str] = set()
    below_llm: set[str] = set()
    for span in forest.ordered:
        is_paying = span.span_id in paying
        for child in forest.children.get(span.span_id, ()):
            from_any = span.span_id in below_any or (is_paying and span.type != "llm")
            from_llm = span.span_id in below_llm or (is_paying and span.type == "llm")
            if from_any:
                below_any.add(child.span_id)
            if from_llm and not _stops_search(child):
                below_llm.add(child.span_id)
            if child.span_id in below_any or child.span_id in below_llm:
                covered.add(child.span_id)
    return covered


def _beside_reported_cost(forest: Forest) -> set[str]:
    """Ids of spans whose call a sibling reports the cost of: one call has one cost."""
    found: set[str] = set()
    for group in alike(forest, lambda span: span.reports_tokens() or span.reports_cost()):
        found.update(beside(group, [span for span in group if span.reports_cost()]))
    return found


def trace_usage(forest: Forest) -> TraceUsage:
    """Tokens and cost of one trace, each counted by itself; unknown prices stay visible.

    A reported cost goes before a computed one: above it, beside it and below it.
    """
    tokens = counted_once(forest, RollupSpan.reports_tokens)
    costs = counted_once(forest, RollupSpan.reports_cost)
    covered = _covered_by_reported_cost(forest, {span.span_id for span in costs.spans})
    covered |= _beside_reported_cost(forest)
    usage = TraceUsage(counted_by={**costs.counted_by, **tokens.counted_by})
    known = sum(span.total_cost or 0.0 for span in costs.spans)
    priced = len(costs.spans)
    for span in tokens.spans:
        usage.input_tokens += span.input_tokens or 0
        usage.output_tokens += span.output_tokens or 0
        usage.cache_read_tokens += span.cache_read_tokens or 0
        if span.cost_reported or span.span_id in covered:
            continue
        if span.total_cost is None:
            usage.unpriced_calls += 1
        elif span.span_id not in costs.reported_below:
            known += span.total_cost
            priced += 1
    usage.total_cost = None if usage.unpriced_calls and not priced else known
    return usage
