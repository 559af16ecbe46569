"""What a convention says that an attribute means, as rows of a table and as orders of keys.

A row is written from the convention, never from the code: the attribute as a client sends it, and
the canonical fields that it becomes.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
from spans import START_NS, decoded

from threadline_server.model.attributes import Attributes, AttributeValue
from threadline_server.model.span import Message, Span
from threadline_server.normalize.pipeline import canonical, carried

RECEIVED_NS = START_NS + 60_000_000_000


@dataclass(frozen=True)
class Row:
    """One attribute, or the attributes that begin with one prefix, and what they become.

    `beside` is what a client sends with it, without which it would mean something else.
    """

    key: str
    sent: Attributes
    becomes: dict[str, Any]
    beside: Attributes = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.key} is {' and '.join(self.becomes)}"

    @property
    def attributes(self) -> Attributes:
        return {**self.beside, **self.sent}

    def check(self) -> None:
        """The span says what the row says, and not without the row's own attributes."""
        assert self.becomes, f"{self.key} becomes nothing"
        before = copy.deepcopy(self.attributes)
        attributes = self.attributes
        found, without = understood(attributes), understood(self.beside)
        assert attributes == before
        assert {name: found[name] for name in self.becomes} == self.becomes
        for name, expected in self.becomes.items():
            assert without[name] != expected, f"{name} is the same without {self.key}"
        for side in ("input", "output"):
            if side in self.becomes:
                assert found[f"{side}_key"] == self.key.rstrip(".")
        if self.becomes.keys() & {"session", "user_id", "conversation_id", "tags"}:
            assert found["metadata"] == self.becomes.get("metadata", {})


@dataclass(frozen=True)
class Order:
    """The keys of one canonical field, the strongest first; their values are those of the rows."""

    name: str
    keys: tuple[str, ...]

    def __str__(self) -> str:
        return self.name

    def check(self, rows: Iterable[Row]) -> None:
        """Of every key and the weaker ones the stronger is believed, in whichever order they come."""
        by_key: dict[str, Row] = {}
        for row in rows:
            if self.name in row.becomes:
                by_key.setdefault(row.key, row)
        said = [by_key[key].becomes[self.name] for key in self.keys]
        assert all(a != b for a, b in pairwise(said)) or self.name == "type"
        for place, expected in enumerate(said):
            sent = [item for key in self.keys[place:] for item in by_key[key].attributes.items()]
            for each in (sent, sent[::-1]):
                assert understood(dict(each))[self.name] == expected


def says(key: str, value: AttributeValue, beside: Attributes | None = None, **becomes: Any) -> Row:
    """What one attribute becomes."""
    return Row(key, {key: value}, becomes, beside or {})


def begins(prefix: str, rest: Attributes, beside: Attributes | None = None, **becomes: Any) -> Row:
    """What the attributes with a prefix become together; `rest` has their keys without it."""
    sent = {prefix + key: value for key, value in rest.items()}
    return Row(prefix, sent, becomes, beside or {})


def order(name: str, *keys: str) -> Order:
    """The keys of a field, the strongest first."""
    return Order(name, keys)


def each(cases: tuple[Row, ...] | tuple[Order, ...]) -> Callable[..., Any]:
    """Run a test for every row or order of a table."""
    name = "row" if isinstance(cases[0], Row) else "order"
    return pytest.mark.parametrize(name, cases, ids=str)


def understood(attributes: Attributes) -> dict[str, Any]:
    """All that a span with these attributes means, by the names that rows use."""
    span = canonical(decoded(attributes=attributes, start_ns=START_NS), RECEIVED_NS)
    shown = carried(attributes, span.type, [], span.start_ns)
    first_token_ns = shown.time_to_first_token_ns
    return {
        **_fields(span),
        "input": shown.input,
        "output": shown.output,
        "input_key": shown.input_key,
        "output_key": shown.output_key,
        "input_messages": said(shown.input_messages),
        "output_messages": said(shown.output_messages),
        "first_user": span.previews.first_user,
        "last_assistant": span.previews.last_assistant,
        "first_token_ms": None if first_token_ns is None else first_token_ns / 1_000_000,
        "tool_definitions": shown.tool_definitions,
        "system_instructions": shown.system_instructions,
    }


def _fields(span: Span) -> dict[str, Any]:
    return {
        **{
            name: getattr(span, name)
            for name in (
                "type", "agent_name", "request_model", "response_model", "response_id", "provider",
                "tool_name", "tool_call_id", "user_id", "conversation_id", "status_message", "marks",
                "tags", "metadata",
            )
        },
        **{
            f"{kind}_tokens": getattr(span.tokens, kind)
            for kind in ("input", "output", "cache_read", "cache_write", "reasoning")
        },
        **{f"{kind}_cost": getattr(span.cost, kind) for kind in ("input", "output", "total")},
        "session": None if span.session is None else span.session.value,
    }  # fmt: skip


def said(messages: list[Message]) -> list[tuple[Any, ...]]:
    """Messages in short: who speaks, then each part without its extra, of text the text alone."""
    return [(each.role, *map(_short, each.parts)) for each in messages]


def _short(part: dict[str, Any]) -> Any:
    bare = {name: value for name, value in part.items() if name != "extra"}
    return bare["text"] if bare["type"] == "text" else bare


def call(identity: str | None, name: str, arguments: Any) -> dict[str, Any]:
    """The part that a call of a tool is."""
    return {"type": "tool_call", "id": identity, "name": name, "arguments": arguments}


def result(identity: str | None, value: Any, name: str | None = None) -> dict[str, Any]:
    """The part that the answer of a tool is."""
    named = {} if name is None else {"name": name}
    return {"type": "tool_result", "id": identity, **named, "result": value}


def thought(text: str) -> dict[str, Any]:
    """The part that reasoning is."""
    return {"type": "reasoning", "text": text}
