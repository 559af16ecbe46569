"""Read an OTLP/JSON document and the fields of its entries.

Accepts more than the specification says, because clients send more: ids as hex or base64, 64-bit
integers as text or numbers, enums by name or number, keys in camelCase or snake_case.
"""

from __future__ import annotations

import re
from typing import Any

import orjson

from threadline_server.decode.json_mending import mended_document
from threadline_server.decode.json_value import attributes_of, base64_bytes, field
from threadline_server.decode.unreadable import UnreadableError, malformed
from threadline_server.model.span import Resource, Scope
from threadline_server.store.contract import Rejected

_HEX = re.compile(r"(?:[0-9a-fA-F]{2})*")
_DIGITS = re.compile(r"\d{1,9}")
_LATEST_NS = 2**64 - 1

Entry = dict[str, Any]


def document(body: bytes) -> Entry:
    """The request's object; raises ThreadlineError `malformed` where there is none."""
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        try:
            found = mended_document(body)
        except ValueError:
            raise malformed(str(error)) from error
    if not isinstance(found, dict):
        raise malformed("the JSON document is no object")
    return found


def items(entry: Entry, key: str) -> list[Any]:
    """The array under a key, empty where there is none; ThreadlineError where it is no array."""
    found = field(entry, key)
    if found is None:
        return []
    if not isinstance(found, list):
        raise malformed(f"{key} is no array")
    return found


def members(entry: Entry, key: str) -> list[Entry]:
    """The array of objects under a key; ThreadlineError where it is something else."""
    found = items(entry, key)
    if not all(isinstance(member, dict) for member in found):
        raise malformed(f"an entry of {key} is no object")
    return found


def resource_of(group: Entry) -> tuple[Resource, str]:
    """The resource of a group, and why its records cannot be kept, if so."""
    resource = field(group, "resource") or {}
    try:
        return Resource(_attributes(resource, "its resource")), ""
    except UnreadableError as error:
        return Resource(), str(error)


def scope_of(group: Entry) -> tuple[Scope, str]:
    """The scope of a group, and why its records cannot be kept, if so."""
    scope = field(group, "scope") or {}
    try:
        attributes = _attributes(scope, "its scope")
        return Scope(text(scope, "name"), text(scope, "version"), attributes), ""
    except UnreadableError as error:
        return Scope(), str(error)


def _attributes(entry: Any, whose: str) -> dict[str, Any]:
    if not isinstance(entry, dict):
        raise UnreadableError(f"{whose} is no object")
    return attributes_of(field(entry, "attributes"), whose)


def entries(entry: Entry, key: str) -> list[Entry]:
    """The objects under a key of a record; UnreadableError where they are something else."""
    found = field(entry, key) or []
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise UnreadableError(f"{key} is no array of objects")
    return found


def id_bytes(entry: Entry, key: str) -> bytes:
    """The bytes of an id in hex, as OTLP/JSON says, or in base64, as protobuf's JSON says."""
    value = field(entry, key)
    if value is None:
        return b""
    if not isinstance(value, str):
        raise UnreadableError(f"{key} is no text")
    if _HEX.fullmatch(value):
        return bytes.fromhex(value)
    decoded = base64_bytes(value)
    if decoded is None:
        raise UnreadableError(f"{key} is neither hex nor base64")
    return decoded


def text(entry: Entry, key: str) -> str:
    """The text under a key, empty where there is none."""
    value = field(entry, key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise UnreadableError(f"{key} is no text")
    return value


def time_ns(entry: Entry, key: str) -> int:
    """Nanoseconds since 1970; 0 where there are none."""
    value = field(entry, key)
    try:
        time = int(value or 0)
    except (TypeError, ValueError, OverflowError):
        time = -1
    if not 0 <= time <= _LATEST_NS:
        raise UnreadableError(f"{key} is no number of nanoseconds since 1970")
    return time


def enum(value: Any, names: tuple[str, ...]) -> int:
    """An enum by number or by name, with or without its prefix; 0 where it is neither."""
    if isinstance(value, str):
        if _DIGITS.fullmatch(value):
            return int(value)
        name = value.upper().rpartition("_")[2]
        return names.index(name) if name in names else 0
    return value if isinstance(value, int) and 0 <= value < 2**31 else 0


def rejected(record: Any, name: str, why: UnreadableError) -> Rejected:
    """A record that was refused, under the name found for it, with the ids that it states."""
    entry = record if isinstance(record, dict) else {}
    shown = (field(entry, key) for key in ("traceId", "spanId"))
    trace_id, span_id = (value if isinstance(value, str) else "" for value in shown)
    return Rejected(trace_id, span_id, name, str(why))
