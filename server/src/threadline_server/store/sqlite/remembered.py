"""Keep traces that grow right now in memory, so that what comes in later costs by itself."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field

from threadline_server.model.span import Shown
from threadline_server.store.rollup.trace import GrowingTrace
from threadline_server.store.sqlite.narrow import Version

REMEMBERED_FROM = 100
"""Spans from which on a trace is remembered between transactions."""

REMEMBERED_SPANS = 100_000
"""Spans of all remembered traces together, at somewhat over a kilobyte each."""


@dataclass(slots=True)
class Trace:
    """One trace while a transaction changes it: its totals, and of each of its spans which version
    is stored and the number of its document. `texts` are the previews that stood for it last, by
    the span and by which of its previews.
    """

    trace_no: int
    trace_id: str
    session_id: str | None
    growing: GrowingTrace
    versions: dict[str, Version]
    documents: dict[str, int]
    texts: dict[tuple[str, Shown], str | None] = field(default_factory=dict)


class RememberedTraces:
    """The traces that grew last, up to a number of spans; a small one is read again as fast.

    What a transaction touched is kept only once it is committed.
    """

    def __init__(self) -> None:
        self._traces: OrderedDict[tuple[int, str], Trace] = OrderedDict()
        self._touched: dict[tuple[int, str], Trace] = {}
        self._span_count = 0

    def take(self, project: int, trace_id: str) -> Trace | None:
        """A remembered trace; it must be kept again, or is forgotten."""
        trace = self._touched.pop((project, trace_id), None)
        if trace is None and (trace := self._traces.pop((project, trace_id), None)) is not None:
            self._span_count -= len(trace.versions)
        return trace

    def keep(self, project: int, trace: Trace) -> None:
        """Remember a trace if its transaction commits."""
        if len(trace.versions) >= REMEMBERED_FROM:
            self._touched[project, trace.trace_id] = trace

    def committed(self) -> None:
        """Remember what was touched, and forget what grew longest ago."""
        for key, trace in self._touched.items():
            self._traces[key] = trace
            self._span_count += len(trace.versions)
        self._touched.clear()
        while self._span_count > REMEMBERED_SPANS:
            _, trace = self._traces.popitem(last=False)
            self._span_count -= len(trace.versions)

    def forget_touched(self) -> None:
        """Forget what was touched."""
        self._touched.clear()

    def forget(self, project: int, trace_ids: Iterable[str]) -> None:
        """Forget traces by their ids."""
        for trace_id in trace_ids:
            self.take(project, trace_id)
