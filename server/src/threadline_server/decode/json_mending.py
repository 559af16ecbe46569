"""Read a JSON document that the fast parser refuses for the sake of one span in it.

That parser refuses bytes that are not UTF-8, half of a surrogate pair (as JavaScript writes when
it cuts a string within an emoji), and nesting of over a thousand levels.
"""

from __future__ import annotations

import json
import re
from typing import Any

DEEPEST = 200
"""Levels that are kept. An attribute value that reaches it is far beyond its own nesting limit, so
that its span is refused by name while the others are read."""

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[{\]}]', re.DOTALL)


def mended_document(body: bytes) -> Any:
    """The document with broken text replaced by U+FFFD and what is too deep by null.

    Raises ValueError where it is no JSON even so.
    """
    text = _cut(body.decode("utf-8", "replace"))
    return _without_lone_surrogates(json.loads(text))


def _cut(text: str) -> str:
    """The same text with null in place of every array and object below the deepest level."""
    kept: list[str] = []
    depth = at = 0
    for found in _STRUCTURE.finditer(text):
        if found[0] in "[{":
            depth += 1
            if depth == DEEPEST + 1:
                kept.append(text[at : found.start()])
                kept.append("null")
        elif found[0] in "]}":
            if depth == DEEPEST + 1:
                at = found.end()
            depth -= 1
    if depth > DEEPEST:
        raise ValueError("it ends within its deepest level")
    return "".join((*kept, text[at:]))


def _without_lone_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return _LONE_SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_without_lone_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {
            _without_lone_surrogates(key): _without_lone_surrogates(item)
            for key, item in value.items()
        }
    return value
