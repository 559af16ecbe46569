"""Finds the instrumentor of another make that traces the same package already."""

import re
from collections.abc import Iterator
from typing import Any

from opentelemetry.instrumentation.instrumentor import (  # type: ignore[attr-defined]  # untyped
    BaseInstrumentor,
)


def rival_of(instrumentor: Any) -> str | None:
    """Give the class of an instrumentor that the program switched on for the same package.

    Two that trace one package make two spans of each call.
    """
    if not isinstance(instrumentor, BaseInstrumentor):
        return None
    own = _packages(instrumentor)
    for other in _instances(BaseInstrumentor):
        same = other is not instrumentor and not own.isdisjoint(_packages(other))
        if same and other.is_instrumented_by_opentelemetry:
            return f"{type(other).__module__}.{type(other).__qualname__}"
    return None


def _instances(kind: type[BaseInstrumentor]) -> Iterator[BaseInstrumentor]:
    """Every instrumentor that exists: each class makes one instance, and keeps it."""
    for below in kind.__subclasses__():
        instance = below.__dict__.get("_instance")
        if isinstance(instance, BaseInstrumentor):
            yield instance
        yield from _instances(below)


def _packages(instrumentor: BaseInstrumentor) -> set[str]:
    """The names in requirements like `openai >= 2.8`, as registries compare them."""
    names = (
        re.match(r"[\w.-]+", requirement)
        for requirement in instrumentor.instrumentation_dependencies()
    )
    return {re.sub(r"[-_.]+", "-", name.group()).lower() for name in names if name}
