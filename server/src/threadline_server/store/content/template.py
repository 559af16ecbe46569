"""Turn a text into a template and the long texts within it, so that each is kept once.

An agent sends its history with every call, as JSON in one attribute and flattened in others. A
text that is JSON is cut at its long string literals; each becomes a text of its own, shared with
whatever else says the same. Putting the template together again gives the very same bytes, since
a literal is only decoded where one of two known encoders gives it back unchanged.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from sys import getsizeof
from typing import TypeAlias

import orjson

SHARED_LENGTH = 96
"""Texts of at least this many characters are kept apart and shared."""

Template: TypeAlias = "int | list[str | int]"
"""An index into the texts, for a text that stands alone; else text, reference, text, …, where a
reference is three times the index into the texts plus the number of the encoder."""

_PIECES = re.compile(
    r'("?+[^"]*+(?:"[^"\\]{0,95}+"[^"]*+)*+"?+)([^"\\]*+(?:\\.[^"\\]*+)*+)', re.DOTALL
)
"""What lies between string literals that are long or have escapes, quotes included, and the next
such literal; of JSON that was cut within one, its rest. Together they are the whole text, and each
character is read once, also where a quote is never closed.
"""

_COMPACT, _ASCII, _RAW = 0, 1, 2

_MEMO_BYTES = 24 << 20
_HISTORY_LENGTH = 500
"""Characters from which on a text is remembered, so that another may go on from it."""

_SIDE_BY_SIDE = 8
"""Texts of one conversation that are remembered: of each agent in it one, and what they answer."""


def _encode(text: str, mode: int) -> str:
    if mode == _COMPACT:
        return orjson.dumps(text).decode()[1:-1]
    if mode == _ASCII:
        return json.dumps(text)[1:-1]
    return text


def _decoded(literal: str) -> tuple[str, int]:
    """The text that a JSON string literal stands for, and the encoder that gives it back."""
    try:
        text = orjson.loads(f'"{literal}"')
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return literal, _RAW
    for mode in (_COMPACT, _ASCII):
        if _encode(text, mode) == literal:
            return text, mode
    return literal, _RAW


Literal: TypeAlias = tuple[str, int]
"""A text and the encoder that gives back the literal that stood for it."""

Keep: TypeAlias = Callable[[str], int]
"""Takes a long text and gives its index."""


@dataclass(slots=True)
class _History:
    """A text without its closing brackets, and what it was split into: what comes next may go on
    from there.
    """

    begin: str
    segments: list[str | Literal]
    held: str

    @property
    def size(self) -> int:
        return getsizeof(self.begin) * 2


class Splitter:
    """Splits texts, and remembers what recent ones were split into: an agent sends its whole history
    with every call, and only what was added to it is looked at again.

    Bounded in bytes; what was remembered longest goes first. For one thread.
    """

    def __init__(self, limit_bytes: int = _MEMO_BYTES) -> None:
        self._limit = limit_bytes
        self._literals: dict[str, Literal] = {}
        self._histories: dict[str, list[_History]] = {}
        self._literal_bytes = self._history_bytes = 0

    def split(self, text: str, keep: Keep, whose: str = "") -> Template:
        """The template of a text; `whose` names the conversation that it may go on."""
        if text[:1] not in ("{", "["):
            return keep(text)
        segments, held = self._segments(text, whose)
        template: list[str | int] = [
            each if isinstance(each, str) else keep(each[0]) * 3 + each[1] for each in segments
        ]
        return [*template, held] if template else keep(text)

    def _segments(self, text: str, whose: str) -> tuple[list[str | Literal], str]:
        if len(text) < _HISTORY_LENGTH:
            return self._cut(text, 0, [], "")
        known = self._histories.get(whose, [])
        history = next((each for each in known if text.startswith(each.begin)), None)
        if history is None:
            segments, held = self._cut(text, 0, [], "")
        else:
            known.remove(history)
            self._history_bytes -= history.size
            segments, held = self._cut(text, len(history.begin), history.segments, history.held)
        self._remember(text, whose, segments, held)
        return segments, held

    def _cut(
        self, text: str, start: int, segments: list[str | Literal], held: str
    ) -> tuple[list[str | Literal], str]:
        """What a text holds from a place on, after the segments that go before it."""
        # One at a time: all at once they would take many times the room of a text of nothing but
        # short literals.
        for match in _PIECES.finditer(text, start):
            between, literal = match.groups()
            if len(literal) >= SHARED_LENGTH:
                segments += (held + between, self._decoded(literal))
                held = ""
            else:
                held += between + literal
        return segments, held

    def _decoded(self, literal: str) -> Literal:
        if "\\" not in literal:
            return literal, _RAW
        known = self._literals.get(literal)
        if known is None:
            known = self._literals[literal] = _decoded(literal)
            self._literal_bytes += getsizeof(literal) + getsizeof(known[0])
            while self._literal_bytes > self._limit:
                oldest = next(iter(self._literals))
                gone = self._literals.pop(oldest)
                self._literal_bytes -= getsizeof(oldest) + getsizeof(gone[0])
        return known

    def _remember(self, text: str, whose: str, segments: list[str | Literal], held: str) -> None:
        begin = text.rstrip("]} \n")
        closing = len(text) - len(begin)
        if closing > len(held) or len(begin) < _HISTORY_LENGTH:
            return
        history = _History(begin, segments.copy(), held[: len(held) - closing])
        known = self._histories[whose] = self._histories.pop(whose, [])
        known.append(history)
        self._history_bytes += history.size
        if len(known) > _SIDE_BY_SIDE:
            self._history_bytes -= known.pop(0).size
        while self._history_bytes > self._limit:
            gone = self._histories.pop(next(iter(self._histories)))
            self._history_bytes -= sum(each.size for each in gone)


def split(text: str, keep: Keep) -> Template:
    """The template of a text, without remembering it."""
    return Splitter().split(text, keep)


def joined(template: Template, texts: Sequence[str]) -> str:
    """The text that a template was split from, byte for byte."""
    if isinstance(template, int):
        return texts[template]
    return "".join(
        part if isinstance(part, str) else _encode(texts[part // 3], part % 3) for part in template
    )
