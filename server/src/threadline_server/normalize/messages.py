"""Turn the attributes that carry a model call's messages into canonical messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from threadline_server.model.attributes import AttributeValue
from threadline_server.model.span import Message
from threadline_server.normalize.conversation import Conversation, text_of
from threadline_server.normalize.envelope import rows
from threadline_server.normalize.json_text import parsed
from threadline_server.normalize.truncated import cut


def messages_of(value: Any, role: str | None = None) -> Sequence[Message] | None:
    """Canonical messages of a JSON value: of a list of messages, of one message, or of a request
    or response that holds them; None where it holds none.

    `role` is who speaks where the value is plain text. A row that is no message among others that
    are is shown as it came, by a speaker without name.
    """
    if isinstance(value, str):
        return [Message(role, [{"type": "text", "text": value}])] if role and value else None
    if not value or not isinstance(value, (list, dict)):
        return None
    found = Conversation(rows(value, role))
    return found if found.understood else None


def of_attribute(value: AttributeValue, role: str | None = None) -> Sequence[Message] | None:
    """Canonical messages of an attribute that holds them as JSON text or as structure.

    JSON that a size limit cut short is read as far as it goes; its last message then ends in a
    part `truncated`.
    """
    if not isinstance(value, str):
        return messages_of(value, role)
    whole = parsed(value)
    if not isinstance(whole, str) or value[:1] not in ("[", "{") or '"' not in value:
        return messages_of(whole, role)
    short = cut(value)
    found = [] if short is None else list(messages_of(short.value) or ())
    if short is None or not found:
        return messages_of(whole, role)
    if found[-1].role == "" and found[-1].parts[0].get("value") in ({}, [], ""):
        found.pop()
    found[-1].parts.append({"type": "truncated", "text": short.rest})
    return found


def joined(first: Sequence[Message], then: Sequence[Message]) -> Sequence[Message]:
    """Messages, and others after them."""
    if isinstance(first, Conversation) and isinstance(then, Conversation):
        return then.after(first)
    return [*first, *then]


def first_text(items: Sequence[Message], role: str) -> str | None:
    """The text of the first message of a role that has text."""
    if type(items) is Conversation:
        return items.text(role)
    return next((text for item in items if item.role == role and (text := text_of(item))), None)


def last_text(items: Sequence[Message], role: str) -> str | None:
    """The text of the last message of a role that has text."""
    if type(items) is Conversation:
        return items.text(role, last=True)
    return first_text(items[::-1], role)
