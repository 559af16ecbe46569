"""Turn the arguments, result and error of a call into a span that starts and ends with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from opentelemetry import trace

from threadline import association
from threadline.activation import detach, record_error
from threadline.attributes import SPAN_INPUT, SPAN_OUTPUT, put
from threadline.beginning import own_trace
from threadline.encode import encode
from threadline.guard import contain, warn_once
from threadline.signature import Signature

if TYPE_CHECKING:
    from contextvars import Token

    from opentelemetry.context import Context

    from threadline.runtime import Runtime


class Observation:
    """What is recorded of each call of one function; made once, when it is decorated."""

    __slots__ = (
        "attributes",
        "foreign_parent",
        "input",
        "input_formatter",
        "metadata",
        "name",
        "new_trace",
        "output",
        "output_formatter",
        "signature",
    )

    def __init__(self, function: Callable[..., Any], name: str | None, **options: Any) -> None:
        self.signature = Signature(function, options["ignored"])
        self.name = name or name_of(function)
        self.attributes: dict[str, Any] = options["attributes"]
        self.metadata: Mapping[str, Any] | None = options["metadata"]
        self.input: bool = options["input"]
        self.output: bool = options["output"]
        self.input_formatter: Callable[..., Any] | None = options["input_formatter"]
        self.output_formatter: Callable[..., Any] | None = options["output_formatter"]
        self.foreign_parent: bool = options["foreign_parent"]
        self.new_trace: bool = options["new_trace"]

    def start(
        self,
        running: Runtime,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        parent: Context | None = None,
    ) -> trace.Span | None:
        """Start the span of a call; None if that failed, which is contained."""
        try:
            attributes = self.attributes
            if self.input and running.content:
                text = self._input(args, kwargs)
                if text is not None:
                    attributes = {**attributes, SPAN_INPUT: text}
            if self.new_trace or running.isolated:
                span = self._start_apart(running, attributes, parent)
            else:
                span = running.tracer.start_span(self.name, parent, attributes=attributes)
            if self.metadata:
                association.add_metadata(span, self.metadata)
        except Exception:  # noqa: BLE001 - a span is not worth the program
            contain("starting the span of a call")
            return None
        return span

    def _start_apart(
        self, running: Runtime, attributes: dict[str, Any], parent: Context | None
    ) -> trace.Span:
        if self.new_trace:
            links, parent = own_trace(parent)
            return running.tracer.start_span(self.name, parent, attributes=attributes, links=links)
        parent = running.own_parent(parent, foreign=self.foreign_parent)
        return running.tracer.start_span(self.name, parent, attributes=attributes)

    def _input(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str | None:
        if self.input_formatter is not None:
            return self._formatted(self.input_formatter, "input_formatter", *args, **kwargs)
        return self.signature.text(args, kwargs)

    def end(
        self, running: Runtime, span: trace.Span, token: Token[Context], result: object
    ) -> None:
        """End the span of a call that returned."""
        try:
            detach(token)
            if result is not None and self.output and running.content:
                text = self.output_text(result)
                if text is not None:
                    put(span, SPAN_OUTPUT, text)
            span.end()
        except Exception:  # noqa: BLE001 - the result is the caller's all the same
            contain("ending the span of a call")

    def output_text(self, result: object) -> str | None:
        """A result as the JSON text of the output; None if the formatter gives none."""
        if self.output_formatter is not None:
            return self._formatted(self.output_formatter, "output_formatter", result)
        return encode(result)

    def fail(self, span: trace.Span, token: Token[Context], error: BaseException) -> None:
        """End the span of a call that raised."""
        try:
            detach(token)
            record_error(span, error)
            span.end()
        except Exception:  # noqa: BLE001 - the error is the caller's all the same
            contain("ending the span of a failed call")

    def _formatted(
        self, formatter: Callable[..., Any], role: str, *args: Any, **kwargs: Any
    ) -> str | None:
        try:
            formatted = formatter(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - the user's function
            warn_once(
                f"{role}: {self.name}",
                "The %s of %s raised %s; nothing is recorded in its place.",
                role,
                self.name,
                type(error).__name__,
            )
            return None
        return None if formatted is None else encode(formatted)


def name_of(function: Any) -> str:
    """The name that a function goes by, under what is wrapped around it."""
    while isinstance(function, partial):
        function = function.func
    return getattr(function, "__name__", None) or type(function).__name__
