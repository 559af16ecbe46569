"""Turn attribute values of OTLP/JSON into plain Python values.

What cannot be read as the kind it claims to be is kept as it was sent: an attribute is never lost
for being spelled in an unusual way.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from threadline_server.decode.unreadable import (
    NESTING_LIMIT,
    UnreadableError,
    nested_too_deeply,
)
from threadline_server.model.attributes import Attributes, AttributeValue

_WHOLE_NUMBER = re.compile(r"[+-]?\d{1,20}")
_CAPITAL = re.compile(r"[A-Z]")
_SMALLEST, _GREATEST = -(2**63), 2**63 - 1


@lru_cache(maxsize=256)
def snake(key: str) -> str:
    """The snake_case spelling of one of OTLP's camelCase keys."""
    return _CAPITAL.sub(lambda capital: "_" + capital[0].lower(), key)


def field(entry: dict[str, Any], key: str) -> Any:
    """A field by its camelCase key, else by its snake_case key; None where there is none."""
    value = entry.get(key)
    return entry.get(snake(key)) if value is None else value


def attributes_of(pairs: Any, whose: str) -> Attributes:
    """Attributes of a list of key-value pairs.

    Raises UnreadableError where it is no such list or a value is nested too deeply.
    """
    result: Attributes = {}
    if pairs is None:
        return result
    if not isinstance(pairs, list):
        raise UnreadableError(f"{whose} has attributes that are no array")
    for pair in pairs:
        if not isinstance(pair, dict):
            raise UnreadableError(f"{whose} has an attribute that is no object")
        value = pair.get("value")
        key = pair.get("key", "")
        if not isinstance(key, str):
            raise UnreadableError(f"{whose} has an attribute whose key is no text")
        result[key] = value_of(value, f"attribute {key[:100]!r}")
    return result


def value_of(value: Any, whose: str) -> AttributeValue:
    """What an AnyValue holds; raises UnreadableError where it is nested too deeply."""
    try:
        return _value(value, NESTING_LIMIT)
    except RecursionError:
        raise nested_too_deeply(whose) from None


def base64_bytes(text: str) -> bytes | None:
    """The bytes of base64 in its standard or URL-safe alphabet, padded or not; None if it is none."""
    digits = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(digits + "=" * (-len(digits) % 4), validate=True)
    except ValueError:
        return None


def _value(value: Any, levels: int) -> AttributeValue:
    """An AnyValue, or a bare JSON value where a client left the wrapper out."""
    if isinstance(value, list):
        return _array(value, levels)
    if not isinstance(value, dict):
        return _plain(value)
    for kind, content in value.items():
        if content is not None and kind in _READERS:
            return _READERS[kind](content, levels)
    return None


def _text(content: Any, _: int) -> AttributeValue:
    return content if isinstance(content, str) else _plain(content)


def _boolean(content: Any, _: int) -> AttributeValue:
    if content in ("true", "false"):
        return bool(content == "true")
    return _plain(content)


def _integer(content: Any, _: int) -> AttributeValue:
    if isinstance(content, str) and _WHOLE_NUMBER.fullmatch(content):
        return _plain(int(content))
    if isinstance(content, float) and content.is_integer():
        return _plain(int(content))
    return _plain(content)


def _double(content: Any, _: int) -> AttributeValue:
    if isinstance(content, str | int) and not isinstance(content, bool):
        try:
            return float(content)
        except (ValueError, OverflowError):
            return content
    return _plain(content)


def _bytes(content: Any, _: int) -> AttributeValue:
    if not isinstance(content, str):
        return _plain(content)
    decoded = base64_bytes(content)
    return content if decoded is None else decoded


def _members(content: Any) -> list[Any]:
    found = content.get("values") if isinstance(content, dict) else content
    return found if isinstance(found, list) else []


def _array(content: Any, levels: int) -> AttributeValue:
    if levels == 0:
        raise RecursionError
    return [_value(item, levels - 1) for item in _members(content)]


def _map(content: Any, levels: int) -> AttributeValue:
    if levels == 0:
        raise RecursionError
    return {
        str(pair.get("key", "")): _value(pair.get("value"), levels - 1)
        for pair in _members(content)
        if isinstance(pair, dict)
    }


def _plain(content: Any) -> AttributeValue:
    """A value as it was sent, as far as it is plain; integers beyond 64 bits become text."""
    if isinstance(content, int) and not _SMALLEST <= content <= _GREATEST:
        return str(content)
    return content if isinstance(content, str | int | float) else None


_READERS: dict[str, Callable[[Any, int], AttributeValue]] = {
    spelling: reader
    for key, reader in {
        "stringValue": _text,
        "boolValue": _boolean,
        "intValue": _integer,
        "doubleValue": _double,
        "arrayValue": _array,
        "kvlistValue": _map,
        "bytesValue": _bytes,
    }.items()
    for spelling in (key, snake(key))
}
