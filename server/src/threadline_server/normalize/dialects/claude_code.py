"""Read what Claude Code writes of its turns, tools and hooks beside the GenAI conventions."""

from __future__ import annotations

from threadline_server.model.attributes import AttributeValue
from threadline_server.model.span import SpanType
from threadline_server.normalize.dialects.dialect import Dialect
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.numbers import seconds
from threadline_server.normalize.source import carrying, named

_TYPES: dict[str, SpanType] = {
    "interaction": "agent",
    "llm_request": "llm",
    "tool": "tool",
    "tool.blocked_on_user": "span",
    "tool.execution": "span",
    "hook": "span",
}
"""Of a tool's span the parts name its model's provider too, and are neither calls nor tools."""


def _type(value: AttributeValue) -> SpanType | None:
    return _TYPES.get(value) if isinstance(value, str) else None


def _milliseconds(value: AttributeValue) -> float | None:
    found = seconds(value)
    return None if found is None else found / 1000


CLAUDE_CODE = Dialect(
    name="claude_code",
    title="Claude Code",
    sources=(
        *named(Meaning.TYPE, "span.type", read=_type),
        *named(Meaning.TIME_TO_FIRST_TOKEN, "ttft_ms", read=_milliseconds),
        *carrying(Meaning.INPUT, "user_prompt", "tool_input", "full_command"),
    ),
)
