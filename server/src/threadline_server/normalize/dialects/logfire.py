"""Read what Logfire and Pydantic AI write beside the GenAI conventions."""

from __future__ import annotations

from typing import Any

from threadline_server.model.attributes import Attributes, AttributeValue
from threadline_server.model.span import Message
from threadline_server.normalize.dialects.dialect import Dialect
from threadline_server.normalize.json_text import parsed
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.messages import messages_of, of_attribute
from threadline_server.normalize.source import carrying, counted, named, texts


def _rows(attributes: Attributes, *keys: str) -> list[Any]:
    for key in keys:
        value = attributes.get(key)
        inner = parsed(value) if isinstance(value, str) else value
        if isinstance(inner, list):
            return inner
    return []


def _is_answer(row: Any) -> bool:
    return isinstance(row, dict) and row.get("event.name") == "gen_ai.choice"


def _input_messages(attributes: Attributes) -> list[Message] | None:
    """Events that were kept as a list: what was said to the model, its answers left out."""
    if (found := of_attribute(attributes.get("pydantic_ai.all_messages"))) is not None:
        return found
    rows = _rows(attributes, "events", "all_messages_events")
    if (found := messages_of([row for row in rows if not _is_answer(row)])) is not None:
        return found
    return of_attribute(attributes.get("request_data"))


def _output_messages(attributes: Attributes) -> list[Message] | None:
    rows = [row for row in _rows(attributes, "events", "all_messages_events") if _is_answer(row)]
    if (found := messages_of(rows)) is not None:
        return found
    return _answer(attributes.get("response_data"))


def _answer(value: AttributeValue) -> list[Message] | None:
    inner = parsed(value) if isinstance(value, str) else value
    return messages_of(inner) if isinstance(inner, dict | list) else None


LOGFIRE = Dialect(
    name="logfire",
    sources=(
        *named(Meaning.AGENT_NAME, "agent_name"),
        *named(Meaning.REQUEST_MODEL, "model_name"),
        *counted(
            Meaning.CACHE_READ_TOKENS,
            "gen_ai.usage.details.cache_read_tokens",
            "gen_ai.usage.details.cache_read_input_tokens",
        ),
        *counted(
            Meaning.CACHE_WRITE_TOKENS,
            "gen_ai.usage.details.cache_write_tokens",
            "gen_ai.usage.details.cache_creation_input_tokens",
        ),
        *counted(Meaning.REASONING_TOKENS, "gen_ai.usage.details.reasoning_tokens"),
        *carrying(
            Meaning.INPUT,
            "tool_arguments",
            "pydantic_ai.all_messages",
            "all_messages_events",
            "events",
            "prompt",
            "request_data",
        ),
        *carrying(Meaning.OUTPUT, "tool_response", "final_result", "response_data"),
        *named(Meaning.TAGS, "logfire.tags", read=texts),
    ),
    input_messages=_input_messages,
    output_messages=_output_messages,
)
