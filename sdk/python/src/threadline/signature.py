"""Turn the arguments of a call into an object of argument names and values, without binding."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_RECEIVERS = frozenset({"self", "cls"})
_POSITIONAL = frozenset(
    {inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD}
)


@dataclass(frozen=True, slots=True)
class Signature:
    """The names that positional arguments of a function go by.

    Attributes:
        names: of the positional parameters, without `self` or `cls`.
        rest: the name of `*args`.
        skipped: arguments in front that are not recorded: 1 for methods, else 0.
    """

    names: tuple[str, ...]
    rest: str
    skipped: int

    @classmethod
    def of(cls, function: Callable[..., Any]) -> Signature:
        """The signature of a callable; of one that has none, everything is `args`."""
        try:
            parameters = inspect.signature(function).parameters.values()
        except (TypeError, ValueError):
            return cls((), "args", 0)
        names = tuple(each.name for each in parameters if each.kind in _POSITIONAL)
        rest = [each.name for each in parameters if each.kind is inspect.Parameter.VAR_POSITIONAL]
        skipped = 1 if names and names[0] in _RECEIVERS else 0
        return cls(names[skipped:], rest[0] if rest else "args", skipped)

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """Names and values of the arguments that a call gives.

        Defaults are left out, `*args` are a list under their name, and `**kwargs` are themselves.
        """
        if self.skipped:
            args = args[1:]
        given = dict(zip(self.names, args, strict=False))
        if len(args) > len(self.names):
            given[self.rest] = list(args[len(self.names) :])
        if kwargs:
            given.update(kwargs)
        return given
