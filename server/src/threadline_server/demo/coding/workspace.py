"""A small project in memory, and what a coding agent's tools answer about it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from importlib.resources import files
from importlib.resources.abc import Traversable

SUFFIX = ".txt"
"""The project's files carry it so that nobody takes them for sources of ours."""


def _walk(folder: Traversable, path: str = "") -> Iterable[tuple[str, str]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        inner = f"{path}{entry.name}"
        if entry.is_dir():
            yield from _walk(entry, f"{inner}/")
        elif entry.name.endswith(SUFFIX):
            yield inner.removesuffix(SUFFIX), entry.read_text(encoding="utf-8")


class Workspace:
    """The project `conveyor`, a job queue, as it is before the agent begins."""

    def __init__(self) -> None:
        self._files = dict(_walk(files(__name__.rpartition(".")[0]).joinpath("project")))
        self._before = dict(self._files)

    @property
    def paths(self) -> list[str]:
        """Every file, by name."""
        return sorted(self._files)

    def text(self, path: str) -> str:
        """The whole file."""
        return self._files[path]

    def read(self, path: str, first: int = 1, last: int | None = None) -> str:
        """Lines of a file with their numbers."""
        lines = self._files[path].splitlines()[first - 1 : last]
        return "\n".join(f"{number:>4}  {line}" for number, line in enumerate(lines, start=first))

    def search(self, pattern: str) -> str:
        """Every line that matches, as `path:line: text`."""
        found = [
            f"{path}:{number}: {line}"
            for path, text in sorted(self._files.items())
            for number, line in enumerate(text.splitlines(), start=1)
            if re.search(pattern, line)
        ]
        return "\n".join(found) or "no matches"

    def edit(self, path: str, old: str, new: str) -> str:
        """Replace a text that occurs once; gives the unified diff.

        Raises ValueError where it does not.
        """
        before = self._files[path]
        if before.count(old) != 1:
            raise ValueError(f"{path}: the text to replace occurs {before.count(old)} times")
        self._files[path] = before.replace(old, new)
        return self._diff(path, before)

    def changes(self) -> str:
        """The unified diff of everything since the beginning."""
        return "\n".join(
            self._diff(path, self._before.get(path, ""))
            for path in self.paths
            if self._files[path] != self._before.get(path, "")
        )

    def change_counts(self) -> str:
        """What `git diff --stat` says of it."""
        rows, added, removed = [], 0, 0
        for path in self.paths:
            lines = self._diff(path, self._before.get(path, "")).splitlines()[2:]
            plus = sum(line.startswith("+") for line in lines)
            minus = sum(line.startswith("-") for line in lines)
            if plus or minus:
                rows.append(f" {path:<26} | {plus + minus:>3} {'+' * plus}{'-' * minus}"[:96])
            added, removed = added + plus, removed + minus
        total = f" {len(rows)} files changed, {added} insertions(+), {removed} deletions(-)"
        return "\n".join([*rows, total])

    def _diff(self, path: str, before: str) -> str:
        return "\n".join(
            difflib.unified_diff(
                before.splitlines(),
                self._files[path].splitlines(),
                f"a/{path}",
                f"b/{path}",
                lineterm="",
            )
        )
