"""Turn rows that hold messages, still as they came, into messages when somebody looks at them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import starmap
from typing import Any, overload

from threadline_server.model.attributes import to_json_text
from threadline_server.model.span import Message
from threadline_server.normalize.envelope import Row
from threadline_server.normalize.message import is_message, message
from threadline_server.normalize.parts.fields import Part, other, with_extra
from threadline_server.normalize.parts.responses import speaker
from threadline_server.normalize.signed import is_spoken, normal_role, plain_text, signed


class Conversation(Sequence[Message]):
    """The messages of some rows. Who only asks for a first or a last text has few of them read.

    A row that is no message among others that are is shown as it came, by a speaker without name.
    """

    __slots__ = ("_messages", "_rows")

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows
        self._messages: list[Message] | None = None

    @property
    def understood(self) -> bool:
        """Whether any row is a message at all. What is said by one alone is read at once."""
        if len(self._rows) > 1:
            return any(starmap(is_message, self._rows))
        for value, role in self._rows:
            if (fields := signed(value)) is not None:
                return is_spoken(fields)
            if (made := message(value, role)) is not None:
                self._messages = _named(_split(made))
                return True
        return False

    @property
    def messages(self) -> list[Message]:
        """All of them, in order."""
        if self._messages is None:
            self._messages = _read(self._rows)
        return self._messages

    def text(self, role: str, *, last: bool = False) -> str | None:
        """The text of the first, or the last, message of a role that has text."""
        if self._messages is None:
            for value, otherwise in reversed(self._rows) if last else self._rows:
                if type(value) is dict and "type" in value and _is_item(value):
                    break  # A turn of several items is known only as a whole.
                if said := _text(value, otherwise, role):
                    return said
            else:
                return None
        found = reversed(self.messages) if last else self.messages
        return next((said for each in found if each.role == role and (said := text_of(each))), None)

    def after(self, others: Conversation) -> Conversation:
        """These messages with others ahead of them."""
        return Conversation([*others._rows, *self._rows])

    def __len__(self) -> int:
        return len(self.messages)

    def __bool__(self) -> bool:
        return bool(self._rows)

    @overload
    def __getitem__(self, index: int) -> Message: ...

    @overload
    def __getitem__(self, index: slice) -> list[Message]: ...

    def __getitem__(self, index: int | slice) -> Message | list[Message]:
        return self.messages[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self.messages == list(other)

    def __hash__(self) -> int:
        raise TypeError("a conversation may still be read, and is no key")

    def __repr__(self) -> str:
        return f"Conversation of {self.messages!r}"


def _text(value: Any, otherwise: str | None, role: str) -> str | None:
    """The text of a row's message if it is of a role; who speaks `otherwise` is the row's own."""
    if (fields := signed(value)) is not None:
        if (stated := fields["role"]) != role and normal_role(stated) != role:
            return None
        if role != "tool" and (said := plain_text(fields)) is not None:
            return said
    made = message(value, otherwise)
    return None if made is None or made.role != role else text_of(made)


def _read(rows: Iterable[Row]) -> list[Message]:
    found: list[Message] = []
    in_turn = False
    for value, role in rows:
        made = message(value, role)
        if made is None:
            found.append(_unknown(value))
            in_turn = False
            continue
        is_item = made.role == "assistant" and _is_item(value)
        if in_turn and is_item:
            _join(found[-1], made)
        else:
            found.append(made)
        in_turn = is_item
    return _named([each for made in found for each in _split(made)])


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
