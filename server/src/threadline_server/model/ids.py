"""Turn what clients call ids into the text that Threadline knows them by."""

from __future__ import annotations

import hashlib
import re

import orjson

from threadline_server.model.attributes import AttributeValue

SESSION_ID_LIMIT = 1000
_KEPT = 936
_ABSENT = frozenset({"null", "undefined", "None", "NaN", "[object Object]"})
_SCRUBBED = "[Scrubbed due to"
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def _as_text(value: AttributeValue) -> str:
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bytes | list | dict):
        return ""
    return orjson.dumps(value).decode()


def _unquote(text: str) -> str:
    """The string that a whole JSON string literal stands for, unquoted once."""
    stripped = text.strip()
    if len(stripped) < 2 or stripped[0] != '"' or stripped[-1] != '"':
        return text
    try:
        inner = orjson.loads(stripped)
    except orjson.JSONDecodeError:
        return text
    return inner if isinstance(inner, str) else text


def session_id(value: AttributeValue) -> str | None:
    """The session id that an attribute value states, or None where it states none.

    In this order: to text, unquote, remove control characters, trim, test for absent, cut to
    1,000 characters (design rule 2). What is longer keeps its first 936 characters, an ellipsis
    and a hash of the whole, so that two long ids stay two.
    """
    text = _CONTROL.sub("", _unquote(_as_text(value))).strip()
    if not text or text in _ABSENT or text.startswith(_SCRUBBED):
        return None
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode()
    if len(text) <= SESSION_ID_LIMIT:
        return text
    digest = hashlib.blake2b(text.encode(), digest_size=31).hexdigest()
    return f"{text[:_KEPT]}…{digest}"


def trace_id(text: str) -> str:
    """A trace id as lower-case hex, also from the UUID in which Laminar's SDKs print it."""
    return (text.replace("-", "") if _UUID.fullmatch(text) else text).lower()


def span_id(text: str) -> str:
    """A span id as lower-case hex, also from such a UUID, where zeros stand before it."""
    digits = trace_id(text)
    return digits[16:] if len(digits) == 32 and digits.startswith("0" * 16) else digits
