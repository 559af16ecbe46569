"""Read AG2's `ag2.*` attributes, which tell apart the spans of its telemetry."""

from __future__ import annotations

from threadline_server.model.attributes import AttributeValue
from threadline_server.model.span import SpanType
from threadline_server.normalize.dialects.dialect import Dialect
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.source import carrying, counted, named

_TYPES: dict[str, SpanType] = {
    "agent": "agent",
    "llm": "llm",
    "tool": "tool",
    "task": "chain",
    "usage": "span",
    "human_input": "span",
    "envelope": "span",
    "channel": "span",
    "agent_lifetime": "span",
    "agent_event": "span",
}
"""Of these `usage` is no call: it keeps account of one, and names its model and tokens."""


def _type(value: AttributeValue) -> SpanType | None:
    return _TYPES.get(value) if isinstance(value, str) else None


def _repeats(value: AttributeValue) -> bool | None:
    """Whether the account is of a call that has a span of its own beside it; those of a subtask or
    of making a history shorter have none.
    """
    return True if value == "model_call" else None


AG2 = Dialect(
    name="ag2",
    title="AG2",
    sources=(
        *named(Meaning.TYPE, "ag2.span.type", read=_type),
        *named(Meaning.USAGE_REPEATED, "ag2.usage.kind", read=_repeats),
        *counted(Meaning.TOTAL_TOKENS, "ag2.usage.total_tokens"),
        *counted(Meaning.REASONING_TOKENS, "gen_ai.usage.thinking_tokens"),
        *carrying(Meaning.INPUT, "ag2.human_input.prompt"),
        *carrying(Meaning.OUTPUT, "ag2.human_input.response"),
    ),
)
