"""Turn the spans of one trace into a forest: parents before children, cycles broken."""

from __future__ import annotations

from dataclasses import dataclass

from threadline_server.store.rollup.span import RollupSpan


@dataclass(slots=True)
class Forest:
    """Spans in an order in which every parent precedes its children.

    `children` maps a span id to its children by start; `tops` are spans without a known parent:
    roots, spans whose parent was not received, and the earliest span of each cycle, whose id is
    also in `broken`.
    """

    ordered: list[RollupSpan]
    children: dict[str, list[RollupSpan]]
    tops: list[RollupSpan]
    broken: set[str]


def _cut_cycles(by_id: dict[str, RollupSpan]) -> set[str]:
    """Ids of the spans at which cycles are broken: of each cycle, the earliest (design rule 7)."""
    done: set[str] = set()
    cut: set[str] = set()
    for start in by_id.values():
        path: dict[str, RollupSpan] = {}
        span: RollupSpan | None = start
        while span is not None and span.span_id not in done and span.span_id not in path:
            path[span.span_id] = span
            span = by_id.get(span.parent_span_id) if span.parent_span_id else None
        if span is not None and span.span_id in path:
            ids = list(path)
            cycle = [path[each] for each in ids[ids.index(span.span_id) :]]
            cut.add(min(cycle, key=lambda each: each.order).span_id)
        done.update(path)
    return cut


def forest(spans: list[RollupSpan]) -> Forest:
    """The forest of a trace's spans; works without recursion, however deep the trace."""
    by_start = sorted(spans, key=lambda span: span.order)
    by_id = {span.span_id: span for span in by_start}
    cut = _cut_cycles(by_id)
    children: dict[str, list[RollupSpan]] = {}
    tops = []
    for span in by_start:
        parent = span.parent_span_id
        if parent is None or parent not in by_id or span.span_id in cut:
            tops.append(span)
        else:
            children.setdefault(parent, []).append(span)
    ordered = list(tops)
    for span in ordered:
        ordered.extend(children.get(span.span_id, ()))
    return Forest(ordered, children, tops, cut)
