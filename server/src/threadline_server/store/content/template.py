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

_LITERAL = re.compile(r'"([^"\\]*+(?:\\.[^"\\]*+)*+)"?', re.DOTALL)
"""A string literal, or the rest of JSON that was cut within one: each character is read once, also
where a quote is never closed."""

_COMPACT, _ASCII, _RAW = 0, 1, 2


def _encode(text: str, mode: int) -> str:
    if mode == _COMPACT:
        return orjson.dumps(text).decode()[1:-1]
    if mode == _ASCII:
        return json.dumps(text)[1:-1]
    return text


def _decode(literal: str) -> tuple[str, int]:
    """The text that a JSON string literal stands for, and the encoder that gives it back."""
    if "\\" not in literal:
        return literal, _COMPACT if _encode(literal, _COMPACT) == literal else _RAW
    try:
        text = orjson.loads(f'"{literal}"')
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return literal, _RAW
    for mode in (_COMPACT, _ASCII):
        if _encode(text, mode) == literal:
            return text, mode
    return literal, _RAW


def split(text: str, keep: Callable[[str], int]) -> Template:
    """The template of a text; `keep` takes each long text and gives its index."""
    if text[:1] not in ("{", "["):
        return keep(text)
    segments: list[str | int] = []
    reached = 0
    for match in _LITERAL.finditer(text):
        start, end = match.span(1)
        if end - start >= SHARED_LENGTH:
            inner, mode = _decode(match[1])
            segments += [text[reached:start], keep(inner) * 3 + mode]
            reached = end
    if not segments:
        return keep(text)
    return [*segments, text[reached:]]


def joined(template: Template, texts: Sequence[str]) -> str:
    """The text that a template was split from, byte for byte."""
    if isinstance(template, int):
        return texts[template]
    return "".join(
        part if isinstance(part, str) else _encode(texts[part // 3], part % 3) for part in template
    )
