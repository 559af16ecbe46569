"""Read LiveKit Agents' `lk.*` attributes, of which newer versions mark the private ones `lk.pii.*`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from threadline_server.model.attributes import Attributes, AttributeValue
from threadline_server.model.span import Message, SpanType
from threadline_server.normalize.dialects.dialect import Dialect
from threadline_server.normalize.json_text import parsed
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.messages import messages_of
from threadline_server.normalize.numbers import seconds
from threadline_server.normalize.source import carrying, fields, named


def _both(*names: str) -> tuple[str, ...]:
    """The keys of a name in newer and in older versions."""
    return tuple(key for name in names for key in (f"lk.pii.{name}", f"lk.{name}"))


def _first(attributes: Attributes, name: str) -> Any:
    return next((attributes[key] for key in _both(name) if key in attributes), None)


def _input_messages(attributes: Attributes) -> Sequence[Message] | None:
    """A chat context's items, of which handoffs between agents are no messages."""
    items = (fields(_first(attributes, "chat_ctx")) or {}).get("items")
    if not isinstance(items, list):
        return None
    kinds = ("message", "function_call", "function_call_output")
    rows = [row for row in items if isinstance(row, dict) and row.get("type", "message") in kinds]
    return messages_of(rows)


def _output_messages(attributes: Attributes) -> Sequence[Message] | None:
    parts: list[Any] = []
    said = _first(attributes, "response.text")
    if isinstance(said, str) and said:
        parts.append({"type": "text", "text": said})
    called = _first(attributes, "response.function_calls")
    calls = called if isinstance(called, list) else [called]
    for inner in (parsed(call) if isinstance(call, str) else call for call in calls):
        each = inner if isinstance(inner, list) else [inner]
        parts.extend({**call, "type": "function_call"} for call in each if isinstance(call, dict))
    return messages_of([{"role": "assistant", "content": parts}]) if parts else None


def _is_tool_call(_: AttributeValue) -> SpanType:
    return "tool"


def _failed(value: AttributeValue) -> str | None:
    """Whether a tool failed; the span of its call is left without a status."""
    return "error" if value is True else None


LIVEKIT = Dialect(
    name="livekit",
    title="LiveKit",
    sources=(
        *named(Meaning.OPERATION, "lk.function_tool.name", read=_is_tool_call),
        *named(Meaning.AGENT_NAME, "lk.agent_name", "lk.agent_label"),
        *named(Meaning.TOOL_NAME, "lk.function_tool.name"),
        *named(Meaning.TOOL_CALL_ID, "lk.function_tool.id"),
        *named(Meaning.SEVERITY, "lk.function_tool.is_error", read=_failed),
        *named(Meaning.TIME_TO_FIRST_TOKEN, "lk.response.ttft", read=seconds),
        *carrying(
            Meaning.INPUT,
            *_both("user_input", "user_transcript", "input_text"),
            *_both("function_tool.arguments", "chat_ctx"),
        ),
        *carrying(Meaning.OUTPUT, *_both("response.text", "function_tool.output")),
        *carrying(Meaning.SYSTEM_INSTRUCTIONS, *_both("instructions")),
        *carrying(Meaning.TOOL_DEFINITIONS, "lk.function_tools"),
    ),
    message_keys=_both("response.function_calls"),
    input_messages=_input_messages,
    output_messages=_output_messages,
)
