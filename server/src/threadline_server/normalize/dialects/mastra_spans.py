"""Read what Mastra's exporter writes: input and output under the name of each kind of span."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from threadline_server.model.attributes import Attributes, AttributeValue
from threadline_server.model.span import Message, SpanType
from threadline_server.normalize.dialects.dialect import Dialect
from threadline_server.normalize.json_text import parsed
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.messages import messages_of, of_attribute
from threadline_server.normalize.source import carrying, named, texts

_TYPES: dict[str, SpanType] = {
    "agent_run": "agent",
    "model_generation": "llm",
    "model_inference": "llm",
    "model_step": "chain",
    "model_chunk": "span",
    "tool_call": "tool",
    "mcp_tool_call": "tool",
    "workflow_run": "chain",
    "workflow_step": "chain",
    "processor_run": "chain",
    "scorer_run": "evaluator",
}
"""A generation is all that a model says until its turn ends; each of its steps has one request."""

_OF_A_STEP = ("body", "headers", "modelMetadata")
"""What Mastra adds to the metadata of a step: the provider's response, and which model it was."""

_KINDS = (*_TYPES, "generic")
_INPUTS = tuple(f"mastra.{kind}.input" for kind in _KINDS)
_OUTPUTS = tuple(f"mastra.{kind}.output" for kind in _KINDS)


def _type(value: AttributeValue) -> SpanType | None:
    return _TYPES.get(value) if isinstance(value, str) else None


def _input_messages(attributes: Attributes) -> Sequence[Message] | None:
    for key in _INPUTS:
        if key in attributes and (found := of_attribute(attributes[key], "user")) is not None:
            return found
    return None


def _output_messages(attributes: Attributes) -> Sequence[Message] | None:
    """One answer: the tools that it calls, and its text."""
    sent = next((attributes[key] for key in _OUTPUTS if key in attributes), None)
    said: Any = parsed(sent) if isinstance(sent, str) else sent
    if not isinstance(said, dict):
        return None if said is None else messages_of(said, "assistant")
    text, calls = said.get("text"), said.get("toolCalls")
    parts: list[Any] = [
        {**call, "type": "tool-call"}
        for call in (calls if isinstance(calls, list) else ())
        if isinstance(call, dict)
    ]
    if isinstance(text, str) and text:
        parts.append({"type": "text", "text": text})
    return messages_of([{"role": "assistant", "content": parts}]) if parts else None


MASTRA_SPANS = Dialect(
    name="mastra_spans",
    title="Mastra's exporter",
    sources=(
        *named(Meaning.TYPE, "mastra.span.type", read=_type),
        *carrying(Meaning.INPUT, *_INPUTS),
        *carrying(Meaning.OUTPUT, *_OUTPUTS),
        *named(Meaning.TAGS, "mastra.tags", read=texts),
    ),
    input_messages=_input_messages,
    output_messages=_output_messages,
    metadata_prefixes=("mastra.metadata.",),
    identity=frozenset({"sessionId", "threadId", "userId", *_OF_A_STEP}),
)
