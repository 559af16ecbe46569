"""Turn settings into this process's tracing: a provider, our processor on it, and a tracer."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opentelemetry import context, trace

from threadline import association
from threadline.attributes import SCOPE
from threadline.guard import guarded, logger, warn_once
from threadline.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Protocol

    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import TracerProvider

    from threadline.instruments.names import Instruments
    from threadline.score import ScoreRecord
    from threadline.settings import Settings

    class Processor(Protocol):
        """What spans and scores are handed to."""

        def put_score(self, record: ScoreRecord) -> None:
            """Queue a score."""

        def force_flush(self, timeout_millis: int = 30_000) -> bool:
            """Send everything that has ended; whether it all arrived."""

        def shutdown(self) -> None:
            """Send what waits, and take nothing more."""


MAX_ATTRIBUTES = 10_000
"""Attributes of one span in a provider that we make; OpenTelemetry's 128 cut conversations."""


@dataclass(slots=True)
class Runtime:
    """What is running between `Laminar.initialize` and `Laminar.shutdown`.

    Attributes:
        settings: as resolved.
        provider: ours, or the program's own.
        processor: hands what ends to the export.
        tracer: of `provider`, under our scope.
        isolated: the provider is not the global one, so spans of others are no parents.
        content: inputs and outputs are recorded.
    """

    settings: Settings
    provider: TracerProvider
    processor: Processor
    tracer: trace.Tracer
    isolated: bool
    content: bool

    def own_parent(
        self, parent_context: Context | None, *, foreign: bool = False
    ) -> Context | None:
        """The context to start a span in, without a parent that this provider never saw.

        Args:
            parent_context: an OpenTelemetry context; None means the current one.
            foreign: let spans of other providers be parents all the same.
        """
        if not self.isolated or foreign:
            return parent_context
        parent = trace.get_current_span(parent_context)
        place = parent.get_span_context()
        ours = getattr(parent, "resource", None) is self.provider.resource
        if not place.is_valid or place.is_remote or ours:
            return parent_context
        return trace.set_span_in_context(trace.INVALID_SPAN, parent_context)


current: Runtime | None = None
"""Set while spans are made; None before `initialize`, after `shutdown`, and where disabled."""

settings: Settings | None = None
"""Set from `initialize` to `shutdown`, where tracing is disabled too."""


def begin(
    resolved: Settings,
    *,
    instruments: Iterable[Instruments] | None,
    disabled_instruments: Iterable[Instruments] | None,
    set_global: bool,
) -> None:
    """Start tracing.

    Args:
        resolved: the settings.
        instruments: packages to trace; None for every one that is installed.
        disabled_instruments: packages to leave alone.
        set_global: join, or become, the global tracer provider.
    """
    global current, settings  # noqa: PLW0603 - one SDK in a process
    settings = resolved
    if resolved.log_level is not None:
        logger.setLevel(resolved.log_level)
    if resolved.disabled:
        return
    from threadline.processor import LaminarSpanProcessor

    provider, isolated = _provider(set_global=set_global)
    processor = LaminarSpanProcessor.of(resolved)
    provider.add_span_processor(processor)
    association.set_base_metadata(resolved.metadata)
    tracer = provider.get_tracer(SCOPE, VERSION)
    current = Runtime(
        resolved, provider, processor, tracer, isolated, content=resolved.trace_content
    )
    with guarded("switching instrumentations on"):
        from threadline.instruments import switch_on

        switch_on(instruments, disabled_instruments, provider, trace_content=resolved.trace_content)
    if resolved.span_context is not None:
        _continue_from(resolved.span_context)


def _provider(*, set_global: bool) -> tuple[TracerProvider, bool]:
    from opentelemetry.sdk.environment_variables import OTEL_TRACES_SAMPLER
    from opentelemetry.sdk.trace import SpanLimits, TracerProvider

    from threadline.sampler import ParentSampler

    existing = trace.get_tracer_provider()
    if set_global and isinstance(existing, TracerProvider):
        return existing, False
    replaceable = isinstance(existing, (trace.ProxyTracerProvider, trace.NoOpTracerProvider))
    if set_global and not replaceable:
        warn_once(
            "foreign provider",
            "The global tracer provider is a %s, which takes no span processors: only spans of "
            "Threadline itself are sent.",
            type(existing).__name__,
        )
    # A sampler that the environment names is OpenTelemetry's to find.
    sampler = None if OTEL_TRACES_SAMPLER in os.environ else ParentSampler()
    made = TracerProvider(sampler, span_limits=SpanLimits(max_span_attributes=MAX_ATTRIBUTES))
    if set_global and replaceable:
        trace.set_tracer_provider(made)
        return made, False
    return made, True


def _continue_from(text: str) -> None:
    from threadline.span_context import LaminarSpanContext

    parsed = LaminarSpanContext.parse(text)
    if parsed is None:
        warn_once("environment: LMNR_SPAN_CONTEXT", "LMNR_SPAN_CONTEXT holds no span context.")
    else:
        context.attach(parsed.as_parent())


def end() -> None:
    """Send what waits, and stop tracing."""
    global current, settings
    running, current, settings = current, None, None
    association.set_base_metadata({})
    if running is None:
        return
    running.processor.shutdown()
    _remove_processor(running.provider, running.processor)


def _remove_processor(provider: TracerProvider, processor: Processor) -> None:
    # OpenTelemetry has no way to take a processor off a provider, which a notebook that
    # initializes again and again would fill with dead ones.
    with guarded("taking the processor off"):
        joined: Any = getattr(provider, "_active_span_processor", None)
        processors = getattr(joined, "_span_processors", None)
        if processors is not None:
            rest = tuple(each for each in processors if each is not processor)
            joined._span_processors = rest  # noqa: SLF001 - as said above


def put_score(record: ScoreRecord) -> None:
    """Queue a score, if tracing runs."""
    if current is not None:
        current.processor.put_score(record)
