"""Apply today's rules and prices to stored spans, one bounded stretch at a time.

Spans are read and understood beside the writer; only what becomes other is written, in one short
transaction, so that what arrives meanwhile does not wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from threadline_server.model.span import DecodedSpan, Span
from threadline_server.normalize.prices.table import PriceTable
from threadline_server.store.contract import Changes, Repriced, SentSpan, SpanStore, Walked
from threadline_server.store.writer import Writer

RENORMALIZED = 500
"""Spans of one stretch that are read and understood anew."""

REPRICED = 5_000
"""Spans of one stretch whose cost is looked at; without their content that is little work."""

_log = structlog.get_logger(__name__)

Pipeline = Callable[[list[DecodedSpan], int], list[Span]]
"""Turns decoded spans, received at a time in nanoseconds, into canonical ones."""


@dataclass(slots=True)
class Renewed:
    """How many spans a stretch had and how many became other, and where the next begins; None at
    the end.
    """

    span_count: int
    changed_count: int
    next_cursor: str | None


class Renewal:
    """Renews the spans of a project stretch by stretch; whoever asks goes on from the cursor."""

    def __init__(
        self,
        store: SpanStore,
        writer: Writer,
        pipeline: Pipeline,
        prices: Callable[[], PriceTable],
    ) -> None:
        self._store = store
        self._writer = writer
        self._pipeline = pipeline
        self._prices = prices

    async def renormalize(self, project: str, cursor: str | None) -> Renewed:
        """Understand a stretch of stored spans anew, as if they were sent again.

        Raises ThreadlineError for a cursor that is none, and `busy` where the disk takes no more.
        """
        walked = await asyncio.to_thread(self._understood, project, cursor)

        def work() -> tuple[int, Changes | None]:
            return self._store.renew(project, walked.items)

        changed = await self._writer.change(work) if walked.items else 0
        return Renewed(walked.span_count, changed, walked.next_cursor)

    def _understood(self, project: str, cursor: str | None) -> Walked[tuple[SentSpan, Span]]:
        walked = self._store.sent(project, after=cursor, limit=RENORMALIZED)
        spans: list[tuple[SentSpan, Span]] = []
        for sent in walked.items:
            try:
                spans += [(sent, each) for each in self._pipeline([sent.span], sent.received_ns)]
            except Exception:  # noqa: BLE001  # it promises not to fail; should it, that span stays
                _log.exception("a stored span could not be normalized", span=sent.span.span_id)
        return Walked(spans, walked.span_count, walked.next_cursor)

    async def reprice(self, project: str, cursor: str | None) -> Renewed:
        """Compute the cost of a stretch of stored spans anew, of those that report none.

        Raises ThreadlineError as `renormalize`.
        """
        walked = await asyncio.to_thread(self._priced, project, cursor)

        def work() -> tuple[int, Changes | None]:
            return self._store.reprice(project, walked.items)

        changed = await self._writer.change(work) if walked.items else 0
        return Renewed(walked.span_count, changed, walked.next_cursor)

    def _priced(self, project: str, cursor: str | None) -> Walked[Repriced]:
        walked = self._store.unreported(project, after=cursor, limit=REPRICED)
        prices = self._prices()
        costs = []
        for span in walked.items:
            cost = prices.cost(
                span.tokens,
                provider=span.provider,
                response_model=span.response_model,
                request_model=span.request_model,
                time_ns=span.start_ns,
            )
            if cost != span.cost:
                costs.append(Repriced(span.trace_id, span.span_id, span.version, cost))
        return Walked(costs, walked.span_count, walked.next_cursor)
