"""What a dialect tells of a span: where each meaning stands, and how its messages are read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from threadline_server.model.attributes import Attributes, AttributeValue
from threadline_server.model.span import Message
from threadline_server.normalize.source import Compound, Source

Payload = tuple[str, AttributeValue]
"""The key of the attribute that carries a payload, and its value as it was sent."""


def nothing(_: Attributes) -> None:
    """The reader of what a dialect does not say."""
    return


@dataclass(frozen=True, slots=True)
class Dialect:
    """One instrumentation's way to write a span down.

    `sources` are single attributes, in the order in which they are believed. The others are what
    one key cannot hold: payloads, messages and definitions of tools, asked only where no source has
    said it, and metadata under a prefix, of which the names in `identity` are sessions, users and tags,
    or the framework's own.

    The readers of payloads, messages and definitions look at nothing but `sources`, `message_keys` and keys
    that begin with one of `flattened`: they are not asked where a span has none of these.
    """

    name: str
    title: str
    sources: tuple[Source | Compound, ...] = ()
    message_keys: tuple[str, ...] = ()
    flattened: tuple[str, ...] = ()
    flattened_input: Callable[[Attributes], Payload | None] = nothing
    flattened_output: Callable[[Attributes], Payload | None] = nothing
    input_messages: Callable[[Attributes], Sequence[Message] | None] = nothing
    output_messages: Callable[[Attributes], Sequence[Message] | None] = nothing
    tool_definitions: Callable[[Attributes], list[Any] | None] = nothing
    metadata_prefixes: tuple[str, ...] = ()
    identity: frozenset[str] = frozenset()
