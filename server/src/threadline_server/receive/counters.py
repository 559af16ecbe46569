"""Count what was received, for /metrics and for the page."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter

from threadline_server.model.time import Clock
from threadline_server.receive.payload import Payload
from threadline_server.receive.rate import RecentRate


class Counters:
    """What came in since the start, in a registry of the service's own."""

    def __init__(self, registry: CollectorRegistry, clock: Clock) -> None:
        self._clock = clock
        self._rate = RecentRate()
        self._requests = Counter(
            "threadline_requests",
            "Export requests answered, by what became of them",
            ["signal", "transport", "outcome"],
            registry=registry,
        )
        self._bytes = Counter(
            "threadline_received_bytes",
            "Bytes of export requests as they came over the wire",
            ["signal", "transport"],
            registry=registry,
        )
        self._received = Counter(
            "threadline_spans_received", "Spans that were stored", registry=registry
        )
        self._rejected = Counter(
            "threadline_spans_rejected", "Spans that were refused by name", registry=registry
        )
        self._scores = Counter(
            "threadline_scores_received", "Scores that were stored", registry=registry
        )
        self._rejected_scores = Counter(
            "threadline_scores_rejected", "Scores that were refused by name", registry=registry
        )
        self._log_events = Counter(
            "threadline_log_events_received",
            "Log records with messages of a span that were stored",
            registry=registry,
        )
        self._rejected_log_events = Counter(
            "threadline_log_events_rejected",
            "Log records with messages of a span that were refused by name",
            registry=registry,
        )
        self._records = Counter(
            "threadline_records_acknowledged",
            "Log records and metrics that were acknowledged and not kept",
            ["signal"],
            registry=registry,
        )

    def arrived(self, payload: Payload) -> None:
        """Note a request whose body is complete."""
        self._bytes.labels(payload.signal, payload.transport).inc(len(payload.body))

    def answered(self, signal: str, transport: str, outcome: str) -> None:
        """Note how a request was answered: `ok`, `partial`, or the code of its error."""
        self._requests.labels(signal, transport, outcome).inc()

    def spans(self, kept: int, rejected: int) -> None:
        """Note the spans of one request."""
        self._received.inc(kept)
        self._rejected.inc(rejected)
        self._rate.add(kept, self._clock())

    def scores(self, kept: int, rejected: int) -> None:
        """Note the scores of one request."""
        self._scores.inc(kept)
        self._rejected_scores.inc(rejected)

    def log_events(self, kept: int, rejected: int) -> None:
        """Note the log records of one request that carry messages of a span."""
        self._log_events.inc(kept)
        self._rejected_log_events.inc(rejected)

    def records(self, signal: str, count: int) -> None:
        """Note the records of one request that were acknowledged and not kept."""
        self._records.labels(signal).inc(count)

    def spans_per_second(self) -> float:
        """Spans stored in each of the last ten seconds, on average."""
        return self._rate.per_second(self._clock())
