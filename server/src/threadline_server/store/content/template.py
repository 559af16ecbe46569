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

_MEMO_CHARACTERS = 8_000_000


def _encode(text: str, mode: int) -> str:
    if mode == _COMPACT:
        return orjson.dumps(text).decode()[1:-1]
    if mode == _ASCII:
        return json.dumps(text)[1:-1]
    return text


def decoded_literal(literal: str) -> tuple[str, int]:
    """The text that a JSON string literal stands for, and the encoder that gives it back."""
    if "\\" not in literal:
        return literal, _RAW
    try:
        text = orjson.loads(f'"{literal}"')
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return literal, _RAW
    for mode in (_COMPACT, _ASCII):
        if _encode(text, mode) == literal:
            return text, mode
    return literal, _RAW


Decode = Callable[[str], tuple[str, int]]


class LiteralMemo:
    """What recent literals stand for: an agent sends the same ones with every call.

    Bounded by characters; the one remembered longest goes first. For one thread.
    """

    def __init__(self, characters: int = _MEMO_CHARACTERS) -> None:
        self._limit = characters
        self._known: dict[str, tuple[str, int]] = {}
        self._characters = 0

    def decode(self, literal: str) -> tuple[str, int]:
        """The text that a literal stands for, and the encoder that gives it back."""
        known = self._known.get(literal)
        if known is None:
            known = self._known[literal] = decoded_literal(literal)
            self._characters += len(literal) + len(known[0])
            while self._characters > self._limit:
                oldest = next(iter(self._known))
                self._characters -= len(oldest) + len(self._known.pop(oldest)[0])
        return known


def split(text: str, keep: Callable[[str], int], decode: Decode = decoded_literal) -> Template:
    """The template of a text; `keep` takes each long text and gives its index."""
    if text[:1] not in ("{", "["):
        return keep(text)
    segments: list[str | int] = []
    held = ""
    for between, literal in _PIECES.findall(text):
        if len(literal) >= SHARED_LENGTH:
            inner, mode = decode(literal) if "\\" in literal else (literal, _RAW)
            segments += (held + between, keep(inner) * 3 + mode)
            held = ""
        else:
            held += between + literal
    if not segments:
        return keep(text)
    return [*segments, held]


def joined(template: Template, texts: Sequence[str]) -> str:
    """The text that a template was split from, byte for byte."""
    if isinstance(template, int):
        return texts[template]
    return "".join(
        part if isinstance(part, str) else _encode(texts[part // 3], part % 3) for part in template
    )
