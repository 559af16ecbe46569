"""A span's place in its trace, and what is reported below it, for usage that is counted once."""

from __future__ import annotations

from typing import TypeAlias

from threadline_server.store.rollup.dollars import exact
from threadline_server.store.rollup.span import RollupSpan

Open: TypeAlias = tuple[int, int, int, int, int, int]
"""Calls that no reported cost covers yet: how many have no price, how many a computed one, and the
exact dollars of these; first those that the search of an llm span above reaches, then the others."""

NOTHING: Open = (0, 0, 0, 0, 0, 0)

Gains: TypeAlias = tuple[int, int, int, int]
"""Spans of a subtree that report tokens, to any search and to that of an llm span, then cost."""

NO_GAINS: Gains = (0, 0, 0, 0)


def plus(left: Open, right: Open) -> Open:
    """The sum of both, part by part."""
    if right == NOTHING:
        return left
    if left == NOTHING:
        return right
    a, b, c, d, e, f = left
    u, v, w, x, y, z = right
    return (a + u, b + v, c + w, d + x, e + y, f + z)


def minus(left: Open, right: Open) -> Open:
    """What `left` has over `right`, part by part."""
    if right == NOTHING:
        return left
    if left == right:
        return NOTHING
    a, b, c, d, e, f = left
    u, v, w, x, y, z = right
    return (a - u, b - v, c - w, d - x, e - y, f - z)


def stops_search(span: RollupSpan) -> bool:
    """What a tool's own agent spends is not in the caller's answer."""
    return span.type in ("tool", "agent")


class Report:
    """Whether a span reports a quantity and counts for it, and how many do below it.

    `first` and `first_llm` are the earliest children that report or have a report below them.
    """

    __slots__ = ("below", "below_llm", "counts", "first", "first_llm", "lost_to", "reports")

    def __init__(self, *, reports: bool) -> None:
        self.reports = reports
        self.below = 0
        self.below_llm = 0
        self.first: Node | None = None
        self.first_llm: Node | None = None
        self.lost_to: str | None = None
        self.counts = False

    def gain(self, child: Node, any_search: int, llm_search: int) -> None:
        """Count so many more reports below a child, to any search and to that of an llm span."""
        if any_search:
            self.below += any_search
            self.first = _earlier(self.first, child)
        if llm_search:
            self.below_llm += llm_search
            self.first_llm = _earlier(self.first_llm, child)

    def is_below(self, span: RollupSpan) -> bool:
        """Whether the search of `span`, whose report this is, finds one."""
        return bool(self.below_llm if span.type == "llm" else self.below)

    def counts_now(self, span: RollupSpan) -> bool:
        """Whether the span counts, as things stand."""
        return self.reports and self.lost_to is None and not self.is_below(span)


class Node:
    """One span between its parent and its children; `out` is what it leaves open for those above."""

    __slots__ = (
        "below", "beside_cost", "child_count", "counted_by", "llm_children", "out", "parent",
        "reports", "span",
    )  # fmt: skip

    def __init__(self, span: RollupSpan) -> None:
        self.span = span
        self.parent: Node | None = None
        self.child_count = 0
        self.llm_children = 0
        self.reports = (Report(reports=span.reports_tokens()), Report(reports=span.cost_reported))
        self.beside_cost = False
        self.counted_by: str | None = None
        self.below: Open = NOTHING
        self.out: Open = NOTHING

    def gains(self) -> Gains:
        """What this subtree adds to the reports below its parent."""
        tokens, cost = self.reports
        reached = not stops_search(self.span)
        return (
            tokens.below + tokens.reports,
            reached * (tokens.below_llm + tokens.reports),
            cost.below + cost.reports,
            reached * (cost.below_llm + cost.reports),
        )

    def gain(self, child: Node, gains: Gains) -> None:
        """Count what was added to the subtree of a child."""
        if gains == NO_GAINS:
            return
        tokens, cost = self.reports
        tokens.gain(child, gains[0], gains[1])
        cost.gain(child, gains[2], gains[3])

    def count_child(self, child: Node) -> None:
        """One more direct child."""
        self.child_count += 1
        self.llm_children += child.span.type == "llm"

    def take(self, child: Node) -> None:
        """Become the parent of a node that was there before."""
        self.count_child(child)
        self.gain(child, child.gains())
        self.below = plus(self.below, child.out)

    def open_above(self) -> Open:
        """What this subtree leaves open for a reported cost above it to cover."""
        span, (tokens, cost) = self.span, self.reports
        if self.below == NOTHING and not tokens.counts:
            return NOTHING
        reach, rest = self.below[:3], self.below[3:]
        if cost.counts:
            reach = (0, 0, 0)
            if span.type != "llm":
                rest = (0, 0, 0)
        if tokens.counts and not span.cost_reported and not self.beside_cost:
            if span.total_cost is None:
                reach = (reach[0] + 1, reach[1], reach[2])
            elif not cost.is_below(span):
                reach = (reach[0], reach[1] + 1, reach[2] + exact(span.total_cost))
        if stops_search(span):
            return (0, 0, 0, reach[0] + rest[0], reach[1] + rest[1], reach[2] + rest[2])
        return (*reach, *rest)

    def nearest_report(self, quantity: int) -> Node | None:
        """Down the earliest branch of this span's search that reports, the first that does."""
        by_llm = self.span.type == "llm"
        node: Node | None = self
        while node is not None:
            report = node.reports[quantity]
            node = report.first_llm if by_llm else report.first
            if node is not None and node.reports[quantity].reports:
                return node
        return None


def _earlier(known: Node | None, other: Node) -> Node:
    return other if known is None or other.span.before(known.span) else known
