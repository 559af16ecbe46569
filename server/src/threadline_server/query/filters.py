"""Turn `field:op:value` texts into filters in the store's own units."""

from __future__ import annotations

import math
from typing import get_args

from threadline_server.errors import ThreadlineError, bad_request
from threadline_server.model.time import NS_PER_MS, from_iso
from threadline_server.query.fields import FIELDS, Field, FieldKind
from threadline_server.store.contract import Filter, Kind, Noun, Operator, Scalar

OPERATORS: tuple[Operator, ...] = get_args(Operator)
_METADATA = "metadata."
_STORE_KIND: dict[FieldKind, Kind] = {
    "text": "text",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "time": "integer",
    "duration": "integer",
    "array": "array",
}
_ALLOWED: dict[FieldKind, frozenset[Operator]] = {
    "text": frozenset(OPERATORS),
    "array": frozenset({"contains", "exists"}),
    "boolean": frozenset({"eq", "ne", "exists"}),
}
_NUMERIC = frozenset(OPERATORS) - {"contains"}
_BOOLEANS = {"true": 1, "1": 1, "false": 0, "0": 0}
_INTEGER_LIMIT = 2**63 - 1


def _invalid(text: str, message: str) -> ThreadlineError:
    return bad_request(
        "invalid_filter",
        f"filter {text!r}: {message}",
        f"write field:op:value with one of the operators {', '.join(OPERATORS)}",
    )


def _boolean(value: str) -> int:
    if value.lower() not in _BOOLEANS:
        raise ValueError("the value is neither true nor false")
    return _BOOLEANS[value.lower()]


def _number(value: str) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("the value is no finite number")
    return number


def _integer(value: str) -> int | float:
    """An integer, or a number between two integers, which compares as well."""
    number = int(value) if value.strip().lstrip("+-").isdigit() else _number(value)
    if abs(number) > _INTEGER_LIMIT:
        raise ValueError("the value is out of range")
    return number


def _duration(value: str) -> int:
    return round(_number(value) * NS_PER_MS)


def _value(kind: FieldKind, value: str) -> Scalar:
    if kind == "time":
        return from_iso(value)
    if kind == "duration":
        return _duration(value)
    if kind == "integer":
        return _integer(value)
    if kind == "number":
        return _number(value)
    if kind == "boolean":
        return _boolean(value)
    return value


def _metadata_filter(key: str, operator: Operator, value: str) -> Filter:
    if operator == "exists":
        return Filter(key, "metadata", operator, _boolean(value or "true"))
    if operator in ("gt", "gte", "lt", "lte"):
        return Filter(key, "metadata", operator, _number(value))
    return Filter(key, "metadata", operator, value)


def parse_filter(noun: Noun, text: str) -> Filter:
    """One filter, split at the first two colons.

    Raises ThreadlineError for an unknown field or operator, an operator that the field does not
    have, or a value that the field cannot hold.
    """
    name, _, rest = text.partition(":")
    found, colon, value = rest.partition(":")
    operator = next((each for each in OPERATORS if each == found), None)
    if operator is None:
        raise _invalid(text, f"unknown operator {found!r}")
    if not colon and operator != "exists":
        raise _invalid(text, "the value is missing")
    field: Field | None = FIELDS[noun].get(name)
    try:
        if name.startswith(_METADATA) and len(name) > len(_METADATA):
            return _metadata_filter(name.removeprefix(_METADATA), operator, value)
        if field is None:
            known = ", ".join([*FIELDS[noun], "metadata.KEY"])
            raise bad_request(
                "unknown_field", f"filter {text!r}: no field {name!r}", f"the fields are {known}"
            )
        if operator not in _ALLOWED.get(field.kind, _NUMERIC):
            raise _invalid(text, f"{name} is of kind {field.kind} and has no {operator}")
        parsed = _boolean(value or "true") if operator == "exists" else _value(field.kind, value)
    except ValueError as error:
        raise _invalid(text, str(error)) from error
    return Filter(field.column, _STORE_KIND[field.kind], operator, parsed)
