"""Turn attribute values that may hold JSON text into JSON values, and values into text."""

from __future__ import annotations

from typing import Any

import orjson

from threadline_server.model.attributes import AttributeValue, to_json


def parsed(text: str) -> Any:
    """The JSON value that a text holds, or the text itself where it holds none.

    Clients write JSON, bare strings and JSON that a size limit cut short under the same key.
    """
    if not text or text[0] not in '{["-0123456789tfn \t\r\n':
        return text
    try:
        return orjson.loads(text)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return text


def as_text(value: AttributeValue) -> str:
    """The text of an attribute value: strings as they are, anything else as JSON."""
    return value if isinstance(value, str) else to_json(value).decode()
