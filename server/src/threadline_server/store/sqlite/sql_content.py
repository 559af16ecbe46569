"""Turn the stored content of a span into what the tables of users show of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import apsw

from threadline_server.model.attributes import Attributes, to_json_text
from threadline_server.model.previews import Previews
from threadline_server.model.span import Carried, Event, Message, SpanType
from threadline_server.model.time import to_iso
from threadline_server.store.contract import SpanDetail
from threadline_server.store.sqlite import read


@dataclass(frozen=True, slots=True)
class Understanding:
    """How spans are understood, handed in since a store does not see it: what one carries, by its
    attributes, type, events and start in nanoseconds, and what a message says in words.
    """

    carried: Callable[[Attributes, SpanType, Sequence[Event], int], Carried]
    text_of: Callable[[Message], str | None]


class SpanContent:
    """The content of one span, each part of it made when it is first asked for."""

    def __init__(self, detail: SpanDetail, understanding: Understanding) -> None:
        self._detail = detail
        self._understanding = understanding
        self._carried: Carried | None = None

    def value(self, column: str) -> Any:
        """What a column of `spans` that is no stored one holds."""
        detail = self._detail
        if column == "input":
            return self._sent(self.carried.input, self.carried.input_key)
        if column == "output":
            return self._sent(self.carried.output, self.carried.output_key)
        if column == "attributes":
            return to_json_text(detail.attributes)
        if column == "events":
            return to_json_text([_event(event) for event in detail.events])
        return to_json_text(detail.resource.attributes)

    @property
    def carried(self) -> Carried:
        """What the span carries."""
        if self._carried is None:
            row = self._detail.row
            self._carried = self._understanding.carried(
                self._detail.attributes, row.type, self._detail.events, row.start_ns
            )
        return self._carried

    def _sent(self, value: Any, key: str | None) -> str | None:
        """An input or output as it was sent, where one attribute is all of it; else its JSON."""
        sent = None if key is None else self._detail.attributes.get(key)
        if isinstance(sent, str):
            return sent
        return value if value is None or isinstance(value, str) else to_json_text(value)

    def messages(self) -> Iterator[ShownMessage]:
        """The messages that the span shows, those that went in first."""
        for side, said in (
            ("input", self.carried.input_messages),
            ("output", self.carried.output_messages),
        ):
            for position, message in enumerate(said):
                yield ShownMessage(self._understanding, side, position, message)


@dataclass(slots=True)
class ShownMessage:
    """One message that a span shows, and where."""

    understanding: Understanding
    side: str
    position: int
    message: Message

    def value(self, column: str) -> Any:
        """What a column of `messages` that is no stored one holds."""
        if column == "text":
            return self.understanding.text_of(self.message)
        if column == "parts":
            return to_json_text(self.message.parts)
        return getattr(self if column in ("side", "position") else self.message, column)


def _event(event: Event) -> dict[str, Any]:
    return {
        "name": event.name,
        "time": to_iso(event.time_ns) if event.time_ns else None,
        "attributes": event.attributes,
        "body": event.body,
    }


def _no_previews(*_: Any) -> Previews:
    return Previews()


def content_of(
    connection: apsw.Connection,
    understanding: Understanding,
    project: int,
    trace_id: str,
    span_id: str,
) -> SpanContent:
    """The content of a span, by the reader that REST answers with."""
    detail = read.span(connection, _no_previews, project, trace_id, span_id)
    assert detail is not None  # its row was read in the same snapshot
    return SpanContent(detail, understanding)
