"""Tells from the call stack whether one of the frameworks in the table imports a package."""

import sys
from collections.abc import Iterator
from types import FrameType

from threadline.instruments.instrumentation import Instrumentation


def imported_by(rows: tuple[Instrumentation, ...]) -> Instrumentation | None:
    """Give the row whose package, or an integration of it, is importing something right now.

    A framework's own import of a provider's client needs no advice: its calls are traced where the
    framework is, and the program did not ask for the client.
    """
    for name in _modules_on_the_stack():
        for row in rows:
            if any(_belongs(name, prefix) for prefix in (*row.modules, *row.family)):
                return row
    return None


def _belongs(name: str, prefix: str) -> bool:
    return name.startswith(prefix) and name[len(prefix) : len(prefix) + 1] in {"", ".", "_"}


def _modules_on_the_stack() -> Iterator[str]:
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - what `inspect` would call, without reading sources
    while frame is not None:
        name = frame.f_globals.get("__name__")
        if isinstance(name, str):
            yield name
        frame = frame.f_back
