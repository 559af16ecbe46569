"""What a dialect tells of a span: pure readers over its attributes, each of which may be absent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from threadline_server.model.attributes import Attributes, AttributeValue
from threadline_server.model.span import Message

Payload = tuple[str, AttributeValue]
"""The key of the attribute that carries a payload, and its value as it was sent."""


def nothing(_: Attributes) -> None:
    """The reader of what a dialect does not say."""
    return


@dataclass(frozen=True, slots=True)
class Dialect:
    """One instrumentation's way to write a span down.

    `input` and `output` give the payload that a function or tool span carries, `input_messages`
    and `output_messages` a model call's messages, `tags` and `metadata` what people attached.
    """

    name: str
    input: Callable[[Attributes], Payload | None] = nothing
    output: Callable[[Attributes], Payload | None] = nothing
    input_messages: Callable[[Attributes], list[Message] | None] = nothing
    output_messages: Callable[[Attributes], list[Message] | None] = nothing
    tags: Callable[[Attributes], list[str] | None] = nothing
    metadata: Callable[[Attributes], Attributes | None] = nothing


def payload(*keys: str) -> Callable[[Attributes], Payload | None]:
    """A reader of the first of `keys` that is present."""

    def read(attributes: Attributes) -> Payload | None:
        return next(((key, attributes[key]) for key in keys if key in attributes), None)

    return read
