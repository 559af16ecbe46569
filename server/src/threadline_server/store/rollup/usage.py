"""Turn what the spans of a trace report into usage that is counted once (design rule 5).

The trace may grow: a span that comes in later costs by its ancestors and by the siblings that
look like it, not by the size of the trace.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from threadline_server.store.rollup.dollars import exact, rounded
from threadline_server.store.rollup.forest import Forest
from threadline_server.store.rollup.node import (
    NO_GAINS,
    NOTHING,
    Node,
    Report,
    minus,
    plus,
    stops_search,
)
from threadline_server.store.rollup.one_call import (
    Likeness,
    Siblings,
    beside,
    likenesses,
    lost_to_sibling,
)
from threadline_server.store.rollup.span import RollupSpan

TOKENS, COST = 0, 1


class CountAnewError(Exception):
    """The whole trace must be counted anew.

    Either a span closes a cycle, and where that is broken only the whole trace can tell; or so
    many ancestors would have to be told of new spans that counting everything is cheaper.
    """


@dataclass(slots=True)
class TraceUsage:
    """Totals of one trace; `total_cost` is None only if every call with usage is unknown."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    total_cost: float | None = 0.0
    unpriced_calls: int = 0


class GrowingUsage:
    """The usage of a trace, counted once and kept true as spans come in, in whatever order.

    A span counts for tokens, or for cost, unless a descendant reports them; from a span of type
    llm the search for descendants stops at tool and agent spans. Of siblings that report one call
    one counts. A reported cost goes before a computed one: above it, beside it and below it.
    """

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self.patience: int | None = None
        self._waiting: dict[str, list[Node]] = {}
        self._open = NOTHING
        self._tokens = [0, 0, 0]
        self._reported = 0
        self._paying = 0
        self._siblings = (Siblings(), Siblings())
        self._priced_siblings = Siblings()
        self._lost: tuple[dict[Likeness, dict[str, str]], ...] = ({}, {})
        self._beside: dict[Likeness, Collection[str]] = {}
        self._losers: dict[str, set[str]] = {}
        self._unsettled: set[Node] = set()

    def add(
        self, spans: Iterable[RollupSpan], broken: Collection[str] = ()
    ) -> dict[str, str | None]:
        """Take spans in; give those whose usage another counts now, with the other, or None.

        `broken` are ids of spans at which cycles are broken: they have no parent and no siblings.
        `patience` is how many ancestors may be told. Raises CountAnewError, and is of no more use.
        """
        for span in spans:
            self._insert(span, alone=span.span_id in broken)
        for quantity in (TOKENS, COST):
            for likeness, group in self._siblings[quantity].touched():
                self._lost[quantity][likeness] = lost_to_sibling(group)
                self._settle_lost(quantity, group)
        for likeness, group in self._priced_siblings.touched():
            self._beside[likeness] = beside(group, [each for each in group if each.cost_reported])
            self._settle_beside(group)
        return self._moved()

    def may_be_one_call(self, span: RollupSpan) -> bool:
        """Whether it may matter to what counts that the span carries messages."""
        return any(siblings.has_alike(span) for siblings in self._siblings)

    def totals(self) -> TraceUsage:
        """What counts; an unknown price stays visible."""
        unpriced = self._open[0] + self._open[3]
        priced = self._paying + self._open[1] + self._open[4]
        known = rounded(self._reported + self._open[2] + self._open[5])
        total_cost = None if unpriced and not priced else known
        input_tokens, output_tokens, cache_read_tokens = self._tokens
        return TraceUsage(input_tokens, output_tokens, cache_read_tokens, total_cost, unpriced)

    def _step(self) -> None:
        if self.patience is not None:
            self.patience -= 1
            if self.patience < 0:
                raise CountAnewError

    def _insert(self, span: RollupSpan, *, alone: bool) -> None:
        node = Node(span)
        adopted = self._waiting.pop(span.span_id, [])
        wanted = None if alone else span.parent_span_id
        parent = None if wanted is None else self.nodes.get(wanted)
        self.nodes[span.span_id] = node
        if wanted == span.span_id or (adopted and parent and self._top(parent) in adopted):
            raise CountAnewError
        for child in adopted:
            self._open = minus(self._open, child.out)
            child.parent = node
            node.take(child)
        if not alone:
            for siblings, report in zip(self._siblings, node.reports, strict=True):
                if report.reports:
                    siblings.add(span)
            if node.reports[TOKENS].reports or node.reports[COST].reports:
                self._priced_siblings.add(span)
        self._refresh(node)
        if parent is not None:
            node.parent = parent
            self._attach(node, parent)
            return
        self._open = plus(self._open, node.out)
        if wanted is not None:
            self._waiting.setdefault(wanted, []).append(node)

    def _top(self, node: Node) -> Node:
        while node.parent is not None:
            self._step()
            node = node.parent
        return node

    def _attach(self, node: Node, parent: Node) -> None:
        """Tell the ancestors of a new node what is reported, and left open, in its subtree."""
        parent.count_child(node)
        gains = node.gains()
        changed = node.out
        child, above = node, node.parent
        while above is not None and (changed != NOTHING or gains != NO_GAINS):
            self._step()
            above.gain(child, gains)
            above.below = plus(above.below, changed)
            before = above.out
            self._refresh(above)
            changed = minus(above.out, before)
            if stops_search(above.span):
                gains = (gains[0], 0, gains[2], 0)
            child, above = above, above.parent
        if above is None:
            self._open = plus(self._open, changed)

    def _refresh(self, node: Node) -> None:
        """Decide anew whether a node counts, and what its subtree leaves open for those above."""
        for quantity, report in enumerate(node.reports):
            counts = report.counts_now(node.span)
            if counts != report.counts:
                report.counts = counts
                self._count(node, quantity, 1 if counts else -1)
            if report.reports and not counts:
                self._unsettled.add(node)
        node.out = node.open_above()

    def _count(self, node: Node, quantity: int, sign: int) -> None:
        """Add a span to the totals, or take it out, and note who names it as counting instead."""
        span = node.span
        if quantity == TOKENS:
            parts = (span.input_tokens, span.output_tokens, span.cache_read_tokens)
            self._tokens = [
                total + sign * (part or 0) for total, part in zip(self._tokens, parts, strict=True)
            ]
        else:
            self._paying += sign
            self._reported += sign * exact(span.total_cost or 0.0)
        self._unsettle(node)
        for loser in self._losers.get(span.span_id, ()):
            self._unsettle(self.nodes[loser])

    def _settle_lost(self, quantity: int, group: list[RollupSpan]) -> None:
        lost = self._lost[quantity]
        for span in group:
            to = next(
                (
                    lost[likeness][span.span_id]
                    for likeness in likenesses(span)
                    if span.span_id in lost.get(likeness, ())
                ),
                None,
            )
            node = self.nodes[span.span_id]
            if node.reports[quantity].lost_to != to:
                node.reports[quantity].lost_to = to
                if to is not None:
                    self._losers.setdefault(to, set()).add(span.span_id)
                self._unsettle(node)
                self._touch(node)

    def _settle_beside(self, group: list[RollupSpan]) -> None:
        for span in group:
            found = any(
                span.span_id in self._beside.get(likeness, ()) for likeness in likenesses(span)
            )
            node = self.nodes[span.span_id]
            if node.beside_cost != found:
                node.beside_cost = found
                self._touch(node)

    def _touch(self, node: Node) -> None:
        """Decide anew for a node, and carry what that leaves open to those above."""
        before = node.out
        self._refresh(node)
        changed = minus(node.out, before)
        above = node.parent
        while above is not None and changed != NOTHING:
            self._step()
            above.below = plus(above.below, changed)
            before = above.out
            self._refresh(above)
            changed = minus(above.out, before)
            above = above.parent
        if above is None:
            self._open = plus(self._open, changed)

    def _moved(self) -> dict[str, str | None]:
        """Settle who counts instead of whom, for every span for which that may have changed."""
        moved: dict[str, str | None] = {}
        while self._unsettled:
            node = self._unsettled.pop()
            instead = self._counted_by(node)
            if instead != node.counted_by:
                node.counted_by = moved[node.span.span_id] = instead
                for loser in self._losers.get(node.span.span_id, ()):
                    self._unsettle(self.nodes[loser])
        return moved

    def _unsettle(self, node: Node) -> None:
        """Have it settled anew who counts instead of a node, and of those above it."""
        above: Node | None = node
        while above is not None:
            self._step()
            if any(report.reports for report in above.reports):
                self._unsettled.add(above)
            above = above.parent

    def _counted_by(self, node: Node) -> str | None:
        for quantity in (TOKENS, COST):
            report = node.reports[quantity]
            if report.reports and not report.counts:
                return self._instead(node, quantity)
        return None

    def _instead(self, node: Node, quantity: int) -> str:
        """The span that counts instead: of the earliest branch that reports, the nearest that
        does, and so on until one counts; from a span that lost to a sibling, by way of it.
        """
        seen: set[str] = set()
        while not node.reports[quantity].counts and node.span.span_id not in seen:
            seen.add(node.span.span_id)
            below = node.nearest_report(quantity)
            report: Report = node.reports[quantity]
            if below is not None:
                node = below
            elif report.lost_to is not None:
                node = self.nodes[report.lost_to]
        return node.span.span_id


def trace_usage(forest: Forest) -> TraceUsage:
    """Tokens and cost of a whole trace, or of a part of one."""
    usage = GrowingUsage()
    usage.add(reversed(forest.ordered), forest.broken)
    return usage.totals()
