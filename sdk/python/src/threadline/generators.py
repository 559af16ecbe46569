"""Run a generator's body in an OpenTelemetry context of its own, which is left at each yield."""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, Callable, Generator
from functools import partial, wraps
from types import MethodType
from typing import TYPE_CHECKING, Any

from opentelemetry import context as context_api

from threadline.activation import detach

if TYPE_CHECKING:
    from contextvars import Token

    from opentelemetry.context import Context


class Body:
    """The context of a generator's body, and what is told of its course.

    Args:
        context: the context it runs in; what the body changes in it is kept between yields.
    """

    __slots__ = ("context",)

    def __init__(self, context: Context) -> None:
        self.context = context

    def begun(self) -> bool:
        """Called before the first step; False lets the generator run as it is."""
        return True

    def yielded(self, value: object) -> None:
        """Called with each value that the body yields."""

    def ended(self, error: BaseException | None) -> None:
        """Called when the body has returned, raised, or been closed early (None then, too)."""

    def enter(self) -> Token[Context]:
        """Make the body's context the current one."""
        return context_api.attach(self.context)

    def leave(self, token: Token[Context]) -> None:
        """Keep the context for the next step, and restore the one before."""
        self.context = context_api.get_current()
        detach(token)


def steps(generator: Generator[Any, Any, Any], body: Body) -> Generator[Any, Any, Any]:
    """The same generator, its body in a context of its own.

    `send`, `throw`, `close` and the return value pass through; an exception is the body's own.
    """
    if not body.begun():
        return (yield from generator)
    advance, value = generator.send, None
    while True:
        token = body.enter()
        try:
            item = advance(value)
        except StopIteration as stop:
            body.leave(token)
            body.ended(None)
            return stop.value
        except BaseException as error:
            body.leave(token)
            body.ended(error)
            raise
        body.leave(token)
        body.yielded(item)
        try:
            value = yield item
            advance = generator.send
        except GeneratorExit:
            _close(generator, body)
            raise
        except BaseException as error:  # noqa: BLE001 - thrown in by the caller, for the body
            advance, value = generator.throw, error


def _close(generator: Generator[Any, Any, Any], body: Body) -> None:
    token = body.enter()
    try:
        generator.close()
    except BaseException as error:
        body.leave(token)
        body.ended(error)
        raise
    body.leave(token)
    body.ended(None)


async def async_steps(generator: AsyncGenerator[Any, Any], body: Body) -> AsyncGenerator[Any, Any]:
    """The same asynchronous generator, its body in a context of its own.

    What the caller sends, throws or closes passes through; an exception is the body's own.
    """
    if not body.begun():
        async for item in generator:
            yield item
        return
    advance, value = generator.asend, None  # codespell:ignore
    while True:
        token = body.enter()
        try:
            item = await advance(value)
        except StopAsyncIteration:
            body.leave(token)
            body.ended(None)
            return
        except BaseException as error:
            body.leave(token)
            body.ended(error)
            raise
        body.leave(token)
        body.yielded(item)
        try:
            value = yield item
            advance = generator.asend  # codespell:ignore
        except GeneratorExit:
            await _aclose(generator, body)
            raise
        except BaseException as error:  # noqa: BLE001 - thrown in by the caller, for the body
            advance, value = generator.athrow, error


async def _aclose(generator: AsyncGenerator[Any, Any], body: Body) -> None:
    token = body.enter()
    try:
        await generator.aclose()
    except BaseException as error:
        body.leave(token)
        body.ended(error)
        raise
    body.leave(token)
    body.ended(None)


class GeneratorFunction:
    """A generator function whose bodies run in contexts of their own.

    Frameworks ask `inspect.isgeneratorfunction` (pytest of fixtures, FastAPI of dependencies),
    which only a function with `yield` in it answers; but the call of such a function runs nothing,
    and the context of the call is the one that counts. So this is an object that looks like a
    function to `inspect`, as compiled functions do.

    Args:
        function: a generator function or asynchronous generator function.
        body: gives a call's body, by positional and keyword arguments; None leaves it as it is.
    """

    __wrapped__: Callable[..., Any]
    __qualname__: str

    def __init__(
        self,
        function: Callable[..., Any],
        body: Callable[[tuple[Any, ...], dict[str, Any]], Body | None],
    ) -> None:
        wraps(function)(self)
        plain: Any = function
        while isinstance(plain, partial):
            plain = plain.func
        self.__name__ = plain.__name__
        self.__qualname__ = plain.__qualname__
        self.__code__ = plain.__code__
        self.__defaults__ = plain.__defaults__
        self.__kwdefaults__ = plain.__kwdefaults__
        self._body = body
        self._steps: Any = async_steps if inspect.isasyncgenfunction(function) else steps

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Make a generator; its body begins with its first step."""
        generator = self.__wrapped__(*args, **kwargs)
        body = self._body(args, kwargs)
        return generator if body is None else self._steps(generator, body)

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        return self if instance is None else MethodType(self, instance)

    def __reduce__(self) -> str:
        return self.__qualname__  # pickled by its name, like a function

    def __repr__(self) -> str:
        return f"<generator function {self.__qualname__}>"
