"""Turn the attributes that carry a model call's messages into canonical messages."""

from __future__ import annotations

from typing import Any

from threadline_server.model.attributes import AttributeValue, to_json_text
from threadline_server.model.span import Message
from threadline_server.normalize.envelope import rows
from threadline_server.normalize.json_text import parsed
from threadline_server.normalize.message import message
from threadline_server.normalize.parts.fields import Part, other, with_extra
from threadline_server.normalize.parts.responses import speaker
from threadline_server.normalize.truncated import cut


def messages_of(value: Any, role: str | None = None) -> list[Message] | None:
    """Canonical messages of a JSON value: of a list of messages, of one message, or of a request
    or response that holds them; None where it holds none.

    `role` is who speaks where the value is plain text. A row that is no message among others that
    are is shown as it came, by a speaker without name.
    """
    if isinstance(value, str):
        return [Message(role, [{"type": "text", "text": value}])] if role and value else None
    found: list[Message] = []
    understood = False
    in_turn = False
    for row in rows(value, role):
        made = message(row.value, row.role)
        if made is None:
            found.append(_unknown(row.value))
            in_turn = False
            continue
        understood = True
        is_item = made.role == "assistant" and _is_item(row.value)
        if in_turn and is_item:
            _join(found[-1], made)
        else:
            found.append(made)
        in_turn = is_item
    return _named([each for made in found for each in _split(made)]) if understood else None


def of_attribute(value: AttributeValue, role: str | None = None) -> list[Message] | None:
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
    found = None if short is None else messages_of(short.value)
    if short is None or not found:
        return messages_of(whole, role)
    if found[-1].role == "" and found[-1].parts[0].get("value") in ({}, [], ""):
        found.pop()
    found[-1].parts.append({"type": "truncated", "text": short.rest})
    return found


def _unknown(row: Any) -> Message:
    said = {"type": "text", "text": row} if isinstance(row, str) else other(row)
    return Message("", [said])


def _is_item(row: Any) -> bool:
    """Whether a row is an item of OpenAI's Responses, several of which make one turn."""
    if not isinstance(row, dict):
        return False
    return row.get("type") == "message" if "role" in row else speaker(row) is not None


def _join(turn: Message, item: Message) -> None:
    """Add what an item says to the turn that it belongs to."""
    if item.parts:
        with_extra(item.parts[0], item.extra)
    else:
        turn.extra = {**item.extra, **turn.extra}
    turn.parts += item.parts
    turn.finish_reason = item.finish_reason or turn.finish_reason


def _split(made: Message) -> list[Message]:
    """Results of tools as messages of their own by the tool, also where a user's message has them.

    What a model's own message holds of results, of tools that its provider runs, stays in it.
    """
    if made.role == "assistant":
        return [made]
    results = [part for part in made.parts if part["type"] == "tool_result"]
    if not results:
        return [made]
    if len(results) == len(made.parts) == 1:
        made.role = "tool"
        return [made]
    split = [Message("tool", [part]) for part in results]
    others = [part for part in made.parts if part["type"] != "tool_result"]
    if others:
        made.parts = others
        return [*split, made]
    split[0].extra, split[-1].finish_reason = made.extra, made.finish_reason
    return split


def _named(messages: list[Message]) -> list[Message]:
    """Give results the name of the tool that was called, which most providers leave out."""
    names: dict[str, str] = {}
    for each in messages:
        for part in each.parts:
            kind = part["type"]
            if kind == "tool_call" and part["id"] and part["name"]:
                names[part["id"]] = part["name"]
            elif kind == "tool_result" and "name" not in part and part["id"] in names:
                part["name"] = names[part["id"]]
    return messages


def text_of(item: Message) -> str | None:
    """The plain text of a message: what its parts say, one under the other."""
    texts = [said for part in item.parts if (said := _said(part))]
    return "\n".join(texts) or None


def _said(part: Part) -> str | None:
    """What is said in a part in words, structured output as its JSON."""
    kind = part["type"]
    if kind in ("text", "refusal"):
        return str(part["text"])
    if kind == "audio":
        return part.get("transcript")
    return to_json_text(part["value"]) if kind == "json" else None


def first_text(items: list[Message], role: str) -> str | None:
    """The text of the first message of a role that has text."""
    return next((text for item in items if item.role == role and (text := text_of(item))), None)


def last_text(items: list[Message], role: str) -> str | None:
    """The text of the last message of a role that has text."""
    return first_text(items[::-1], role)
