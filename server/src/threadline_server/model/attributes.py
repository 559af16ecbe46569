"""Turn OpenTelemetry attribute values into JSON text and back without losing what was sent."""

from __future__ import annotations

import base64
import math
from typing import Any, TypeAlias

import orjson

AttributeValue: TypeAlias = (
    "str | bool | int | float | bytes | list[AttributeValue] | dict[str, AttributeValue] | None"
)
Attributes: TypeAlias = dict[str, AttributeValue]

_BYTES = "$bytes"
_DOUBLE = "$double"
_DOUBLES = ("nan", "inf", "-inf")


def _special(value: AttributeValue) -> Any:
    """A copy of the value in which all that JSON cannot say is a tagged object."""
    if isinstance(value, bytes):
        return {_BYTES: base64.b64encode(value).decode()}
    if isinstance(value, float) and not math.isfinite(value):
        return {_DOUBLE: repr(value)}
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, list):
        return [_special(item) for item in value]
    if isinstance(value, dict):
        return {encodable(key): _special(item) for key, item in value.items()}
    return value


def encodable(text: str) -> str:
    """The text with a question mark for each lone surrogate, which no encoding can write."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _needs_tags(value: AttributeValue) -> bool:
    """Whether a value holds bytes or a double that JSON cannot say."""
    waiting = [value]
    for each in waiting:
        kind = type(each)
        if kind is dict:
            waiting.extend(each.values())  # type: ignore[union-attr]  # its type was just compared
        elif kind is list:
            waiting.extend(each)  # type: ignore[arg-type]  # as above
        elif kind is float:
            if not math.isfinite(each):  # type: ignore[arg-type]  # as above
                return True
        elif kind is bytes:
            return True
    return False


def to_json(attributes: AttributeValue) -> bytes:
    """JSON text of attributes: bytes and non-finite doubles as tagged objects."""
    try:
        text = orjson.dumps(attributes)
        # A double that JSON cannot say became null, so that only a text with one needs a look.
        if b"null" not in text or not _needs_tags(attributes):
            return text
    except TypeError:
        pass  # bytes or a lone surrogate: the slow path below says them
    return orjson.dumps(_special(attributes))


def to_json_text(value: Any) -> str:
    """JSON as text, of attributes or of lists and objects of ours that hold them."""
    return to_json(value).decode()


def as_sent(value: Any) -> Any:
    """What `to_json` was given, from what `from_json` gives: tagged objects are what they stand for.

    A client's own object that looks like a tag is taken for one.
    """
    if isinstance(value, list):
        return [as_sent(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        try:
            if isinstance(data := value.get(_BYTES), str):
                return base64.b64decode(data, validate=True)
            if value.get(_DOUBLE) in _DOUBLES:
                return float(value[_DOUBLE])
        except ValueError:
            pass
    return {key: as_sent(item) for key, item in value.items()}


def from_json(text: bytes | str) -> Any:
    """The attributes as a JSON client sees them: tagged objects stay as they are."""
    return orjson.loads(text)
