"""Read Genkit's `genkit:*` attributes, whose payloads also carry usage, model and messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from threadline_server.model.attributes import Attributes, AttributeValue
from threadline_server.model.span import Message
from threadline_server.normalize.dialects.dialect import Dialect
from threadline_server.normalize.kind import stated
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.messages import messages_of
from threadline_server.normalize.numbers import token_count
from threadline_server.normalize.source import Compound, carrying, fields, named

_INPUT = "genkit:input"
_OUTPUT = "genkit:output"
_USAGE = {
    Meaning.INPUT_TOKENS: "inputTokens",
    Meaning.OUTPUT_TOKENS: "outputTokens",
    Meaning.TOTAL_TOKENS: "totalTokens",
    Meaning.CACHE_READ_TOKENS: "cachedContentTokens",
    Meaning.REASONING_TOKENS: "thoughtsTokens",
}


def _usage(value: AttributeValue) -> Mapping[Meaning, Any]:
    """The usage that a model's answer carries; the output of anything else has none beside a
    message.
    """
    if not isinstance(value, str) or '"usage"' not in value:
        return {}
    said = fields(value) or {}
    usage = said.get("usage")
    if not isinstance(usage, dict) or not ("message" in said or "candidates" in said):
        return {}
    return {meaning: token_count(usage.get(key)) for meaning, key in _USAGE.items()}


def _part(part: Any) -> Any:
    """Genkit's kinds of parts that no provider has, as one that is known."""
    if not isinstance(part, dict):
        return part
    if isinstance(asked := part.get("toolRequest"), dict):
        return {
            "type": "tool_call",
            "id": asked.get("ref"),
            "name": asked.get("name"),
            "arguments": asked.get("input"),
        }
    if isinstance(answered := part.get("toolResponse"), dict):
        return {
            "type": "tool_call_response",
            "id": answered.get("ref"),
            "result": answered.get("output"),
        }
    if isinstance(media := part.get("media"), dict):
        return {"type": "image_url", "image_url": {"url": media.get("url")}}
    if isinstance(part.get("reasoning"), str):
        return {"type": "reasoning", "text": part["reasoning"]}
    return part


def _rows(messages: Any) -> list[Any]:
    return [
        {**row, "content": [_part(part) for part in row["content"]]}
        if isinstance(row, dict) and isinstance(row.get("content"), list)
        else row
        for row in (messages if isinstance(messages, list) else [])
    ]


def _input_messages(attributes: Attributes) -> Sequence[Message] | None:
    return messages_of(_rows((fields(attributes.get(_INPUT)) or {}).get("messages")))


def _output_messages(attributes: Attributes) -> Sequence[Message] | None:
    said = fields(attributes.get(_OUTPUT)) or {}
    candidates = said.get("candidates")
    chosen = candidates[0] if isinstance(candidates, list) and candidates else said
    return messages_of(_rows([chosen.get("message")])) if isinstance(chosen, dict) else None


GENKIT = Dialect(
    name="genkit",
    title="Genkit",
    sources=(
        *named(Meaning.TYPE, "genkit:metadata:subtype", "genkit:type", read=stated),
        *named(Meaning.ENTITY_NAME, "genkit:name"),
        *named(Meaning.MODEL_NAME, "genkit:name"),
        Compound(tuple(_USAGE), _OUTPUT, _usage),
        *carrying(Meaning.INPUT, _INPUT),
        *carrying(Meaning.OUTPUT, _OUTPUT),
    ),
    input_messages=_input_messages,
    output_messages=_output_messages,
)
