"""Turn the spans of a tracer provider, ours or the user's own, into exports to Threadline."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from opentelemetry.sdk.trace import SpanProcessor
from opentelemetry.trace import TraceFlags

from threadline import association
from threadline.export.delivery import ExporterDelivery, HttpDelivery
from threadline.export.memory import span_bytes
from threadline.export.process import is_ending
from threadline.export.queue import ExportQueue
from threadline.guard import contain
from threadline.settings import Settings, resolve

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import ReadableSpan, Span
    from opentelemetry.sdk.trace.export import SpanExporter

    from threadline.score import ScoreRecord


def _ignore(span: ReadableSpan, estimated_bytes: int) -> None:
    """What a disabled processor does with a span."""


class LaminarSpanProcessor(SpanProcessor):
    """Gives spans the session and user of their trace, and exports them.

    `Laminar.initialize` makes one. It also stands alone, on a tracer provider of the user's:

    Example:
        ```python
        provider.add_span_processor(LaminarSpanProcessor(base_url="http://localhost:8000"))
        ```

    Args:
        base_url: the server; see `Laminar.initialize`.
        http_port: its port, if `base_url` has none.
        grpc_port: accepted for compatibility; nothing goes over gRPC.
        api_key: the project's key, else that of `LMNR_PROJECT_API_KEY`.
        timeout_seconds: of one request, and of `shutdown`.
        force_http: accepted for compatibility; HTTP is all there is.
        max_export_batch_size: spans in one request.
        max_export_batch_size_bytes: estimated bytes in one request.
        flush_by_size: accepted for compatibility; batches always obey their size.
        disable_batch: send each span at once.
        exporter: gets the spans instead of the server.

    Raises:
        TypeError: an argument is of a wrong kind.
        ValueError: an argument is out of its range.
    """

    def __init__(  # noqa: PLR0917 - the official ones, which may be given by position
        self,
        base_url: str | None = None,
        http_port: int | None = None,
        grpc_port: int | None = None,
        api_key: str | None = None,
        timeout_seconds: float = 30,
        force_http: bool = False,
        max_export_batch_size: int | None = None,
        max_export_batch_size_bytes: int | None = None,
        flush_by_size: bool = False,
        disable_batch: bool = False,
        exporter: SpanExporter | None = None,
    ) -> None:
        arguments = {
            "base_url": base_url,
            "http_port": http_port,
            "grpc_port": grpc_port,
            "project_api_key": api_key,
            "export_timeout_seconds": timeout_seconds,
            "force_http": force_http,
            "max_export_batch_size": max_export_batch_size,
            "max_export_batch_size_bytes": max_export_batch_size_bytes,
            "flush_by_size": flush_by_size,
            "disable_batch": disable_batch,
        }
        self._open(resolve(arguments, os.environ), exporter)

    @classmethod
    def of(cls, settings: Settings, exporter: SpanExporter | None = None) -> LaminarSpanProcessor:
        """A processor by settings that are resolved already.

        Args:
            settings: what `Laminar.initialize` and the environment say.
            exporter: gets the spans instead of the server.
        """
        processor = cls.__new__(cls)
        processor._open(settings, exporter)  # noqa: SLF001 - its own class
        return processor

    def _open(self, settings: Settings, exporter: SpanExporter | None) -> None:
        delivery = HttpDelivery(settings) if exporter is None else ExporterDelivery(exporter)
        self._settings = settings
        self._queue = ExportQueue(settings, delivery)
        self._put = _ignore if settings.disabled else self._queue.put

    @property
    def dropped(self) -> int:
        """Spans and scores given up in this process: for want of room, or refused by the server."""
        return self._queue.dropped

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """Let a span take session and user of its trace."""
        try:
            association.started(span, parent_context)
        except Exception:  # noqa: BLE001 - the user's program goes on
            contain("starting a span")

    def on_end(self, span: ReadableSpan) -> None:
        """Queue an ended span, if it is sampled and its session is kept."""
        try:
            association.ended(span)
            # Of the flags the bit, not the property: this is on every span's way.
            if span.context.trace_flags & TraceFlags.SAMPLED:
                self._put(span, span_bytes(span))
        except Exception:  # noqa: BLE001 - as above
            contain("queuing a span")

    def put_score(self, record: ScoreRecord) -> None:
        """Queue a score; from any thread."""
        try:
            if not self._settings.disabled:
                self._queue.put_log(record)
        except Exception:  # noqa: BLE001 - as above
            contain("queuing a score")

    def shutdown(self) -> None:
        """Send what is left, take nothing more, and say what was lost."""
        self.close(self._settings.timeout_seconds)

    def close(self, timeout_seconds: float) -> bool:
        """As `shutdown`, within a time, in seconds; give whether everything left arrived."""
        try:
            return self._queue.shutdown(timeout_seconds)
        except KeyboardInterrupt:
            # Whoever presses Ctrl-C while the process ends wants no traceback of it.
            if not is_ending():
                raise
            return False
        except Exception:  # noqa: BLE001 - as above
            contain("shutting down")
            return False

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Send everything now; give whether it all arrived."""
        try:
            return self._queue.flush(timeout_millis / 1000)
        except Exception:  # noqa: BLE001 - as above
            contain("flushing")
            return False
