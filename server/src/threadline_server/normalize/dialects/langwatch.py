"""Read LangWatch's `langwatch.*` attributes, whose values say of which kind they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from threadline_server.model.attributes import Attributes, AttributeValue
from threadline_server.model.span import Message, SpanType
from threadline_server.normalize.dialects.dialect import Dialect
from threadline_server.normalize.json_text import parsed
from threadline_server.normalize.kind import stated
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.messages import messages_of
from threadline_server.normalize.numbers import dollars, seconds, token_count
from threadline_server.normalize.source import Compound, named, texts

_INPUT = "langwatch.input"
_OUTPUT = "langwatch.output"
_TYPES: dict[str, SpanType] = {"rag": "retrieval", "module": "chain"}
_COUNTS = {
    Meaning.INPUT_TOKENS: ("prompt_tokens", "promptTokens"),
    Meaning.OUTPUT_TOKENS: ("completion_tokens", "completionTokens"),
    Meaning.CACHE_READ_TOKENS: ("cache_read_input_tokens", "cacheReadInputTokens"),
    Meaning.CACHE_WRITE_TOKENS: ("cache_creation_input_tokens", "cacheCreationInputTokens"),
    Meaning.REASONING_TOKENS: ("reasoning_tokens", "reasoningTokens"),
}


def _value(sent: AttributeValue) -> Any:
    """What is meant by `{"type": "chat_messages", "value": …}`, or what is sent without a kind."""
    inner = parsed(sent) if isinstance(sent, str) else sent
    if isinstance(inner, dict) and "value" in inner and not inner.keys() - {"type", "value"}:
        return inner["value"]
    return inner


def _type(value: AttributeValue) -> SpanType | None:
    return stated(value) or (_TYPES.get(value) if isinstance(value, str) else None)


def _metrics(value: AttributeValue) -> Mapping[Meaning, Any]:
    said = _value(value)
    if not isinstance(said, dict):
        return {}
    found: dict[Meaning, Any] = {
        meaning: next((n for key in keys if (n := token_count(said.get(key))) is not None), None)
        for meaning, keys in _COUNTS.items()
    }
    found[Meaning.TOTAL_COST] = dollars(said.get("cost"))
    return found


def _first_token(value: AttributeValue) -> float | None:
    said = _value(value)
    if not isinstance(said, dict):
        return None
    first = seconds(said.get("first_token_ms", said.get("firstTokenMs")))
    return None if first is None else first / 1000


def _messages(attributes: Attributes, key: str, role: str) -> Sequence[Message] | None:
    sent = attributes.get(key)
    return None if sent is None else messages_of(_value(sent), role)


LANGWATCH = Dialect(
    name="langwatch",
    title="LangWatch",
    sources=(
        *named(Meaning.TYPE, "langwatch.span.type", read=_type),
        Compound((*_COUNTS, Meaning.TOTAL_COST), "langwatch.metrics", _metrics),
        *named(Meaning.TIME_TO_FIRST_TOKEN, "langwatch.metrics", read=_first_token),
        *named(Meaning.INPUT, _INPUT, read=_value),
        *named(
            Meaning.OUTPUT, _OUTPUT, "langwatch.rag.contexts", "langwatch.rag_contexts", read=_value
        ),
        *named(Meaning.TAGS, "langwatch.labels", "langwatch.tags", read=texts),
    ),
    input_messages=lambda attributes: _messages(attributes, _INPUT, "user"),
    output_messages=lambda attributes: _messages(attributes, _OUTPUT, "assistant"),
)
