"""Turn what was said in a span into lines of plain text for lists."""

from __future__ import annotations

from typing import Literal, NamedTuple

PREVIEW_LIMIT = 300
"""Characters of a preview; what is longer ends in an ellipsis."""

_READ = PREVIEW_LIMIT * 4
"""Characters of a text of which its preview is made."""

_GLANCE = PREVIEW_LIMIT * 5 // 4
"""Characters that are enough for it, unless much of them is white space."""

Shown = Literal["input", "output", "first_user", "last_assistant"]
"""One of the lines that a span shows of what was said in it."""


def shortened(text: str) -> str:
    """The text on one line, cut to the limit of a preview."""
    line = " ".join(text[:_GLANCE].split())
    if len(line) <= PREVIEW_LIMIT < len(text):
        line = " ".join(text[:_READ].split())
    if len(line) <= PREVIEW_LIMIT and len(text) <= _READ:
        return line
    return line[: PREVIEW_LIMIT - 1] + "…"


def beginning(text: str) -> str:
    """As much of a text as is needed to shorten it."""
    return text[: _READ + 1]


class Previews(NamedTuple):
    """What a span shows of what was said in it, each a line of plain text or None.

    `asked`, `answered` and `has_messages` speak of model calls alone: the beginnings of the first
    text of a user and the last of an assistant, of which few are ever made into lines.
    """

    input: str | None = None
    output: str | None = None
    asked: str | None = None
    answered: str | None = None
    has_messages: bool = False

    @property
    def first_user(self) -> str | None:
        """What a model call was asked first."""
        return None if self.asked is None else shortened(self.asked)

    @property
    def last_assistant(self) -> str | None:
        """What a model call answered last."""
        return None if self.answered is None else shortened(self.answered)

    def of(self, shown: Shown) -> str | None:
        """One of the lines."""
        line: str | None = getattr(self, shown)
        return line


NO_PREVIEWS = Previews()
