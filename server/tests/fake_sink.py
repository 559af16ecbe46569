"""A place to write spans to that keeps them in memory, for tests of what comes before the store."""

from __future__ import annotations

from threadline_server.errors import ThreadlineError
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

    async def write(self, batch: SpanBatch) -> list[Rejected]:
        """Keep a batch."""
        if self.error is not None:
            raise self.error
        self.batches.append(batch)
        return [
            Rejected(span.trace_id, span.span_id, span.name, "the store refuses it")
            for span in batch.spans
            if span.name in self.refused_names
        ]
