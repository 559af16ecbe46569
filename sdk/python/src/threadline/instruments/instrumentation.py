"""Describes what it takes to trace the calls of one package."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from threadline.instruments.names import Instruments


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrumentation:
    """One row of the table: a package, and what switches its tracing on."""

    instrument: Instruments
    extra: str
    """What the package is called in messages, and the extra that brings its instrumentor."""

    modules: tuple[str, ...]
    """What the program imports. Where a package's own `__init__` imports little it stands here
    rather than the modules that get patched, because nothing of it is half imported by then."""

    distribution: str
    """The package's name where it was installed from. A module of the same name that comes from
    elsewhere, a folder `agents/` of the program's own, is none of ours."""

    instrumentor: str
    """`module:Class`, imported only when the program has imported the package."""

    requirement: str | None = None
    """What the extra installs; None where nothing is missing."""

    family: tuple[str, ...] = ()
    """What the names of other modules of this package, and of its integrations, begin with."""

    options: Mapping[str, object] = field(default_factory=dict)
    """What `instrument()` is given besides the tracer provider."""

    hidden_contents: Callable[[], Mapping[str, object]] | None = None
    """Gives what `instrument()` is given besides when inputs and outputs are not to be recorded."""

    client: bool = False
    """Whether frameworks call a provider through it, and its spans belong below theirs."""

    records_calls: bool = True
    """Whether its spans hold what model calls say and cost. Where they don't, or where it makes no
    spans, the instrumentor of the client below is missed."""

    afterwards: Callable[[], None] | None = None
    """What is left to do once the instrumentor is on."""

    advised: bool = True
    """Whether a missing instrumentor is worth a word although nobody asked by name."""
