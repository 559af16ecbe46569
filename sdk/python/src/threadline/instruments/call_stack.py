"""Tells from the call stack which package is at work: importing a client, or calling it."""

import sys
from collections.abc import Iterator
from itertools import islice
from types import FrameType

from threadline.instruments.instrumentation import Instrumentation


def frames(limit: int | None = None) -> Iterator[FrameType]:
    """Give the frames that called this, innermost first."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - what `inspect` asks, without sources
    yield from islice(_outwards(frame), limit)


def _outwards(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def module_of(frame: FrameType) -> str:
    """Give the name of the module whose code a frame runs, empty where there is none."""
    name = frame.f_globals.get("__name__")
    return name if isinstance(name, str) else ""


def imported_by(rows: tuple[Instrumentation, ...]) -> Instrumentation | None:
    """Give the row whose package, or an integration of it, is importing something right now.

    A framework's own import of a provider's client needs no advice: its calls are traced where the
    framework is, and the program did not ask for the client.
    """
    for name in map(module_of, frames()):
        for row in rows:
            if any(_belongs(name, prefix) for prefix in (*row.modules, *row.family)):
                return row
    return None


def _belongs(name: str, prefix: str) -> bool:
    return name.startswith(prefix) and name[len(prefix) : len(prefix) + 1] in {"", ".", "_"}
