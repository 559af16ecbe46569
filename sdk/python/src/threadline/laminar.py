"""Be the face of the SDK: start tracing, make spans, say which session they belong to, stop."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from threadline import runtime
from threadline.guard import guarded, logger
from threadline.span_methods import SpanMethods
from threadline.trace_methods import TraceMethods

if TYPE_CHECKING:
    from threadline.instruments.names import Instruments


class Laminar(SpanMethods, TraceMethods):
    """The SDK. Every method but `initialize` is a no-op before it, and none of them raises."""

    @classmethod
    def initialize(  # noqa: PLR0917 - Laminar's arguments, in its order
        cls,
        project_api_key: str | None = None,
        base_url: str | None = None,
        base_http_url: str | None = None,
        http_port: int | None = None,
        grpc_port: int | None = None,
        instruments: Iterable[Instruments] | None = None,
        disabled_instruments: Iterable[Instruments] | None = None,
        disable_batch: bool = False,
        max_export_batch_size: int | None = None,
        max_export_batch_size_bytes: int | None = None,
        flush_by_size: bool = False,
        export_timeout_seconds: float | None = None,
        set_global_tracer_provider: bool = True,
        otel_logger_level: int = logging.ERROR,
        session_recording_options: Mapping[str, Any] | None = None,  # noqa: ARG003 - as said below
        force_http: bool = False,
        metadata: Mapping[str, Any] | None = None,
        *,
        sample_rate: float | None = None,
        mask: Callable[[str, str], str] | None = None,
        mask_patterns: Sequence[str] | None = None,
        trace_content: bool | None = None,
        max_attribute_bytes: int | None = None,
    ) -> None:
        """Start tracing. A second call is ignored.

        Argument wins over `LMNR_*` variable, that over `OTEL_*`, that over the default; the table
        is `threadline.settings.SETTINGS`.

        Args:
            project_api_key: key of the project. A server in open mode takes none.
            base_url: the server, `http://localhost:8000` by default.
            base_http_url: the server, where HTTP has a host of its own.
            http_port: port of the server.
            grpc_port: accepted for compatibility; nothing goes over gRPC.
            instruments: packages to trace; by default all that are imported, none for an empty set.
            disabled_instruments: packages to leave alone.
            disable_batch: send each span at once.
            max_export_batch_size: spans in one request.
            max_export_batch_size_bytes: estimated bytes in one request, before compression.
            flush_by_size: accepted for compatibility; batches always obey their size.
            export_timeout_seconds: time limit of one request, and of `shutdown`.
            set_global_tracer_provider: join the program's OpenTelemetry provider, or become it.
                False keeps a provider apart, whose spans are those of this SDK alone.
            otel_logger_level: level of the logger `opentelemetry.trace`.
            session_recording_options: accepted for compatibility; browsers are not recorded.
            force_http: accepted for compatibility; HTTP is all there is.
            metadata: of every trace.
            sample_rate: share of sessions that is kept, 0 to 1.
            mask: called with key and text of every string that would be sent; what it returns is
                sent instead.
            mask_patterns: built-in patterns to mask, out of `keys`, `emails`, `cards`.
            trace_content: False records no inputs and outputs.
            max_attribute_bytes: UTF-8 bytes at which a text is cut, with a mark.

        Raises:
            TypeError: an argument is of a wrong kind.
            ValueError: an argument is out of its range.

        Example:
            ```python
            Laminar.initialize(project_api_key="…", base_url="http://localhost:8000")
            ```
        """
        if runtime.settings is not None:
            logger.debug("Laminar.initialize was called again; the first call holds.")
            return
        from threadline.settings import resolve

        arguments = {
            "project_api_key": project_api_key,
            "base_url": base_url,
            "base_http_url": base_http_url,
            "http_port": http_port,
            "grpc_port": grpc_port,
            "disable_batch": disable_batch or None,
            "max_export_batch_size": max_export_batch_size,
            "max_export_batch_size_bytes": max_export_batch_size_bytes,
            "flush_by_size": flush_by_size,
            "export_timeout_seconds": export_timeout_seconds,
            "force_http": force_http,
            "metadata": metadata,
            "sample_rate": sample_rate,
            "mask": mask,
            "mask_patterns": mask_patterns,
            "trace_content": trace_content,
            "max_attribute_bytes": max_attribute_bytes,
        }
        settings = resolve(arguments, os.environ)
        logging.getLogger("opentelemetry.trace").setLevel(otel_logger_level)
        with guarded("initializing"):
            runtime.begin(
                settings,
                instruments=instruments,
                disabled_instruments=disabled_instruments,
                set_global=set_global_tracer_provider,
            )

    @classmethod
    def is_initialized(cls) -> bool:
        """Whether `initialize` was called, and `shutdown` not since."""
        return runtime.settings is not None

    @classmethod
    def get_base_http_url(cls) -> str | None:
        """The server's URL; None before `initialize`."""
        return None if runtime.settings is None else runtime.settings.base_http_url

    @classmethod
    def get_project_api_key(cls) -> str | None:
        """The project's key; None without one."""
        return None if runtime.settings is None else runtime.settings.project_api_key

    @classmethod
    def flush(cls) -> bool:
        """Send everything that has ended, now; whether it all arrived."""
        running = runtime.current
        return False if running is None else running.processor.force_flush()

    @classmethod
    def force_flush(cls) -> bool:
        """The same as `flush`, which waits for the server's answer: at the end of a Lambda."""
        return cls.flush()

    @classmethod
    def shutdown(cls) -> None:
        """Send what waits, within the export timeout, and stop tracing."""
        with guarded("shutting down"):
            runtime.end()
