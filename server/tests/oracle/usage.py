"""Decide which spans of one trace count for tokens and for cost, by rules 5 and 9 word for word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from oracle.reading import Fact

Quantity = Literal["tokens", "cost"]
Price = Callable[[str | None, dict[str, int | None]], float | None]
"""Dollars that a model's tokens cost, None where no price is known."""


@dataclass
class Usage:
    """What one trace used; `counted_by` holds every span id that may be named as counting instead.

    `known_costs` are the costs that count and `call_ids` the spans that count for tokens, so that
    a total over several traces can tell unknown from 0.
    """

    token_ids: set[str] = field(default_factory=set)
    known_costs: list[float] = field(default_factory=list)
    unpriced_ids: set[str] = field(default_factory=set)
    counted_by: dict[str, set[str | None]] = field(default_factory=dict)


class Forest:
    """The spans of one trace with who is below whom."""

    def __init__(self, facts: list[Fact]) -> None:
        self.facts = facts
        by_id = {fact.span_id: fact for fact in facts}
        self.parent: dict[str, str | None] = {fact.span_id: fact.parent_id for fact in facts}
        for fact in facts:
            circle = self._circle(fact, by_id)
            if circle:
                # Rule 7: cycles are broken at the earliest span.
                earliest = min(circle, key=lambda member: member.order)
                self.parent[earliest.span_id] = None
        self.below = {fact.span_id: self._searched(fact) for fact in facts}

    def _circle(self, fact: Fact, by_id: dict[str, Fact]) -> list[Fact]:
        """The members of the cycle that a span is in, by the parents as they were sent."""
        walked = [fact]
        while True:
            above = by_id.get(walked[-1].parent_id or "")
            if above is None:
                return []
            if above is fact:
                return walked
            if above in walked:
                return []
            walked.append(above)

    def is_broken(self, fact: Fact) -> bool:
        """Whether a cycle was broken at this span."""
        return fact.parent_id is not None and self.parent[fact.span_id] is None

    def searched(self, fact: Fact) -> list[Fact]:
        """Descendants as rule 5 searches them: from an llm span it stops at tool and agent."""
        return self.below[fact.span_id]

    def _searched(self, fact: Fact) -> list[Fact]:
        found: list[Fact] = []
        waiting = [fact]
        while waiting:
            above = waiting.pop()
            for other in self.facts:
                if self.parent[other.span_id] != above.span_id or other is fact:
                    continue
                if fact.type == "llm" and other.type in {"tool", "agent"}:
                    continue
                found.append(other)
                waiting.append(other)
        return found


def _reports(fact: Fact, quantity: Quantity) -> bool:
    return fact.reports_tokens if quantity == "tokens" else fact.reports_cost


def _inside(inner: Fact, outer: Fact) -> bool:
    """Of a running span its start is the last that is known."""
    inner_end = inner.start if inner.end is None else inner.end
    outer_end = outer.start if outer.end is None else outer.end
    return outer.start <= inner.start and inner_end <= outer_end


def _one_call(forest: Forest, one: Fact, other: Fact) -> bool:
    """Siblings have the same parent id; a span at which a cycle was broken has none to share,
    for the span that it calls its parent is below it."""
    broken = {fact.span_id for fact in (one, other) if forest.is_broken(fact)}
    same_id = one.response_id is not None and one.response_id == other.response_id
    # Of "counts" the two that everybody reports: whether cache reads and reasoning are told too
    # is what instrumentations differ in.
    same_counts = (
        one.model is not None
        and one.model == other.model
        and one.reports_tokens
        and other.reports_tokens
        and all(one.tokens[kind] == other.tokens[kind] for kind in ("input", "output"))
    )
    return (
        one is not other
        and not broken
        and one.parent_id == other.parent_id
        and one.scope != other.scope
        and (_inside(one, other) or _inside(other, one))
        and (same_id or same_counts)
    )


def _beats(one: Fact, other: Fact) -> bool:
    """Of two spans that are one call: messages, then the enclosing one, then the lower id."""
    if one.has_messages != other.has_messages:
        return one.has_messages
    if _inside(one, other) != _inside(other, one):
        return _inside(other, one)
    return one.span_id < other.span_id


class _Count:
    """Who counts for one quantity."""

    def __init__(self, forest: Forest, quantity: Quantity) -> None:
        facts = forest.facts
        self.below = {
            fact.span_id: [below for below in forest.searched(fact) if _reports(below, quantity)]
            for fact in facts
        }
        # "Each by itself": of one call seen twice, the loser's report counts where the winner
        # reports nothing of this quantity.
        self.beaten_by = {
            fact.span_id: [
                other
                for other in facts
                if _reports(other, quantity)
                and _one_call(forest, fact, other)
                and _beats(other, fact)
            ]
            for fact in facts
        }
        self.reporting = {fact.span_id for fact in facts if _reports(fact, quantity)}
        self.counting = {
            span_id
            for span_id in self.reporting
            if not self.below[span_id] and not self.beaten_by[span_id]
        }

    def counted_by(self, span_id: str) -> set[str]:
        """Every span whose report counts instead of this one's."""
        named: set[str] = set()
        seen = {span_id}
        waiting = [span_id]
        while waiting:
            current = waiting.pop()
            for other in self.below[current] + self.beaten_by[current]:
                if other.span_id in seen:
                    continue
                seen.add(other.span_id)
                if other.span_id in self.counting:
                    named.add(other.span_id)
                else:
                    waiting.append(other.span_id)
        return named


def count_usage(facts: list[Fact], price: Price) -> Usage:
    """Rules 5 and 9 over the surviving spans of one trace."""
    forest = Forest(facts)
    tokens = _Count(forest, "tokens")
    costs = _Count(forest, "cost")
    usage = Usage(token_ids=tokens.counting)
    for fact in facts:
        span_id = fact.span_id
        above = any(
            other.span_id in costs.counting and fact in forest.searched(other) for other in facts
        )
        # One call seen twice has one cost: where only the other one reports it, that is the cost.
        beside = any(_one_call(forest, fact, other) and other.reports_cost for other in facts)
        computed = price(fact.model, fact.tokens) if fact.reports_tokens else None
        if span_id in costs.counting:
            assert fact.reported_cost is not None
            usage.known_costs.append(fact.reported_cost)
        elif span_id in tokens.counting and not fact.reports_cost and not above and not beside:
            if computed is None:
                # Rule 9 names costs "reported above or of their own" alone: a cost reported by a
                # descendant without tokens does not price its ancestor's.
                usage.unpriced_ids.add(span_id)
            elif not costs.below[span_id]:
                usage.known_costs.append(computed)
        usage.counted_by[span_id] = _named(span_id, tokens, costs)
    return usage


def _named(span_id: str, tokens: _Count, costs: _Count) -> set[str | None]:
    """The allowed values of usage_counted_by: None where the span counts or reports nothing."""
    if span_id in tokens.reporting and span_id not in tokens.counting:
        return set(tokens.counted_by(span_id))
    if span_id in costs.reporting and span_id not in costs.counting:
        named: set[str | None] = set(costs.counted_by(span_id))
        # Its tokens count and its cost does not: one field cannot say both.
        return named | {None} if span_id in tokens.counting else named
    return {None}


def total_cost(usages: list[Usage]) -> float | None:
    """Rule 9: the known sum; null only if every call with usage is unknown; 0 without usage."""
    known = [cost for usage in usages for cost in usage.known_costs]
    if known:
        return sum(known)
    if any(usage.token_ids for usage in usages):
        return None
    return 0.0
