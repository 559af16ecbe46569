"""Read the attributes of Mastra's model calls: the AI SDK's, each under the name of its operation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from threadline_server.model.attributes import Attributes
from threadline_server.model.span import Message
from threadline_server.normalize.dialects.ai_sdk import provider
from threadline_server.normalize.dialects.dialect import Dialect
from threadline_server.normalize.json_text import parsed
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.messages import messages_of, of_attribute
from threadline_server.normalize.source import carrying, counted, named

_OPERATIONS = ("stream", "generate", "aisdk")


def _each(name: str) -> tuple[str, ...]:
    return tuple(f"{operation}.{name}" for operation in _OPERATIONS)


def _input_messages(attributes: Attributes) -> Sequence[Message] | None:
    for key in _each("prompt.messages"):
        if (found := of_attribute(attributes.get(key))) is not None:
            return found
    return None


def _output_messages(attributes: Attributes) -> Sequence[Message] | None:
    """One answer: its text, and the tools that it calls."""
    parts: list[Any] = []
    for key in _each("response.text"):
        said = attributes.get(key)
        if isinstance(said, str) and said:
            parts.append({"type": "text", "text": said})
            break
    for key in _each("response.toolCalls"):
        sent = attributes.get(key)
        calls = parsed(sent) if isinstance(sent, str) else sent
        if isinstance(calls, list):
            parts.extend({**call, "type": "tool-call"} for call in calls if isinstance(call, dict))
            break
    return messages_of([{"role": "assistant", "content": parts}]) if parts else None


MASTRA = Dialect(
    name="mastra",
    title="Mastra",
    sources=(
        *named(Meaning.REQUEST_MODEL, "aisdk.model.id"),
        *named(Meaning.PROVIDER, "aisdk.model.provider", read=provider),
        *named(Meaning.RESPONSE_MODEL, *_each("response.model")),
        *named(Meaning.RESPONSE_ID, *_each("response.id")),
        *counted(Meaning.INPUT_TOKENS, *_each("usage.inputTokens"), *_each("usage.promptTokens")),
        *counted(
            Meaning.OUTPUT_TOKENS, *_each("usage.outputTokens"), *_each("usage.completionTokens")
        ),
        *counted(Meaning.TOTAL_TOKENS, *_each("usage.totalTokens")),
        *counted(Meaning.CACHE_READ_TOKENS, *_each("usage.cachedInputTokens")),
        *counted(Meaning.REASONING_TOKENS, *_each("usage.reasoningTokens")),
        *carrying(Meaning.INPUT, *_each("prompt.messages")),
        *carrying(Meaning.OUTPUT, *_each("response.text"), *_each("response.object")),
        *carrying(Meaning.OUTPUT, *_each("response.toolCalls")),
    ),
    input_messages=_input_messages,
    output_messages=_output_messages,
)
