"""Turns the packages a program asks for into hooks that trace each as soon as it is imported."""

from collections.abc import Iterable
from functools import partial

from opentelemetry.trace import TracerProvider

from threadline.guard import warn_once
from threadline.instruments.imported import when_imported
from threadline.instruments.instrumentor import start
from threadline.instruments.names import Instruments
from threadline.instruments.table import COVERED_BY, TABLE, TRACE_THEMSELVES

SWITCHABLE = frozenset(row.instrument for row in TABLE)


def switch_on(
    instruments: Iterable[Instruments] | None,
    disabled: Iterable[Instruments] | None,
    tracer_provider: TracerProvider,
    *,
    trace_content: bool,
) -> None:
    """Trace packages from the moment the program imports them; now, if it has already.

    Nothing is imported before the program does, nothing is instrumented twice, and nothing raises.
    A package whose instrumentor is not installed is named once, with the command that installs it.

    Args:
        instruments: the packages to trace; None is every package in the table. The context follows
            threads all the same, unless `Instruments.THREADING` is disabled.
        disabled: packages to leave alone, whatever `instruments` says.
        tracer_provider: where the spans go.
        trace_content: whether instrumentors record inputs and outputs, as far as they can be told.
    """
    asked = None if instruments is None else frozenset(instruments)
    wanted = wanted_rows(asked, frozenset(disabled or ()))
    for name in asked or ():
        _tell_if_unknown(name)
    for row in TABLE:
        if row.instrument in wanted:
            then = partial(
                start,
                row,
                tracer_provider,
                trace_content=trace_content,
                advised=row.advised or asked is not None,
            )
            when_imported(row.modules, then)


def wanted_rows(
    asked: frozenset[Instruments] | None, disabled: frozenset[Instruments]
) -> frozenset[Instruments]:
    """Give the rows that are asked for and not disabled, under the names the table has them by."""
    if asked is None:
        return SWITCHABLE - disabled
    named = {COVERED_BY.get(name, name) for name in asked - disabled}
    return (SWITCHABLE & named | {Instruments.THREADING}) - disabled


def _tell_if_unknown(name: Instruments) -> None:
    if name not in SWITCHABLE and name not in TRACE_THEMSELVES and name not in COVERED_BY:
        warn_once(
            f"instruments: {name.value}",
            "Instruments.%s has no effect: Threadline knows no instrumentation of it",
            name.name,
        )
