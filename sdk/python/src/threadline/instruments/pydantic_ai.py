"""Turns on the tracing that Pydantic AI brings along.

It writes OpenTelemetry's GenAI attributes by itself, so nothing needs to be translated: the span
processor that OpenInference has for it would rewrite the spans, and the status, of everything
else in the process too.
"""

from collections.abc import Collection
from typing import Any

from opentelemetry.instrumentation.instrumentor import (  # type: ignore[attr-defined]  # untyped
    BaseInstrumentor,
)


class PydanticAIInstrumentor(BaseInstrumentor):  # type: ignore[misc]  # untyped as well
    """Stands where other packages have an instrumentor of their own."""

    @property
    def is_instrumented_by_opentelemetry(self) -> bool:
        """Whether all agents are traced already, by us or by the program itself."""
        from pydantic_ai import Agent  # type: ignore[import-not-found]  # the program's package

        return bool(getattr(Agent, "_instrument_default", False))

    def instrumentation_dependencies(self) -> Collection[str]:
        """Give the releases whose attributes are the ones that servers read."""
        return ("pydantic-ai-slim >= 1.0",)

    def _instrument(self, **options: Any) -> None:
        """Trace every agent that has no settings of its own.

        https://ai.pydantic.dev/logfire/#using-opentelemetry
        """
        from pydantic_ai import Agent
        from pydantic_ai.models.instrumented import (  # type: ignore[import-not-found]  # as above
            InstrumentationSettings,
        )

        Agent.instrument_all(InstrumentationSettings(**options))

    def _uninstrument(self, **_: Any) -> None:
        from pydantic_ai import Agent

        Agent.instrument_all(False)
