"""Turn the course of a generator or coroutine into one span with all that it yielded."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Coroutine
from functools import partial
from types import AsyncGeneratorType, CoroutineType, GeneratorType
from typing import TYPE_CHECKING, Any

from opentelemetry import context as context_api
from opentelemetry import trace

from threadline import runtime
from threadline.activation import detach, record_error
from threadline.attributes import SPAN_OUTPUT
from threadline.encode import encode
from threadline.generators import Body, GeneratorFunction, async_steps, steps
from threadline.guard import contain
from threadline.observation import Observation

if TYPE_CHECKING:
    from contextvars import Token

    from opentelemetry.context import Context

MAX_YIELDED = 10_000
"""Values of a generator that its output keeps; a mark counts the others."""

MAX_YIELDED_CHARACTERS = 10 * 1024 * 1024
"""Characters of JSON text that it keeps of them."""

LATER = frozenset({GeneratorType, AsyncGeneratorType, CoroutineType})
"""Kinds of results that go on after the call."""


class ObservedBody(Body):
    """The body of an observed generator, and its span."""

    __slots__ = ("call", "observation", "span", "yields")

    def __init__(
        self,
        observation: Observation,
        context: Context,
        span: trace.Span | None = None,
        call: tuple[tuple[Any, ...], dict[str, Any]] = ((), {}),
    ) -> None:
        super().__init__(context)
        self.observation = observation
        self.span = span
        self.call = call
        self.yields = Yields(as_text=observation.output_formatter is None)

    def begun(self) -> bool:
        """Start the span, in the context of the call, if the call did not."""
        if self.span is None:
            running = runtime.current
            if running is None:
                return False
            self.span = self.observation.start(running, *self.call, self.context)
            if self.span is None:
                return False
            self.context = trace.set_span_in_context(self.span, self.context)
        self.call = ((), {})
        return True

    def yielded(self, value: object) -> None:
        """Keep the value for the output."""
        if self.observation.output and _records_content():
            self.yields.add(value)

    def returned(self, result: object) -> None:
        """End the span of a coroutine, with its result as the output."""
        self._finish(
            None, None if result is None else partial(self.observation.output_text, result)
        )

    def ended(self, error: BaseException | None) -> None:
        """End the span, once, with what was yielded as the output."""
        self._finish(error, self._yielded_text)

    def _yielded_text(self) -> str | None:
        if self.yields.as_text:
            return self.yields.text()
        return self.observation.output_text(self.yields.values())

    def _finish(self, error: BaseException | None, output: Callable[[], str | None] | None) -> None:
        span, self.span = self.span, None
        if span is None:
            return
        try:
            records = output is not None and self.observation.output and _records_content()
            text = output() if records and output is not None else None
            if text is not None:
                span.set_attribute(SPAN_OUTPUT, text)
            if error is not None:
                record_error(span, error)
            span.end()
        except Exception:  # noqa: BLE001 - what the generator yields is the caller's all the same
            contain("ending the span of a generator")


def _records_content() -> bool:
    running = runtime.current
    return running is not None and running.content


class Yields:
    """What a generator yielded, up to a number of values and characters; a mark counts the rest.

    Args:
        as_text: keep each value as JSON text, as it was when it was yielded.
    """

    __slots__ = ("as_text", "count", "kept", "size")

    def __init__(self, *, as_text: bool) -> None:
        self.as_text = as_text
        self.kept: list[Any] = []
        self.count = 0
        self.size = 0

    def add(self, value: object) -> None:
        """Keep a value, if there is room."""
        self.count += 1
        if len(self.kept) >= MAX_YIELDED or self.size >= MAX_YIELDED_CHARACTERS:
            return
        if not self.as_text:
            self.kept.append(value)
            return
        text = encode(value)
        self.kept.append(text)
        self.size += len(text)

    def values(self) -> list[Any]:
        """The values, and the mark if there were more."""
        more = self.count - len(self.kept)
        return [*self.kept, f"[threadline: {more} more values]"] if more else self.kept

    def text(self) -> str:
        """The JSON text of an array of them."""
        more = self.count - len(self.kept)
        mark = [f'"[threadline: {more} more values]"'] if more else []
        return f"[{','.join([*self.kept, *mark])}]"


def observed_generator(function: Callable[..., Any], observation: Observation) -> Any:
    """A generator function whose generators are spans."""

    def body(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Body | None:
        if runtime.current is None:
            return None
        return ObservedBody(observation, context_api.get_current(), call=(args, kwargs))

    return GeneratorFunction(function, body)


def go_on(result: Any, observation: Observation, span: trace.Span, token: Token[Context]) -> Any:
    """What a function returned that goes on when it is iterated or awaited, and its span with it."""
    body = ObservedBody(observation, context_api.get_current(), span)
    detach(token)
    going_on: Any
    if isinstance(result, GeneratorType):
        going_on = steps(result, body)
    elif isinstance(result, AsyncGeneratorType):
        going_on = async_steps(result, body)
    else:
        going_on = _awaited(result, body)
    # One that is dropped before its first step runs no code that could end the span.
    weakref.finalize(going_on, body.ended, None)
    return going_on


async def _awaited(coroutine: Coroutine[Any, Any, Any], body: ObservedBody) -> Any:
    token = body.enter()
    try:
        result = await coroutine
    except BaseException as error:
        body.leave(token)
        body.ended(error)
        raise
    body.leave(token)
    body.returned(result)
    return result
