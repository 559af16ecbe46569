"""Turn siblings that report one call to a provider into the one of them that counts (design rule 5).

Siblings from different instrumentation scopes, one interval inside the other, with the same
response id or the same model and counts, are one call. An id alone proves nothing, since fakes
and caches repeat it, and sequential calls in Node overlap by a fraction of a millisecond: so one
interval must lie inside the other. Thousands of siblings may look alike, so nothing here
compares each with each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from threadline_server.store.rollup.span import RollupSpan

Likeness = tuple[object, ...]
"""What siblings have in common that may be one call: their parent, and an id or model and counts."""

Alike = list[RollupSpan]
"""Siblings of one likeness, from two scopes or more, each by start, longest first."""


def likenesses(span: RollupSpan) -> Iterator[Likeness]:
    """What a span may have in common with a sibling that reports the same call."""
    if span.response_id is not None:
        yield (span.parent_span_id, "id", span.response_id)
    if span.model is not None and span.reports_tokens():
        yield (span.parent_span_id, "counts", span.model, span.input_tokens, span.output_tokens)


class Siblings:
    """Reporting spans by their likeness, as they come in."""

    def __init__(self) -> None:
        self._groups: dict[Likeness, list[RollupSpan]] = {}
        self._scopes: dict[Likeness, set[str]] = {}
        self._touched: set[Likeness] = set()

    def add(self, span: RollupSpan) -> None:
        """One more span that reports."""
        for likeness in likenesses(span):
            self._groups.setdefault(likeness, []).append(span)
            self._scopes.setdefault(likeness, set()).add(span.scope_name)
            self._touched.add(likeness)

    def has_alike(self, span: RollupSpan) -> bool:
        """Whether a sibling of another scope has a likeness with the span."""
        return any(len(self._scopes.get(each, ())) > 1 for each in likenesses(span))

    def touched(self) -> Iterator[tuple[Likeness, Alike]]:
        """Groups that grew since they were last asked for, in which two may be one call."""
        touched, self._touched = self._touched, set()
        for likeness in touched:
            if len(self._scopes[likeness]) > 1:
                group = self._groups[likeness]
                group.sort(key=lambda span: (*_interval(span), span.span_id))
                yield likeness, group


def _interval(span: RollupSpan) -> tuple[int, int]:
    """Sorts what encloses before what it encloses."""
    return (span.start_ns, -span.stop_ns)


class _Extreme:
    """Of the spans offered the one that stops last, or first, and the next of another scope."""

    def __init__(self, *, latest: bool) -> None:
        self._sign = 1 if latest else -1
        self._first: RollupSpan | None = None
        self._second: RollupSpan | None = None

    def _beats(self, span: RollupSpan, other: RollupSpan | None) -> bool:
        return other is None or self._sign * span.stop_ns > self._sign * other.stop_ns

    def offer(self, span: RollupSpan) -> None:
        if self._first is not None and self._first.scope_name != span.scope_name:
            if self._beats(span, self._first):
                self._first, self._second = span, self._first
            elif self._beats(span, self._second):
                self._second = span
        elif self._beats(span, self._first):
            self._first = span

    def of_another_scope(self, span: RollupSpan) -> RollupSpan | None:
        if self._first is not None and self._first.scope_name != span.scope_name:
            return self._first
        return self._second


def _sweep(
    group: Iterable[RollupSpan], candidates: list[RollupSpan], *, latest: bool
) -> Iterator[tuple[RollupSpan, RollupSpan | None]]:
    """Each span with the candidate of another scope that stops last of those starting no later,
    or stops first of those starting no earlier; both lists run in that direction.
    """
    extreme = _Extreme(latest=latest)
    sign = 1 if latest else -1
    offered = 0
    for span in group:
        while (
            offered < len(candidates)
            and sign * candidates[offered].start_ns <= sign * span.start_ns
        ):
            extreme.offer(candidates[offered])
            offered += 1
        yield span, extreme.of_another_scope(span)


def beside(group: Alike, candidates: list[RollupSpan]) -> dict[str, RollupSpan]:
    """For each span of a group that is one call with a candidate of that group, such a candidate."""
    found: dict[str, RollupSpan] = {}
    for span, other in _sweep(group, candidates, latest=True):
        if other is not None and other.stop_ns >= span.stop_ns:
            found[span.span_id] = other
    for span, other in _sweep(group[::-1], candidates[::-1], latest=False):
        if other is not None and other.stop_ns <= span.stop_ns:
            found.setdefault(span.span_id, other)
    return found


def _enclosed(group: Alike) -> Iterator[tuple[RollupSpan, RollupSpan]]:
    """Spans with one of another scope that encloses them; of equal intervals the lower id does."""
    extreme = _Extreme(latest=True)
    for _, block in groupby(group, key=_interval):
        equal = list(block)
        lowest = equal[0]
        lowest_elsewhere: RollupSpan | None = None
        for span in equal:
            outer = extreme.of_another_scope(span)
            if outer is not None and outer.stop_ns >= span.stop_ns:
                yield span, outer
            elif span.scope_name != lowest.scope_name:
                yield span, lowest
                lowest_elsewhere = lowest_elsewhere or span
            elif lowest_elsewhere is not None:
                yield span, lowest_elsewhere
        for span in equal:
            extreme.offer(span)


def lost_to_sibling(group: Alike) -> dict[str, str]:
    """For each span of a group that a sibling reports too, the sibling that counts instead.

    The one with messages counts, if both or neither have them the enclosing one, then the lower
    span id; the sibling named may itself have lost to a third.
    """
    speaking = [span for span in group if span.has_messages]
    silent = [span for span in group if not span.has_messages]
    lost = {span_id: other.span_id for span_id, other in beside(silent, speaking).items()}
    for each in (speaking, silent):
        for span, other in _enclosed(each):
            lost.setdefault(span.span_id, other.span_id)
    return lost
