"""Turn the attributes that carry a model call's messages into canonical messages."""

from __future__ import annotations

from typing import Any

from threadline_server.model.attributes import Attributes, AttributeValue
from threadline_server.model.span import Message
from threadline_server.normalize.json_text import parsed
from threadline_server.normalize.parts import message

FLATTENED_LIMIT = 10_000
"""Flattened messages beyond this many are not read as messages; they stay attributes."""

PATH_LIMIT = 20
"""Parts of a flattened key beyond which it is no message; no instrumentation comes near."""


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


def _is_index(name: str) -> bool:
    """Whether a part of a key counts items; digits of other scripts do not."""
    return name.isascii() and name.isdigit()


def _placed(tree: dict[str, Any], path: list[str], value: AttributeValue) -> None:
    for name in path[:-1]:
        inner = tree.setdefault(name, {})
        if not isinstance(inner, dict):
            return
        tree = inner
    tree[path[-1]] = value


def _listed(value: Any) -> Any:
    """Objects whose keys are all numbers become lists in the order of these numbers."""
    if not isinstance(value, dict):
        return value
    inner = {key: _listed(item) if type(item) is dict else item for key, item in value.items()}
    if inner and all(map(_is_index, inner)):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner


def unflattened(attributes: Attributes, prefix: str) -> list[Any]:
    """The list that was flattened under `prefix`, as in `prefix0.role` and `prefix0.content`."""
    rows: dict[int, dict[str, Any]] = {}
    size = len(prefix)
    for key, value in attributes.items():
        if not key.startswith(prefix):
            continue
        index, _, path = key[size:].partition(".")
        if not path or path.count(".") >= PATH_LIMIT:
            continue
        if _is_index(index) and len(index) < 7 and int(index) < FLATTENED_LIMIT:
            _placed(rows.setdefault(int(index), {}), path.split("."), value)
    return [_listed(rows[index]) for index in sorted(rows)]


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
