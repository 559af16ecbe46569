"""Turn the arguments of a call into a JSON object of argument names and values."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from threadline.encode import encode, quoted, repaired

_RECEIVERS = frozenset({"self", "cls"})
_POSITIONAL = frozenset(
    {inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD}
)


class Signature:
    """The names that positional arguments of a function go by.

    `inspect.signature(...).bind` costs more than a span; this looks the names up once.

    Args:
        function: any callable; of one without a signature, every argument is one of `args`.
        ignored: names of arguments that are left out.
    """

    __slots__ = ("ignored", "keys", "rest", "skipped")

    def __init__(self, function: Callable[..., Any], ignored: frozenset[str]) -> None:
        try:
            parameters = list(inspect.signature(function).parameters.values())
        except (TypeError, ValueError):
            parameters = []
        names = [each.name for each in parameters if each.kind in _POSITIONAL]
        rest = [each.name for each in parameters if each.kind is inspect.Parameter.VAR_POSITIONAL]
        self.ignored = ignored
        self.skipped = 1 if names and names[0] in _RECEIVERS else 0
        self.keys = [self._key(name) for name in names[self.skipped :]]
        self.rest = self._key(rest[0] if rest else "args")

    def _key(self, name: str) -> str:
        return "" if name in self.ignored else f"{encode(name)}:"

    def text(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
        """The JSON text of the arguments that a call gives.

        `self` and `cls` are left out, and so are defaults; `*args` are an array under their name,
        `**kwargs` are themselves.
        """
        if self.skipped:
            args = args[1:]
        members = []
        for key, value in zip(self.keys, args, strict=False):
            if key:
                text = quoted(value) if type(value) is str else encode(value)
                members.append(key + text)
        if len(args) > len(self.keys) and self.rest:
            members.append(self.rest + encode(args[len(self.keys) :]))
        for name, value in kwargs.items():
            if name not in self.ignored:
                members.append(f"{encode(name)}:{encode(value)}")
        return repaired(f"{{{','.join(members)}}}")
