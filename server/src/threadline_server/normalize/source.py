"""Say which attribute carries which meaning, and how its value is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from threadline_server.model.attributes import AttributeValue
from threadline_server.normalize.json_text import parsed
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.numbers import dollars, token_count

Read = Callable[[AttributeValue], Any]
"""Gives what a value means, or None where it says nothing of use; never raises."""


@dataclass(frozen=True, slots=True)
class Source:
    """An attribute, by its exact key, that carries a meaning."""

    meaning: Meaning
    key: str
    read: Read


@dataclass(frozen=True, slots=True)
class Compound:
    """An attribute that carries several meanings at once, such as usage in one JSON object.

    `meanings` are those that `read` may give.
    """

    meanings: tuple[Meaning, ...]
    key: str
    read: Callable[[AttributeValue], Mapping[Meaning, Any]]


def text(value: AttributeValue) -> str | None:
    """A text that is not empty."""
    return value if isinstance(value, str) and value else None


def as_sent(value: AttributeValue) -> AttributeValue:
    """The value itself, of any kind."""
    return value


def unquoted(value: AttributeValue) -> str | None:
    """A text that its dialect writes as JSON: `"LLM"` with its quotes."""
    inner = parsed(value) if isinstance(value, str) else value
    return inner if isinstance(inner, str) and inner else None


def texts(value: AttributeValue) -> list[str] | None:
    """A list of texts, sent as a list or as JSON."""
    inner = parsed(value) if isinstance(value, str) else value
    if not isinstance(inner, list):
        return None
    return [item for item in inner if isinstance(item, str) and item]


def fields(value: AttributeValue) -> dict[str, Any] | None:
    """An object, sent as one or as JSON."""
    inner = parsed(value) if isinstance(value, str) else value
    return inner if isinstance(inner, dict) else None


def named(meaning: Meaning, *keys: str, read: Read = text) -> tuple[Source, ...]:
    """Sources of one meaning, the strongest first."""
    return tuple(Source(meaning, key, read) for key in keys)


def counted(meaning: Meaning, *keys: str) -> tuple[Source, ...]:
    """Sources of a number of tokens."""
    return named(meaning, *keys, read=token_count)


def charged(meaning: Meaning, *keys: str) -> tuple[Source, ...]:
    """Sources of an amount in US dollars."""
    return named(meaning, *keys, read=dollars)


def carrying(meaning: Meaning, *keys: str) -> tuple[Source, ...]:
    """Sources of a payload, which is kept as it was sent."""
    return named(meaning, *keys, read=as_sent)
