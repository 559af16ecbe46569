"""Turns a tracer provider into one for clients of providers, whose calls a framework may make."""

from collections.abc import Callable
from typing import Any

from opentelemetry.context import Context
from opentelemetry.trace import Span, Tracer, TracerProvider

from threadline.instruments.langchain import model_run_context


class ClientTracerProvider(TracerProvider):
    """Gives tracers whose spans are children of the LangChain model that makes the call."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider

    def get_tracer(self, *args: Any, **kwargs: Any) -> Tracer:
        """Give the provider's tracer, with that difference."""
        return ClientTracer(self._provider.get_tracer(*args, **kwargs))


class ClientTracer(Tracer):
    """A tracer that looks for the span of a LangChain model where it is given no context."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer

    def start_span(
        self, name: str, context: Context | None = None, *args: Any, **options: Any
    ) -> Span:
        """Start a span as the tracer does.

        OpenInference calls this with a proxy of us for `self`, so that its ids do not depend on the
        seed a program sets; the tracer's own method has to see that proxy too.
        """
        start: Callable[..., Span] = type(self._tracer).start_span
        return start(self, name, context or model_run_context(), *args, **options)

    def start_as_current_span(
        self, name: str, context: Context | None = None, *args: Any, **options: Any
    ) -> Any:
        """Start a span and make it the current one, as the tracer does."""
        found = context or model_run_context()
        return self._tracer.start_as_current_span(name, found, *args, **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tracer, name)
