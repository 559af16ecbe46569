"""Hand out the tracer and the tracer provider that `Laminar.initialize` set up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace

from threadline import runtime
from threadline.attributes import SCOPE


def get_laminar_tracer_provider() -> trace.TracerProvider:
    """The tracer provider whose spans are sent; the global one before `Laminar.initialize`."""
    running = runtime.current
    return trace.get_tracer_provider() if running is None else running.provider


@contextmanager
def get_tracer(flush_on_exit: bool = False) -> Iterator[trace.Tracer]:
    """A block with the tracer whose spans are sent.

    Args:
        flush_on_exit: send everything when the block is left.

    Example:
        ```python
        with get_tracer() as tracer, tracer.start_as_current_span("step"):
            ...
        ```
    """
    running = runtime.current
    try:
        yield trace.get_tracer(SCOPE) if running is None else running.tracer
    finally:
        if flush_on_exit and running is not None:
            running.processor.force_flush()
