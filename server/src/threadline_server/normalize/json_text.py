"""Turn attribute values that may hold JSON text into JSON values, and values into text."""

from __future__ import annotations

from typing import Any

import orjson

from threadline_server.model.attributes import AttributeValue, to_json_text

DEPTH_LIMIT = 100
"""Levels of nesting beyond which JSON stays the text that it came as: no reader needs them, and
neither our own code nor any client may be made to follow them."""


_SHORT = 4_096
_CONTAINERS = frozenset({dict, list})

_SPACE = " \t\r\n"
_BEGINNINGS = frozenset('{["-0123456789tfn' + _SPACE)
_ENDS = frozenset('}]"0123456789el' + _SPACE)
"""Characters one of which JSON has at each of its ends: most texts are told apart by them."""
_WORDS = {"true": True, "false": False, "null": None}


def _may_be_deep(text: str) -> bool:
    """Whether a text has brackets enough to be nested beyond the limit, or is too long to count:
    most of it is long strings, and its value is quicker to walk through.
    """
    return len(text) > _SHORT or text.count("[") + text.count("{") > DEPTH_LIMIT


def _is_deep(value: Any) -> bool:
    """Whether a value is nested beyond the limit."""
    level = [value] if type(value) in _CONTAINERS else []
    for _ in range(DEPTH_LIMIT):
        if not level:
            return False
        level = [
            inner
            for each in level
            for inner in (each.values() if type(each) is dict else each)
            if type(inner) in _CONTAINERS
        ]
    return bool(level)


def parsed(text: str) -> Any:
    """The JSON value that a text holds, or the text itself where it holds none.

    Clients write JSON, bare strings and JSON that a size limit cut short under the same key.
    """
    if not text or text[0] not in _BEGINNINGS or text[-1] not in _ENDS:
        return text
    if text[0] in "tfn":
        return _WORDS.get(text.rstrip(_SPACE), text)
    try:
        value = orjson.loads(text)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return text
    if len(text) > DEPTH_LIMIT and _may_be_deep(text) and _is_deep(value):
        return text
    return value


def as_text(value: AttributeValue) -> str:
    """The text of an attribute value: strings as they are, anything else as JSON."""
    return value if isinstance(value, str) else to_json_text(value)
