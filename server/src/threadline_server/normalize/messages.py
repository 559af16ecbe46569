"""Turn the attributes that carry a model call's messages into canonical messages."""

from __future__ import annotations

from typing import Any

from threadline_server.model.attributes import AttributeValue
from threadline_server.model.span import Message
from threadline_server.normalize.json_text import parsed
from threadline_server.normalize.parts import message


def messages_of(value: Any) -> list[Message] | None:
    """Canonical messages of a JSON value: a list of messages, one message, or an object that
    holds such a list under `messages` or `choices`; None where it holds none.
    """
    if isinstance(value, dict):
        for key in ("messages", "choices"):
            if isinstance(value.get(key), list):
                return messages_of(value[key])
        single = message(value)
        return None if single is None else [single]
    if not isinstance(value, list) or not value:
        return None
    found = [message(item) for item in value]
    if any(item is None for item in found):
        return None
    return [item for item in found if item is not None]


def of_attribute(value: AttributeValue) -> list[Message] | None:
    """Canonical messages of an attribute that holds them as JSON text or as structure."""
    return messages_of(parsed(value) if isinstance(value, str) else value)


def text_of(item: Message) -> str | None:
    """The plain text of a message: its text parts, one under the other."""
    texts = [part["text"] for part in item.parts if part["type"] == "text" and part["text"]]
    return "\n".join(texts) or None


def first_text(items: list[Message], role: str) -> str | None:
    """The text of the first message of a role that has text."""
    return next((text for item in items if item.role == role and (text := text_of(item))), None)


def last_text(items: list[Message], role: str) -> str | None:
    """The text of the last message of a role that has text."""
    return first_text(items[::-1], role)
