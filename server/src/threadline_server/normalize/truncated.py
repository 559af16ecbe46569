"""Read JSON that a size limit cut short, as far as it goes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import orjson

from threadline_server.normalize.json_text import DEPTH_LIMIT

_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{},]', re.DOTALL)
"""A whole string, one without its end, or a mark of structure; no text makes it go back."""

_CLOSING = {"{": "}", "[": "]"}
_CUT_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{0,3})?\Z")
_HALF_CHARACTER = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\Z")


@dataclass(frozen=True, slots=True)
class Cut:
    """A value whose end is missing: what was whole of it, the string at its end as far as it came.

    `rest` is the text at its end that could not be read.
    """

    value: Any
    rest: str


def cut(text: str) -> Cut | None:
    """The value of JSON text that ends too early; None where it is no such text.

    Everything still open at the end is closed there. Where that gives no JSON, as after half a
    number or a key without its value, what comes after the last whole value is left out.
    """
    scanned = _scanned(text)
    if scanned is None:
        return None
    stack, safe, open_string = scanned
    closing = "".join(_CLOSING[each] for each in reversed(stack))
    ended = _ended_string(text) if open_string else text
    whole = _loaded(ended + closing)
    if whole is not None:
        return Cut(whole, "")
    whole = _loaded(text[:safe] + closing)
    return None if whole is None else Cut(whole, text[safe:])


def _scanned(text: str) -> tuple[list[str], int, bool] | None:
    """The brackets that stay open, the end of the last whole value, whether a string is open."""
    stack: list[str] = []
    safe = 0
    open_string = False
    for token in _TOKEN.finditer(text):
        mark = text[token.start()]
        if mark == '"':
            open_string = not _is_closed(token.group())
        elif mark in _CLOSING:
            stack.append(mark)
            safe = token.end()
            if len(stack) > DEPTH_LIMIT:
                return None
        elif mark == ",":
            safe = token.start()
        else:
            if not stack or _CLOSING[stack.pop()] != mark:
                return None
            safe = token.end()
            if not stack:
                return None
    return (stack, safe, open_string) if stack else None


def _is_closed(string: str) -> bool:
    """Whether a string's last quote is its end, and not its beginning or escaped."""
    if len(string) < 2 or string[-1] != '"':
        return False
    before = len(string) - 1
    slashes = before - len(string[:before].rstrip("\\"))
    return slashes % 2 == 0


def _ended_string(text: str) -> str:
    """The text with its open string ended; half an escape or character at the end goes."""
    for pattern in (_CUT_ESCAPE, _HALF_CHARACTER):
        found = pattern.search(text, max(0, len(text) - 12))
        if found is not None and _is_escape(text, found.start()):
            text = text[: found.start()]
    return text + '"'


def _is_escape(text: str, at: int) -> bool:
    """Whether the backslash at a place begins an escape, not being itself escaped."""
    before = text[:at]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 0


def _loaded(text: str) -> Any:
    try:
        return orjson.loads(text)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return None
