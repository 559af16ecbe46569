"""Turn calls of a function into spans with its arguments as input and its result as output."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial, wraps
from typing import Any, TypeVar, overload

from opentelemetry import context as context_api
from opentelemetry import trace

from threadline import runtime
from threadline.beginning import said_at_start
from threadline.guard import warn_once
from threadline.observation import Observation
from threadline.observed_generator import LATER, go_on, observed_generator

F = TypeVar("F", bound="Callable[..., Any] | staticmethod[..., Any] | classmethod[Any, ..., Any]")


@overload
def observe(function: F, /) -> F: ...


@overload
def observe(
    *,
    name: str | None = None,
    session_id: str | None = None,
    user_id: str | None = None,
    ignore_input: bool = False,
    ignore_output: bool = False,
    span_type: str = "DEFAULT",
    ignore_inputs: Sequence[str] | None = None,
    input_formatter: Callable[..., Any] | None = None,
    output_formatter: Callable[..., Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
    tags: Sequence[str] | None = None,
    preserve_global_context: bool = False,
    new_trace: bool = False,
) -> Callable[[F], F]: ...


def observe(
    function: F | None = None,
    /,
    *,
    name: str | None = None,
    session_id: str | None = None,
    user_id: str | None = None,
    ignore_input: bool = False,
    ignore_output: bool = False,
    span_type: str = "DEFAULT",
    ignore_inputs: Sequence[str] | None = None,
    input_formatter: Callable[..., Any] | None = None,
    output_formatter: Callable[..., Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
    tags: Sequence[str] | None = None,
    preserve_global_context: bool = False,
    new_trace: bool = False,
) -> Any:
    """Make every call of a function a span.

    For functions, coroutine functions, generators, asynchronous generators, methods, static and
    class methods, `functools.partial` objects and other callables. What the function returns or
    raises is unchanged; before `Laminar.initialize` it just runs. A generator's span lasts from its
    first step to its end, and is the current span only while the generator's body runs.

    Args:
        function: the function itself, where the decorator is written without parentheses.
        name: of the span; the function's own by default.
        session_id: session of the span, and of its trace if that has none yet.
        user_id: user of the span, and of its trace if that has none yet.
        ignore_input: record no input.
        ignore_output: record no output.
        span_type: DEFAULT, LLM, TOOL, EXECUTOR, EVALUATOR, EVALUATION, AGENT, RETRIEVAL, EMBEDDING,
            CHAIN or GUARDRAIL, in any case.
        ignore_inputs: names of arguments to leave out of the input.
        input_formatter: called with the function's arguments; its result is recorded as the input.
        output_formatter: called with the function's result (of a generator, the list of what it
            yielded); its result is recorded as the output.
        metadata: of the span, merged into its trace's.
        tags: of the span.
        preserve_global_context: with `set_global_tracer_provider=False`, continue traces of the
            program's own tracer provider.
        new_trace: let each call be a trace of its own, which keeps the session, user and metadata
            of the trace it is called in and links to the span it is called from.

    Example:
        ```python
        @observe(name="answer", session_id="chat-42")
        def answer(question: str) -> str: ...
        ```
    """
    options: dict[str, Any] = {
        "name": name,
        "attributes": said_at_start(span_type, session_id, user_id, metadata, tags),
        "metadata": metadata,
        "input": not ignore_input,
        "output": not ignore_output,
        "ignored": frozenset(ignore_inputs or ()),
        "input_formatter": input_formatter,
        "output_formatter": output_formatter,
        "foreign_parent": preserve_global_context,
        "new_trace": new_trace,
    }
    if function is not None:
        return _observed(function, options)
    return partial(_observed, options=options)


def _observed(function: Any, options: dict[str, Any]) -> Any:
    if isinstance(function, (staticmethod, classmethod)):
        return type(function)(_observed(function.__func__, options))
    if isinstance(function, type):
        warn_once("observe class", "observe leaves classes as they are; it is for functions.")
        return function
    if not callable(function):
        raise TypeError(f"observe is for functions, not for a {type(function).__name__}")
    observation = Observation(function, **options)
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        return observed_generator(function, observation)
    call = getattr(function, "__call__", None)  # noqa: B004 - of an object, which may be async
    if inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(call):
        return _observed_coroutine(function, observation)
    return _observed_call(function, observation)


def _observed_call(function: Callable[..., Any], observation: Observation) -> Callable[..., Any]:
    start, end, fail = observation.start, observation.end, observation.fail
    attach, set_span = context_api.attach, trace.set_span_in_context

    @wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        running = runtime.current
        if running is None or (span := start(running, args, kwargs)) is None:
            return function(*args, **kwargs)
        token = attach(set_span(span))
        try:
            result = function(*args, **kwargs)
        except BaseException as error:
            fail(span, token, error)
            raise
        if type(result) in LATER:
            return go_on(result, observation, span, token)
        end(running, span, token, result)
        return result

    return wrapper


def _observed_coroutine(
    function: Callable[..., Coroutine[Any, Any, Any]], observation: Observation
) -> Callable[..., Coroutine[Any, Any, Any]]:
    start, end, fail = observation.start, observation.end, observation.fail
    attach, set_span = context_api.attach, trace.set_span_in_context

    @wraps(function)
    async def wrapper(*args: Any, **kwargs: Any) -> Any:
        running = runtime.current
        if running is None or (span := start(running, args, kwargs)) is None:
            return await function(*args, **kwargs)
        token = attach(set_span(span))
        try:
            result = await function(*args, **kwargs)
        except BaseException as error:
            fail(span, token, error)
            raise
        if type(result) in LATER:
            return go_on(result, observation, span, token)
        end(running, span, token, result)
        return result

    return wrapper
