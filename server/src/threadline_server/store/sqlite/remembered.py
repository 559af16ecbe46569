"""Keep traces and sessions that grow right now in memory, so that what comes in costs by itself."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from threadline_server.model.previews import Shown
from threadline_server.store.rollup.session import GrowingSession, RollupTrace
from threadline_server.store.rollup.trace import GrowingTrace
from threadline_server.store.sqlite.narrow import Version

REMEMBERED_FROM = 100
"""Spans from which on a trace is remembered between transactions; a small one is read as fast."""

REMEMBERED_SPANS = 100_000
"""Spans of all remembered traces together, at somewhat over a kilobyte each."""

REMEMBERED_PARTS = 200_000
"""Parts of all remembered sessions together, at about a hundred bytes each."""

SESSION_PARTS = 20
"""Parts that a session has by itself, besides its intervals and values."""

Thing = TypeVar("Thing")


@dataclass(slots=True)
class Trace:
    """One trace while a transaction changes it: its totals, and of each of its spans which version
    is stored and the number of its document. `counted` is what its session counts of it, None
    before anything of it is stored; `texts` are the previews that stood for it last, by the span
    and by which of its previews.
    """

    trace_no: int
    trace_id: str
    counted: RollupTrace | None
    growing: GrowingTrace
    versions: dict[str, Version]
    documents: dict[str, int]
    texts: dict[tuple[str, Shown], str | None] = field(default_factory=dict)


class _Remembered(Generic[Thing]):
    """What changed last, by project and id, up to a limit of what all of it weighs.

    What a transaction touched is kept only once it is committed.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: OrderedDict[tuple[int, str], tuple[Thing, int]] = OrderedDict()
        self._touched: dict[tuple[int, str], tuple[Thing, int]] = {}
        self._weight = 0

    def take(self, project: int, identity: str) -> Thing | None:
        """What is remembered; it must be kept again, or is forgotten."""
        found = self._touched.pop((project, identity), None)
        if found is None and (found := self._kept.pop((project, identity), None)) is not None:
            self._weight -= found[1]
        return None if found is None else found[0]

    def _keep(self, project: int, identity: str, thing: Thing, weight: int) -> None:
        self._touched[project, identity] = (thing, weight)

    def committed(self) -> None:
        """Remember what was touched, and forget what was changed longest ago."""
        for key, (thing, weight) in self._touched.items():
            self._kept[key] = (thing, weight)
            self._weight += weight
        self._touched.clear()
        while self._weight > self._limit:
            _, (_, weight) = self._kept.popitem(last=False)
            self._weight -= weight

    def forget_touched(self) -> None:
        """Forget what was touched."""
        self._touched.clear()

    def forget(self, project: int, identities: Iterable[str]) -> None:
        """Forget by ids."""
        for identity in identities:
            self.take(project, identity)


class RememberedTraces(_Remembered[Trace]):
    """The traces that grew last, up to a number of spans."""

    def __init__(self) -> None:
        super().__init__(REMEMBERED_SPANS)

    def keep(self, project: int, trace: Trace) -> None:
        """Remember a trace if its transaction commits."""
        if len(trace.versions) >= REMEMBERED_FROM:
            self._keep(project, trace.trace_id, trace, len(trace.versions))


class RememberedSessions(_Remembered[GrowingSession]):
    """The sessions that grew last, up to a number of their parts."""

    def __init__(self) -> None:
        super().__init__(REMEMBERED_PARTS)

    def keep(self, project: int, session_id: str, session: GrowingSession) -> None:
        """Remember a session if its transaction commits."""
        self._keep(project, session_id, session, SESSION_PARTS + session.size)
