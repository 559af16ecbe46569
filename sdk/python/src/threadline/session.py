"""Turn a session id into a block, or a function, whose traces belong to that session."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Self, TypeVar, cast

from opentelemetry import context as context_api
from opentelemetry import trace

from threadline import association, runtime
from threadline.association import Association, id_text
from threadline.generators import Body, GeneratorFunction
from threadline.guard import contain

F = TypeVar("F", bound=Callable[..., Any])


class Session:
    """A block, or a decorator, of a session; made by `Laminar.session`.

    One object may be entered again and again, nested, and in many tasks and threads at once: it
    keeps nothing of where it was entered.

    Args:
        session_id: of the traces started in the block, or None to leave it.
        user_id: of these traces, or None to leave it.
        metadata: of these traces, over what is said around the block.
    """

    __slots__ = ("said",)

    def __init__(
        self,
        session_id: object = None,
        user_id: object = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        self.said = Association(id_text(session_id), id_text(user_id), metadata or None)

    def __enter__(self) -> Self:
        try:
            running = runtime.current
            if running is not None:
                association.enter(self, self.said)
                association.join(trace.get_current_span(), self.said, adopt=not running.isolated)
        except Exception:  # noqa: BLE001 - a session is not worth the program
            contain("entering a session")
        return self

    def __exit__(self, *error: object) -> None:
        try:
            association.leave(self)
        except Exception:  # noqa: BLE001 - as above
            contain("leaving a session")

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(self, *error: object) -> None:
        self.__exit__()

    def __call__(self, function: F) -> F:
        """The function, its calls (of generators, their bodies) in the session.

        Args:
            function: a function, coroutine function, generator or asynchronous generator.
        """
        return cast("F", self._decorated(function))

    def _decorated(self, function: Callable[..., Any]) -> Callable[..., Any]:
        if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
            return GeneratorFunction(function, lambda *_call: _Body(self))

        if inspect.iscoroutinefunction(function):

            @wraps(function)
            async def coroutine(*args: Any, **kwargs: Any) -> Any:
                with self:
                    return await function(*args, **kwargs)

            return coroutine

        @wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            with self:
                return function(*args, **kwargs)

        return call


class _Body(Body):
    __slots__ = ("session",)

    def __init__(self, session: Session) -> None:
        super().__init__(context_api.get_current())
        self.session = session

    def begun(self) -> bool:
        token = self.enter()
        self.session.__enter__()
        self.leave(token)
        return True
