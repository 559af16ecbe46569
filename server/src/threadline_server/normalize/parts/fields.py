"""Take what is understood out of an object that a provider sent, and keep what is left of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from threadline_server.normalize.json_text import parsed

Part = dict[str, Any]
"""A canonical part, as `model.span.Message` describes it."""

Fields = dict[str, Any]
"""A copy of an object as it came, from which a reader takes out what it understands."""

Nested = Callable[[Any], list[Part]]
"""Reads parts that lie within a part."""

Reader = Callable[[Fields, Nested], Part | list[Part] | None]
"""Makes canonical parts of fields; None where they are not what their type promises."""


def take(fields: Fields, *names: str) -> Any:
    """The first of `names` that says something, taken out; None where none does."""
    for name in names:
        value = fields.get(name)
        if value is not None:
            del fields[name]
            return value
    return None


def take_text(fields: Fields, *names: str) -> str | None:
    """The first of `names` that is a text, taken out; what is none stays."""
    for name in names:
        value = fields.get(name)
        if type(value) is str:
            del fields[name]
            return value
    return None


def take_object(fields: Fields, *names: str) -> tuple[str, Fields] | None:
    """Name and copy of the first of `names` that is an object; the object itself stays in place."""
    for name in names:
        value = fields.get(name)
        if type(value) is dict:
            return name, dict(value)
    return None


def left_of(fields: Fields) -> Fields:
    """What of the fields says something: no null, no empty text, list or object."""
    return {
        name: value
        for name, value in fields.items()
        if value is not None and value not in ("", [], {})
    }


def put_back(fields: Fields, name: str, inner: Fields) -> None:
    """Leave of an object within the fields what was not taken out of it."""
    if left := left_of(inner):
        fields[name] = left
    else:
        del fields[name]


def with_extra(part: Part, fields: Fields) -> Part:
    """The part, with what is left of its fields as `extra`."""
    if fields and (left := left_of(fields)):
        part["extra"] = {**left, **part["extra"]} if "extra" in part else left
    return part


def other(value: Any) -> Part:
    """What is not understood, as it came."""
    return {"type": "other", "value": value}


def container(value: Any) -> Any:
    """The object or list that a text holds as JSON; a number, a word or an object stays as it is."""
    if type(value) is not str or value[:1] not in ("{", "[", " ", "\n"):
        return value
    inner = parsed(value)
    return inner if isinstance(inner, dict | list) else value
