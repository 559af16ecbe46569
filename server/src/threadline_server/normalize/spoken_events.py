"""Turn events that carry GenAI messages, on spans or as log records, into canonical messages.

OpenTelemetry's conventions have put messages into events three times
(https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-events/): whole prompts and completions,
then an event for each message, now one event with everything that went in and came out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from threadline_server.model.attributes import Attributes, AttributeValue
from threadline_server.model.span import Event, Message
from threadline_server.normalize.dialects.genai import GENAI
from threadline_server.normalize.flattened import unflattened
from threadline_server.normalize.json_text import parsed
from threadline_server.normalize.message import message
from threadline_server.normalize.messages import messages_of

DETAILS = "gen_ai.client.inference.operation.details"
PROMPT = "gen_ai.content.prompt"
COMPLETION = "gen_ai.content.completion"
CHOICE = "gen_ai.choice"
ROLE_EVENTS = {
    "gen_ai.system.message": "system",
    "gen_ai.user.message": "user",
    "gen_ai.assistant.message": "assistant",
    "gen_ai.tool.message": "tool",
}
"""Events of one message that went in, and who speaks in it where the event itself does not say."""

SAID = {
    "user_prompt": ("user", "prompt"),
    "assistant_response": ("assistant", "response"),
    "codex.user_prompt": ("user", "prompt"),
    "codex.agent_response": ("assistant", "response"),
}
"""Log records of coding agents: who speaks, and the attribute that has the text. Claude Code's
names begin with `claude_code.` in their body alone.
"""

RAN = "codex.tool_result"
"""Codex's log record of one call of a tool, with its arguments and its result."""

SPOKEN_EVENTS = frozenset({DETAILS, PROMPT, COMPLETION, CHOICE, RAN, *ROLE_EVENTS, *SAID})

_WHOLE_BODY = "gen_ai.event.content"
"""The attribute in which Azure's clients write as JSON what OpenTelemetry has in the body."""

_PART_KEYS = ("type", "text", "toolUse", "toolResult", "image", "document", "reasoningContent")


@dataclass(slots=True)
class Spoken:
    """The messages that went into a call and came out of it, in order."""

    asked: Sequence[Message] = field(default_factory=list)
    answered: Sequence[Message] = field(default_factory=list)


def spoken(events: Sequence[Event]) -> Spoken:
    """What the events of one span say, in the order in which they are given.

    The event with everything goes before those with single messages; of several with everything
    the last counts, since each repeats what was said before it.
    """
    found = Spoken()
    if not events:
        return found
    asked: list[Message] = []
    answered: list[Message] = []
    for event in events:
        if event.name not in SPOKEN_EVENTS:
            continue
        fields = _fields(event)
        if event.name == DETAILS:
            found.asked = GENAI.input_messages(fields) or found.asked
            found.answered = GENAI.output_messages(fields) or found.answered
        elif event.name in ROLE_EVENTS:
            asked += _single(fields, ROLE_EVENTS[event.name])
        elif event.name == CHOICE:
            answered += _single(_chosen(fields), "assistant")
        elif event.name in SAID:
            role, key = SAID[event.name]
            (asked if role == "user" else answered).extend(_told(fields.get(key), role))
        elif event.name == RAN:
            asked += _single(_call(fields), "assistant")
            answered += _single(_result(fields), "tool")
        elif event.name == PROMPT:
            asked += _whole(fields, "gen_ai.prompt", "user")
        else:
            answered += _whole(fields, "gen_ai.completion", "assistant")
    return Spoken(found.asked or asked, found.answered or answered)


def _told(value: AttributeValue, role: str) -> Sequence[Message]:
    """What an event says in one attribute; none where it is left out for privacy."""
    return messages_of(value, role) or [] if isinstance(value, str) else []


def _call(fields: Attributes) -> Attributes:
    """The message by which a model called the tool that ran."""
    call = {"name": fields.get("tool_name"), "arguments": fields.get("arguments")}
    return {"tool_calls": [{"id": fields.get("call_id"), "type": "function", "function": call}]}


def _result(fields: Attributes) -> Attributes:
    """The message with what the tool gave."""
    return {"content": fields.get("output"), "tool_call_id": fields.get("call_id")}


def _fields(event: Event) -> Attributes:
    """What an event says by its attributes and its body; attributes go first."""
    fields: Attributes = {}
    body = event.body
    if isinstance(body, str) and body.startswith("{"):
        # Semantic Kernel writes as JSON what OpenTelemetry has as a structure.
        body = parsed(body)
    if isinstance(body, dict):
        fields.update(body)
    elif body is not None:
        fields["content"] = body
    written = event.attributes.get(_WHOLE_BODY)
    inner = parsed(written) if isinstance(written, str) else written
    if isinstance(inner, dict):
        fields.update(inner)
    elif inner is not None:
        fields.setdefault("content", inner)
    fields.update(event.attributes)
    return fields


def _chosen(fields: Attributes) -> Attributes:
    """The message within a choice, which also tells why the model stopped."""
    inner = fields.get("message")
    inner = parsed(inner) if isinstance(inner, str) else inner
    if isinstance(inner, dict):
        return inner
    return fields if inner is None else {**fields, "content": inner}


def _single(fields: Attributes, role: str) -> Sequence[Message]:
    """The message of an event; none where it carries nothing, as without capture of content."""
    stated = fields.get("role")
    row: dict[str, Any] = {
        "role": stated if isinstance(stated, str) else role,
        "content": _content(fields.get("content", fields.get("parts"))),
    }
    calls = fields.get("tool_calls")
    calls = (parsed(calls) if isinstance(calls, str) else calls) or unflattened(
        fields, "tool_calls."
    )
    if calls:
        row["tool_calls"] = calls
    if (identity := fields.get("tool_call_id", fields.get("id"))) is not None:
        row["tool_call_id"] = identity
    found = message(row)
    if found is None or not found.parts or (role == "tool" and row["content"] is None):
        return []
    return [found]


def _content(value: Any) -> Any:
    """Content as text or as parts; some clients write the parts as JSON."""
    if not isinstance(value, str) or value[:1] != "[":
        return value
    inner = parsed(value)
    is_parts = isinstance(inner, list) and all(
        isinstance(each, dict) and any(key in each for key in _PART_KEYS) for each in inner
    )
    return inner if is_parts and inner else value


def _whole(fields: Attributes, key: str, role: str) -> Sequence[Message]:
    """A whole prompt or completion: messages as JSON, or plain text of one speaker."""
    value = fields.get(key, fields.get("content"))
    if value is None or value == "":
        return []
    inner = parsed(value) if isinstance(value, str) else value
    rows: Iterable[Any] = inner if isinstance(inner, list) else [inner]
    spoken_by = [
        {"role": role, **row} if isinstance(row, dict) and "content" in row else row for row in rows
    ]
    return messages_of(spoken_by) or messages_of([{"role": role, "content": value}]) or []
