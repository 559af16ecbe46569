"""Turn attribute values that may hold JSON text into JSON values, and values into text."""

from __future__ import annotations

from typing import Any

import orjson

from threadline_server.model.attributes import AttributeValue, to_json_text

DEPTH_LIMIT = 100
"""Levels of nesting beyond which JSON stays the text that it came as: no reader needs them, and
neither our own code nor any client may be made to follow them."""


def _is_deep(text: str, value: Any) -> bool:
    """Whether a value is nested beyond the limit; few texts have brackets enough to be looked at."""
    if text.count("[") + text.count("{") <= DEPTH_LIMIT:
        return False
    level = [value]
    for _ in range(DEPTH_LIMIT):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return False
    return any(isinstance(each, dict | list) for each in level)


def parsed(text: str) -> Any:
    """The JSON value that a text holds, or the text itself where it holds none.

    Clients write JSON, bare strings and JSON that a size limit cut short under the same key.
    """
    if not text or text[0] not in '{["-0123456789tfn \t\r\n':
        return text
    try:
        value = orjson.loads(text)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return text
    return text if _is_deep(text, value) else value


def as_text(value: AttributeValue) -> str:
    """The text of an attribute value: strings as they are, anything else as JSON."""
    return value if isinstance(value, str) else to_json_text(value)
