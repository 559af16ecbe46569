"""Find the arguments and the result of a tool's call among the events of its span."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from threadline_server.model.attributes import AttributeValue
from threadline_server.model.span import Event
from threadline_server.normalize.dialects.dialect import Payload
from threadline_server.normalize.json_text import parsed

_ARGUMENTS = {"gen_ai.tool.message": "content"}
_RESULTS = {"gen_ai.choice": "message", "tool.output": "output"}
"""Events and the attribute that has the payload: of Strands, and of Claude Code."""


def tool_payloads(events: Sequence[Event]) -> tuple[Payload | None, Payload | None]:
    """What a tool was called with and what it gave, each with the name of the event that says it."""
    return _said(events, _ARGUMENTS), _said(events, _RESULTS)


def _said(events: Sequence[Event], keys: dict[str, str]) -> Payload | None:
    for event in events:
        if event.name in keys and (value := event.attributes.get(keys[event.name])) is not None:
            return event.name, _text(value)
    return None


def _text(value: AttributeValue) -> AttributeValue:
    """The text alone of a result that is a list with one text, as Bedrock's are."""
    inner: Any = parsed(value) if isinstance(value, str) else value
    if isinstance(inner, list) and len(inner) == 1 and isinstance(inner[0], dict):
        (only,) = inner
        if only.keys() == {"text"} and isinstance(only["text"], str):
            return str(only["text"])
    return value
