"""A place to write to that keeps batches in memory, for tests of what comes before it."""

from __future__ import annotations

from threadline_server.errors import ThreadlineError
from threadline_server.model.log_record import LogEvent
from threadline_server.model.score import Score
from threadline_server.store.contract import Rejected, SpanBatch


class FakeSink:
    """Keeps what is written; refuses spans by name, or everything, where a test says so."""

    def __init__(self) -> None:
        self.batches: list[SpanBatch] = []
        self.refused_names: set[str] = set()
        self.error: ThreadlineError | Exception | None = None

    @property
    def names(self) -> list[str]:
        """Names of all spans kept, in order."""
        return [span.name for batch in self.batches for span in batch.spans]

    @property
    def scores(self) -> list[Score]:
        """All scores kept, in order."""
        return [score for batch in self.batches for score in batch.scores]

    @property
    def events(self) -> list[LogEvent]:
        """All log events kept, in order."""
        return [event for batch in self.batches for event in batch.events]

    async def write(self, batch: SpanBatch) -> list[Rejected]:
        """Keep a batch."""
        if self.error is not None:
            raise self.error
        self.batches.append(batch)
        return [
            Rejected(each.trace_id or "", each.span_id or "", each.name, "the store refuses it")
            for each in (*batch.spans, *batch.scores, *batch.events)
            if each.name in self.refused_names
        ]
