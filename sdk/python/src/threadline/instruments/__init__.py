"""Switches on the instrumentations of the packages that a program imports."""

from typing import TYPE_CHECKING

from threadline.instruments.names import Instruments

if TYPE_CHECKING:
    from threadline.instruments.switch import switch_on

__all__ = ["Instruments", "switch_on"]


def __getattr__(name: str) -> object:
    """Import the machinery for `switch_on` only: naming packages must not cost what tracing does."""
    if name != "switch_on":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from threadline.instruments.switch import switch_on

    return switch_on
