"""Turns the import of a module, whoever does it, into a call once that import is through."""

import importlib
import sys
import threading
from collections.abc import Callable
from types import ModuleType

from wrapt import register_post_import_hook


def is_half_imported(name: str) -> bool:
    """Whether a module is being imported right now, by this thread or another."""
    spec = getattr(sys.modules.get(name), "__spec__", None)
    return bool(getattr(spec, "_initializing", False))


def when_imported(modules: tuple[str, ...], then: Callable[[], None]) -> None:
    """Call `then` when one of the modules has been imported; at once if one is there already.

    Nothing is imported by this. A module that imports another of the same tuple is waited for,
    since what is half imported cannot be instrumented. `then` may be called once for each module
    and runs inside the program's import statement, so it must not raise.
    """

    def imported(module: ModuleType) -> None:
        others = (name for name in modules if name != module.__name__)
        if not any(is_half_imported(name) for name in others):
            then()

    for name in modules:
        if is_half_imported(name):
            _call_after(name, imported)
        else:
            register_post_import_hook(imported, name)


def _call_after(name: str, imported: Callable[[ModuleType], None]) -> None:
    """Wait in a thread for an import that began before it could be hooked.

    Importing from another thread waits for the lock that the first importer holds.
    """

    def wait() -> None:
        try:
            module = importlib.import_module(name)
        except Exception:  # noqa: BLE001 - the program sees this very error from its own import
            return
        imported(module)

    threading.Thread(target=wait, name=f"threadline: import of {name}", daemon=True).start()
