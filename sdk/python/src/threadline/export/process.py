"""Keep export right across forks and at the end of the process.

A forked child has none of its parent's threads, and must not send what the parent will; a lock
that one of those threads held stays held in the child for ever. A process that ends sends what it
has, for a few seconds at most.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from threadline.guard import guarded

if TYPE_CHECKING:
    from collections.abc import Iterator

EXIT_SECONDS = 5.0
"""What the end of a process may wait for the last batches."""

UNREACHABLE_EXIT_SECONDS = 2.0
"""The same if the server was unreachable the last time."""

FORK_WAIT_SECONDS = 5.0
"""What a fork waits at most for an import of ours."""


class Exporting(Protocol):
    """What has to be told of forks and of the end."""

    def renew(self) -> None:
        """Begin anew in a forked child."""

    def finish(self, deadline: float) -> None:
        """Send what is left, until a monotonic time."""

    def exit_seconds(self) -> float:
        """How long the end of the process may take for it."""


_exporting: set[Exporting] = set()
_importing = threading.RLock()
_registered = False


@contextmanager
def imports() -> Iterator[None]:
    """Import within: a fork waits until it is done.

    A child forked in the middle of an import would find that module's lock held for ever.
    """
    with _importing:
        yield


def join(exporting: Exporting) -> None:
    """Tell something of forks and of the end of the process, from now on."""
    global _registered  # noqa: PLW0603 - hooks of the process, set once in it
    _exporting.add(exporting)
    if _registered:
        return
    _registered = True
    atexit.register(finish_all)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(
            before=_before_fork, after_in_parent=_after_in_parent, after_in_child=_after_in_child
        )


def leave(exporting: Exporting) -> None:
    """Tell something no more: it has sent what it had."""
    _exporting.discard(exporting)


def join_child_process() -> None:
    """See to it that a child of `multiprocessing` sends what it has: it runs no exit handlers."""
    processes = sys.modules.get("multiprocessing.process")
    if processes is None or processes.parent_process() is None:
        return
    from multiprocessing.util import Finalize

    Finalize(None, finish_all, exitpriority=0)


def is_ending() -> bool:
    """Whether the main thread is through, so that the process is about to end."""
    return not threading.main_thread().is_alive()


def finish_all() -> None:
    """Send what is left in this process, within the time that its end may take."""
    try:
        started = time.monotonic()
        for exporting in list(_exporting):
            with guarded("sending the last spans"):
                exporting.finish(started + exporting.exit_seconds())
    except KeyboardInterrupt:
        # Whoever presses Ctrl-C here wants to leave, not to read a traceback.
        return


def _before_fork() -> None:
    _importing.acquire(timeout=FORK_WAIT_SECONDS)


def _after_in_parent() -> None:
    try:
        _importing.release()
    except RuntimeError:
        return  # the wait was over before the import was


def _after_in_child() -> None:
    global _importing  # noqa: PLW0603 - the parent's lock may be another thread's
    _importing = threading.RLock()
    for exporting in list(_exporting):
        with guarded("starting anew after a fork"):
            exporting.renew()
