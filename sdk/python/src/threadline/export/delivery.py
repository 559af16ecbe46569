"""Turn a batch into what became of it: over the wire, or in an exporter that a test gave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from threadline.export.process import imports

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.sdk.trace.export import SpanExporter

    from threadline.export.outgoing import Outgoing
    from threadline.export.transport import Transport
    from threadline.score import ScoreRecord
    from threadline.settings import Settings

Signal = Literal["traces", "logs"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one request.

    Attributes:
        kind: `delivered`; `retry`: the same may succeed later; `unreachable`: as `retry`, and
            nobody answered; `too_large`: less may succeed; `refused`: it never will.
        message: why, as a sentence without its stop.
        retry_after_seconds: how long the server asks to wait.
    """

    kind: Literal["delivered", "retry", "unreachable", "too_large", "refused"]
    message: str = ""
    retry_after_seconds: float | None = None


DELIVERED = Outcome("delivered")


class Delivery(Protocol):
    """Where batches go. One thread at a time calls it, and not the user's, but for a last flush."""

    def send_spans(
        self, spans: Sequence[ReadableSpan], largest: int, timeout_seconds: float
    ) -> Outcome:
        """Send spans, of which the largest holds `largest` bytes of memory."""

    def send_scores(self, scores: Sequence[ScoreRecord], timeout_seconds: float) -> Outcome:
        """Send scores."""

    def renew(self) -> None:
        """Share no connection with the process that this one was forked from."""

    def close(self) -> None:
        """Let go of connections and exporters, after the last batch."""


class HttpDelivery:
    """Encodes batches as OTLP and posts them, untraced; imports what that needs at the first."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._outgoing: Outgoing | None = None
        self._transport: Transport | None = None

    def send_spans(
        self, spans: Sequence[ReadableSpan], largest: int, timeout_seconds: float
    ) -> Outcome:
        """Encode, clean and post spans."""
        outgoing, transport = self._prepared()
        from threadline.export.otlp import traces_body

        body = traces_body(spans, largest, outgoing)
        return self._post(transport, "traces", body, timeout_seconds)

    def send_scores(self, scores: Sequence[ScoreRecord], timeout_seconds: float) -> Outcome:
        """Encode, clean and post scores."""
        outgoing, transport = self._prepared()
        from threadline.export.otlp import logs_body

        return self._post(transport, "logs", logs_body(scores, outgoing), timeout_seconds)

    def _prepared(self) -> tuple[Outgoing, Transport]:
        if self._outgoing is None or self._transport is None:
            with imports():
                from threadline.export import otlp  # noqa: F401 - imported here for send_spans
                from threadline.export.outgoing import Outgoing
                from threadline.export.transport import Transport
            self._outgoing = self._outgoing or Outgoing(self._settings)
            self._transport = Transport(self._settings)
        return self._outgoing, self._transport

    @staticmethod
    def _post(transport: Transport, signal: Signal, body: bytes, timeout_seconds: float) -> Outcome:
        with imports():
            from opentelemetry.instrumentation.utils import suppress_instrumentation
        # An instrumented HTTP client would trace our sending, and so send for ever.
        with suppress_instrumentation():
            return transport.send(signal, body, timeout_seconds)

    def renew(self) -> None:
        """Begin with connections of this process's own; the parent's stay open for it."""
        self._transport = None

    def close(self) -> None:
        """Close the connections."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None


class ExporterDelivery:
    """Hands spans to an OpenTelemetry exporter; for scores it calls `export_scores` if it can."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def send_spans(
        self,
        spans: Sequence[ReadableSpan],
        largest: int,  # noqa: ARG002 - the protocol's
        timeout_seconds: float,  # noqa: ARG002 - the protocol's
    ) -> Outcome:
        """Export spans; a failure is final, as with OpenTelemetry's own processors."""
        from opentelemetry.sdk.trace.export import SpanExportResult

        if self._exporter.export(spans) is SpanExportResult.SUCCESS:
            return DELIVERED
        return Outcome("refused", f"{type(self._exporter).__name__} failed")

    def send_scores(
        self,
        scores: Sequence[ScoreRecord],
        timeout_seconds: float,  # noqa: ARG002 - the protocol's
    ) -> Outcome:
        """Export scores where the exporter takes them."""
        export = getattr(self._exporter, "export_scores", None)
        if export is not None:
            export(scores)
        return DELIVERED

    def renew(self) -> None:
        """Nothing is shared that we know of."""

    def close(self) -> None:
        """Shut the exporter down."""
        self._exporter.shutdown()
