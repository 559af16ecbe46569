"""Find what a model call was given beside its messages, and when its answer began."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from threadline_server.model.attributes import Attributes, AttributeValue
from threadline_server.model.span import Event
from threadline_server.model.time import NS_PER_SECOND
from threadline_server.normalize.json_text import parsed
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.reading import Reading, read
from threadline_server.normalize.spoken_events import DETAILS

LONGEST_SECONDS = 10 * 365 * 86_400
"""A first token that takes longer never came: a clock was wrong."""


def _sent(reading: Reading, meaning: Meaning) -> AttributeValue:
    found = reading.content(meaning)
    return None if found is None else found[1]


def _value(sent: AttributeValue) -> Any:
    return parsed(sent) if isinstance(sent, str) else sent


def time_to_first_token_ns(reading: Reading, start_ns: int) -> int | None:
    """Nanoseconds from the start of a span to the first token, whether its dialect tells how long
    that took or when it was; None where it says neither, or a time before the start.
    """
    if (told := reading.content(Meaning.TIME_TO_FIRST_TOKEN)) is not None:
        took: Any = told[1]
        return round(took * NS_PER_SECOND) if took < LONGEST_SECONDS else None
    if (told := reading.content(Meaning.FIRST_TOKEN_AT)) is None:
        return None
    moment: Any = told[1]
    if not start_ns <= moment < start_ns + LONGEST_SECONDS * NS_PER_SECOND:
        return None
    return int(moment - start_ns)


def tool_definitions(
    attributes: Attributes, reading: Reading, events: Sequence[Event]
) -> list[Any] | None:
    """The tools that were offered to a model, each as it was sent; None where none are told."""
    found = _definitions(_sent(reading, Meaning.TOOL_DEFINITIONS))
    for dialect in reading.plan.dialects:
        found = found or dialect.tool_definitions(attributes)
    for event in events:
        if not found and event.name == DETAILS:
            found = _definitions(_sent(read(event.attributes), Meaning.TOOL_DEFINITIONS))
    return found or None


def _definitions(sent: AttributeValue) -> list[Any] | None:
    value = _value(sent)
    if value is None or value == "":
        return None
    return [_value(item) for item in value] if isinstance(value, list) else [value]


def system_instructions(reading: Reading, events: Sequence[Event]) -> Any:
    """What a model was told to be, as JSON or text; None where that is not told apart."""
    found = _value(_sent(reading, Meaning.SYSTEM_INSTRUCTIONS))
    for event in events:
        if found is None and event.name == DETAILS:
            found = _value(_sent(read(event.attributes), Meaning.SYSTEM_INSTRUCTIONS))
    return found
