"""Read what is said in words: text, refusals and reasoning of every provider."""

from __future__ import annotations

from typing import Any

from threadline_server.normalize.parts.fields import (
    Fields,
    Nested,
    Part,
    container,
    put_back,
    take_object,
    take_text,
)

_REASONED = ("summary", "thinking", "reasoning", "reasoning_text", "content", "text")
_HIDDEN = ("encrypted_content", "redacted_data", "redactedContent", "data")


def said(text: str) -> Part:
    """A part of text."""
    return {"type": "text", "text": text}


def text(fields: Fields, _: Nested) -> Part | None:
    """Text, which some providers wrap into an object of its own."""
    words = take_text(fields, "text", "content", "value", "input_text", "output_text")
    if words is None and (found := take_object(fields, "text")) is not None:
        name, inner = found
        words = take_text(inner, "value", "text")
        put_back(fields, name, inner)
    return None if words is None else said(words)


def refusal(fields: Fields, _: Nested) -> Part | None:
    """A model's refusal to answer."""
    words = take_text(fields, "refusal", "text", "content")
    return None if words is None else {"type": "refusal", "text": words}


def _texts(value: Any) -> list[str] | None:
    """The texts of a summary: one, or a list of objects with nothing in them but text."""
    if isinstance(value, str):
        return [value]
    if not isinstance(value, list):
        return None
    texts = []
    for entry in value:
        words = entry.get("text") if isinstance(entry, dict) else entry
        plain = not isinstance(entry, dict) or not set(entry) - {"type", "text"}
        if not isinstance(words, str) or not plain:
            return None
        texts.append(words)
    return texts


def reasoning(fields: Fields, _: Nested) -> Part | None:
    """Thoughts in words, or those that a provider shows only encrypted."""
    words: list[str] = []
    understood = False
    for name in _REASONED:
        if name in fields and (texts := _texts(fields[name])) is not None:
            del fields[name]
            understood = True
            words += [each for each in texts if each]
    part: Part = {"type": "reasoning", "text": "\n".join(words)}
    hidden = take_text(fields, *_HIDDEN)
    if hidden is not None:
        part["encrypted"] = hidden
    return part if understood or hidden is not None else None


def reasoning_content(fields: Fields, nested: Nested) -> Part | None:
    """Bedrock's: thoughts with a signature beside them, or what is redacted."""
    found = take_object(fields, "reasoningText", "reasoning_text")
    if found is None:
        return reasoning(fields, nested)
    name, inner = found
    made = reasoning(inner, nested)
    put_back(fields, name, inner)
    return made


def structured(fields: Fields, _: Nested) -> Part | None:
    """Structured output that is marked as such."""
    for name in ("json", "value", "data", "object"):
        if name in fields:
            return {"type": "json", "value": container(fields.pop(name))}
    return None
