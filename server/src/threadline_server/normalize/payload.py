"""Find what went into a span and what came out of it, as payloads and as messages."""

from __future__ import annotations

from collections.abc import Sequence

from threadline_server.model.attributes import Attributes
from threadline_server.model.span import Message
from threadline_server.normalize.dialects.dialect import Payload
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.reading import Reading


def input_payload(attributes: Attributes, reading: Reading) -> Payload | None:
    """Which attribute carries a span's input, and the value as it was sent."""
    if (sent := reading.content(Meaning.INPUT)) is not None:
        return sent
    for dialect in reading.plan.dialects:
        if (found := dialect.flattened_input(attributes)) is not None:
            return found
    return None


def output_payload(attributes: Attributes, reading: Reading) -> Payload | None:
    """Which attribute carries a span's output, and the value as it was sent."""
    if (sent := reading.content(Meaning.OUTPUT)) is not None:
        return sent
    for dialect in reading.plan.dialects:
        if (found := dialect.flattened_output(attributes)) is not None:
            return found
    return None


def input_messages(attributes: Attributes, reading: Reading) -> Sequence[Message]:
    """The messages that went into a model call; none where the span carries none."""
    for dialect in reading.plan.dialects:
        if (found := dialect.input_messages(attributes)) is not None:
            return found
    return []


def output_messages(attributes: Attributes, reading: Reading) -> Sequence[Message]:
    """The messages that came out of a model call; none where the span carries none."""
    for dialect in reading.plan.dialects:
        if (found := dialect.output_messages(attributes)) is not None:
            return found
    return []
