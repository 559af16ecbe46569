"""Turn any value into JSON text, quickly where it is plain already and never with an error."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import json
import json.encoder
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from enum import Enum
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

MAX_DEPTH = 100
"""Levels of arrays and objects inside one another; deeper ones are replaced by a mark."""

MAX_VALUES = 1_000_000
"""Members of all arrays and objects of one value; the rest become a mark."""

MAX_TEXT = 1_000
"""Characters of the text that stands for an object of an unknown kind."""

_SCALARS = frozenset({str, int, bool, type(None), float})
_FUNCTIONS = (FunctionType, BuiltinFunctionType, MethodType)
_SURROGATE = re.compile("[\ud800-\udfff]")


def encode(value: object) -> str:
    """JSON text of a value, on one line without spaces, in Unicode and not escaped to ASCII.

    Plain JSON values are themselves; NaN and the infinities become null. Bytes become base64,
    dates ISO-8601 in UTC with milliseconds (without a zone where they have none), enumerations
    their value, dataclasses, attrs classes, named tuples, pydantic models and mappings objects,
    other sized collections arrays, and the rest its `str`, cut to 1,000 characters. Marks stand
    for what cannot be written: `"[circular]"`, `"[nested deeper than 100]"`,
    `"[more than 1,000,000 values]"`, `"[not encodable: TypeName]"`.

    Args:
        value: anything; it is not changed.

    Returns:
        JSON that any parser reads, free of lone surrogates. Never raises.
    """
    kind = type(value)
    if kind is str:
        return repaired(quoted(value))
    try:
        if kind is int:
            return str(value)
        if kind in _SCALARS or _is_plain(value):
            return repaired(_write(value))
    except (TypeError, ValueError, RuntimeError, RecursionError):
        pass  # NaN, an integer of very many digits, or changed by another thread meanwhile
    return repaired(_write(_Plain().of(value, 0)))


def _compact_writer() -> Callable[[object], str]:
    make = getattr(json.encoder, "c_make_encoder", None)
    if make is None:
        return _ENCODER.encode
    # What JSONEncoder.encode makes anew in each call, made once. Without its table of open
    # containers: what has a cycle is too deep to be plain.
    write = make(None, _ENCODER.default, quoted, None, ":", ",", False, False, False)
    join = "".join
    return lambda value: join(write(value, 0))


quoted: Callable[[Any], str] = json.encoder.encode_basestring
"""JSON text of a `str`, which `repaired` rids of lone surrogates."""

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_write = _compact_writer()


def repaired(text: str) -> str:
    """The text without surrogates: those of a pair are joined, each alone becomes U+FFFD."""
    if text.isascii() or not _SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _is_plain(value: object) -> bool:
    """Whether a value is JSON already, and no larger than is written without looking."""
    kind = type(value)
    if kind is dict:
        for key, member in value.items():  # type: ignore[attr-defined]  # a dict, by its kind
            if type(key) is not str:
                return False
            if type(member) not in _SCALARS:
                return _is_plain_within(value, MAX_DEPTH, [MAX_VALUES])
        return True
    return (kind is list or kind is tuple) and _is_plain_within(value, MAX_DEPTH, [MAX_VALUES])


def _is_plain_within(value: Any, depth: int, left: list[int]) -> bool:
    """The same of what has members inside members.

    Those that are shared count each time that they are met: so do they when they are written.
    """
    kind = type(value)
    if depth == 0 or not (kind is dict or kind is list or kind is tuple):
        return False
    left[0] -= len(value)
    if left[0] < 0:
        return False
    if kind is dict:
        for key in value:
            if type(key) is not str:
                return False
        value = value.values()
    for member in value:
        if type(member) not in _SCALARS and not _is_plain_within(member, depth - 1, left):
            return False
    return True


class _Plain:
    """Copies a value into plain dicts, lists and scalars."""

    __slots__ = ("left", "open")

    def __init__(self) -> None:
        self.left = MAX_VALUES
        self.open: set[int] = set()

    def of(self, value: object, depth: int) -> Any:
        try:
            return self._of(value, depth)
        except Exception:  # noqa: BLE001 - a user's object may raise anything when looked at
            return f"[not encodable: {type(value).__name__}]"

    def _of(self, value: object, depth: int) -> Any:
        scalar = _scalar(value)
        if scalar is not _NO_SCALAR:
            return scalar
        members = _members(value)
        if members is None:
            return _text_of(value)
        if depth >= MAX_DEPTH:
            return f"[nested deeper than {MAX_DEPTH}]"
        if id(value) in self.open:
            return "[circular]"
        self.open.add(id(value))
        try:
            if isinstance(members, Mapping):
                return self._object(members, depth + 1)
            if isinstance(members, list):
                return self._array(members, depth + 1)
            return self.of(members, depth)
        finally:
            self.open.discard(id(value))

    def _object(self, members: Mapping[Any, object], depth: int) -> dict[str, Any]:
        plain: dict[str, Any] = {}
        for key, member in list(members.items()):
            if self.left <= 0:
                plain["…"] = _TOO_MANY
                break
            self.left -= 1
            plain[_key(key)] = self.of(member, depth)
        return plain

    def _array(self, members: list[object], depth: int) -> list[Any]:
        plain: list[Any] = []
        for member in members:
            if self.left <= 0:
                plain.append(_TOO_MANY)
                break
            self.left -= 1
            plain.append(self.of(member, depth))
        return plain


_TOO_MANY = f"[more than {MAX_VALUES:,} values]"
_NO_SCALAR = object()


def _scalar(value: object) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return _scalar(value.value)
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        digits = int(value)
        str(digits)  # raises where Python refuses to write so many digits
        return digits
    if isinstance(value, float):
        number = float(value)
        return number if number - number == 0 else None
    if isinstance(value, (bytes, bytearray, memoryview)):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, (dt.date, dt.time)):
        return _moment(value)
    return _NO_SCALAR


def _moment(value: dt.date | dt.time) -> str:
    if isinstance(value, dt.datetime):
        if value.tzinfo is None:
            return value.isoformat(timespec="milliseconds")
        utc = value.astimezone(dt.UTC).replace(tzinfo=None)
        return utc.isoformat(timespec="milliseconds") + "Z"
    return value.isoformat()


def _members(value: object) -> Any:
    """What is inside: a mapping, a list, another value to look at instead, or None."""
    kind = type(value)
    if isinstance(value, Enum):
        return value.value
    if hasattr(kind, "model_dump") and not isinstance(value, type):
        return _dumped(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
    if hasattr(kind, "__attrs_attrs__") and not isinstance(value, type):
        return {each.name: getattr(value, each.name) for each in kind.__attrs_attrs__}
    if isinstance(value, tuple) and hasattr(kind, "_fields"):
        return dict(zip(kind._fields, value, strict=False))
    if isinstance(value, Mapping):
        return value
    if hasattr(kind, "tolist") and hasattr(kind, "dtype"):
        return value.tolist()  # type: ignore[attr-defined]  # NumPy's arrays and scalars, and kin
    if isinstance(value, Collection) and not isinstance(value, (Iterator, type)):
        return _up_to(value, MAX_VALUES + 1)
    return None


def _dumped(model: Any) -> Any:
    try:
        return model.model_dump(mode="json")
    except Exception:  # noqa: BLE001 - a member that pydantic has no JSON for
        return model.model_dump()


def _up_to(values: Collection[object], limit: int) -> list[object]:
    if len(values) <= limit:
        return list(values)
    return [value for value, _ in zip(values, range(limit), strict=False)]


def _key(key: object) -> str:
    if isinstance(key, str):
        return str.__str__(key)
    if key is None:
        return "null"
    if isinstance(key, bool):
        return "true" if key else "false"
    return _text_of(key)


def _text_of(value: object) -> str:
    if isinstance(value, (type, *_FUNCTIONS)):
        kind = "class" if isinstance(value, type) else "function"
        return f"<{kind} {value.__name__}>"
    cls = type(value)
    if cls.__str__ is object.__str__ and cls.__repr__ is object.__repr__:
        return f"<{cls.__name__} object>"  # without its address, which says nothing
    text = str(value)
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}…"
