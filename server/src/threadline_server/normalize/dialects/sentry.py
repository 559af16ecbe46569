"""Read what Sentry's instrumentations write beside the GenAI conventions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from threadline_server.model.attributes import Attributes, AttributeValue
from threadline_server.model.span import Message
from threadline_server.normalize.dialects.dialect import Dialect
from threadline_server.normalize.json_text import parsed
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.messages import messages_of, of_attribute
from threadline_server.normalize.numbers import seconds
from threadline_server.normalize.source import carrying, charged, counted, named

_MESSAGES = "gen_ai.request.messages"
_TEXT = "gen_ai.response.text"
_CALLS = "gen_ai.response.tool_calls"


def _json(attributes: Attributes, key: str) -> Any:
    value = attributes.get(key)
    return parsed(value) if isinstance(value, str) else value


def _input_messages(attributes: Attributes) -> Sequence[Message] | None:
    return of_attribute(attributes.get(_MESSAGES))


def _output_messages(attributes: Attributes) -> Sequence[Message] | None:
    """One answer of texts, sent alone or as a list, and the tools that it calls."""
    said, calls = _json(attributes, _TEXT), _json(attributes, _CALLS)
    if isinstance(said, list) and (found := messages_of(said)) is not None:
        return found
    texts = said if isinstance(said, list) else [said]
    parts: list[Any] = [
        {"type": "text", "text": text} for text in texts if isinstance(text, str) and text
    ]
    if not parts and not isinstance(calls, list):
        return None
    return messages_of([{"role": "assistant", "content": parts, "tool_calls": calls}])


def _object(value: AttributeValue) -> AttributeValue:
    """Structured output; the same key has the name of the provider's kind of response elsewhere."""
    inner = parsed(value) if isinstance(value, str) else value
    return value if isinstance(inner, dict | list) else None


SENTRY = Dialect(
    name="sentry",
    title="Sentry",
    sources=(
        *named(Meaning.AGENT_NAME, "gen_ai.pipeline.name"),
        *counted(Meaning.CACHE_READ_TOKENS, "gen_ai.usage.input_tokens.cached"),
        *counted(Meaning.CACHE_WRITE_TOKENS, "gen_ai.usage.input_tokens.cache_write"),
        *counted(Meaning.REASONING_TOKENS, "gen_ai.usage.output_tokens.reasoning"),
        *charged(Meaning.INPUT_COST, "gen_ai.cost.input_tokens"),
        *charged(Meaning.OUTPUT_COST, "gen_ai.cost.output_tokens"),
        *charged(Meaning.TOTAL_COST, "gen_ai.cost.total_tokens"),
        *named(Meaning.TIME_TO_FIRST_TOKEN, "gen_ai.response.time_to_first_token", read=seconds),
        *carrying(Meaning.INPUT, "gen_ai.tool.input", _MESSAGES, "gen_ai.embeddings.input"),
        *carrying(Meaning.OUTPUT, "gen_ai.tool.output", _TEXT),
        *named(Meaning.OUTPUT, "gen_ai.response.object", read=_object),
        *carrying(Meaning.OUTPUT, _CALLS),
        *carrying(Meaning.TOOL_DEFINITIONS, "gen_ai.request.available_tools"),
    ),
    input_messages=_input_messages,
    output_messages=_output_messages,
)
