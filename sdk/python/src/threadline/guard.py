"""Turn what fails inside Threadline into one line of log, so that the user's program goes on."""

import logging
import sys
from collections.abc import Callable
from functools import wraps
from types import TracebackType
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

logger = logging.getLogger("threadline")
"""Everything the SDK says goes through this logger; silence it as any other."""

strict = False
"""Raise internal errors instead of logging them. Only our own tests set it."""

_said: set[str] = set()


def warn_once(key: str, message: str, *args: object) -> None:
    """Warn the first time something is noticed, and never again in this process.

    Args:
        key: what the warning is about; a second call with the same key says nothing.
        message: a `%`-style format.
        *args: its arguments; never a secret.
    """
    if key in _said:
        return
    _said.add(key)
    logger.warning(message, *args)


def contain(place: str) -> None:
    """Log the exception being handled, once for each place; raise it again in strict mode.

    For `except Exception:` blocks on the hot path, where `guarded` would cost too much.

    Args:
        place: what was being done, as a gerund: "encoding an input".
    """
    if strict:
        raise  # noqa: PLE0704 - called from an except block, whose exception this is
    key = f"internal: {place}"
    if key in _said:
        return
    _said.add(key)
    logger.error(
        "An error inside Threadline while %s; your program goes on, with less of a trace.",
        place,
        exc_info=sys.exc_info(),
    )


class guarded:  # noqa: N801 - read as a verb at its uses, like contextlib's
    """Contain the exceptions of a block, or of a function, which then returns None.

    `KeyboardInterrupt` and its like pass.

    Example:
        ```python
        with guarded("ending a span"):
            span.end()


        @guarded("flushing")
        def flush() -> bool: ...
        ```
    """

    __slots__ = ("place",)

    def __init__(self, place: str) -> None:
        self.place = place

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        if not isinstance(error, Exception) or strict:
            return False
        contain(self.place)
        return True

    def __call__(self, function: Callable[P, R]) -> Callable[P, R | None]:
        """The function, contained: where it would raise, it returns None."""

        @wraps(function)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> R | None:
            with self:
                return function(*args, **kwargs)
            return None

        return wrapper


def forget() -> None:
    """Forget what has been said, so that a test hears it again."""
    _said.clear()
