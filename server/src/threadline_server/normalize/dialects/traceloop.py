"""Read OpenLLMetry's `traceloop.*` attributes, and the `llm.*` ones that it wrote before GenAI's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from threadline_server.model.attributes import Attributes, AttributeValue
from threadline_server.model.span import Message
from threadline_server.normalize.dialects.dialect import Dialect
from threadline_server.normalize.flattened import unflattened
from threadline_server.normalize.json_text import parsed
from threadline_server.normalize.kind import of_operation, stated
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.messages import messages_of
from threadline_server.normalize.source import carrying, counted, named

_PROPERTIES = "traceloop.association.properties."
_IDENTITY = frozenset({"session_id", "user_id", "customer_id", "thread_id", "conversation_id"})


def _spoken(value: AttributeValue) -> Sequence[Message] | None:
    """An entity's messages lie among the arguments of the function that it wraps."""
    inner = parsed(value) if isinstance(value, str) else value
    if isinstance(inner, dict):
        for key in ("inputs", "outputs"):
            if (found := messages_of(inner.get(key))) is not None:
                return found
    return messages_of(inner)


def _functions(attributes: Attributes) -> list[Any]:
    """The functions offered to a model, whose parameters are JSON text."""
    return [
        {
            key: parsed(value) if key == "parameters" and isinstance(value, str) else value
            for key, value in row.items()
        }
        for row in unflattened(attributes, "llm.request.functions.")
        if isinstance(row, dict)
    ]


TRACELOOP = Dialect(
    name="traceloop",
    title="OpenLLMetry",
    sources=(
        *named(Meaning.TYPE, "traceloop.span.kind", read=stated),
        *named(Meaning.OPERATION, "llm.request.type", read=of_operation),
        *named(Meaning.ENTITY_NAME, "traceloop.entity.name"),
        *named(Meaning.REQUEST_MODEL, "llm.request.model"),
        *named(Meaning.RESPONSE_MODEL, "llm.response.model"),
        *named(Meaning.PROVIDER, "llm.vendor"),
        *counted(Meaning.INPUT_TOKENS, "llm.usage.prompt_tokens"),
        *counted(Meaning.OUTPUT_TOKENS, "llm.usage.completion_tokens"),
        *counted(Meaning.TOTAL_TOKENS, "llm.usage.total_tokens"),
        *counted(Meaning.REASONING_TOKENS, "llm.usage.reasoning_tokens"),
        *carrying(Meaning.INPUT, "traceloop.entity.input"),
        *carrying(Meaning.OUTPUT, "traceloop.entity.output"),
    ),
    flattened=("llm.request.functions.",),
    input_messages=lambda attributes: _spoken(attributes.get("traceloop.entity.input")),
    output_messages=lambda attributes: _spoken(attributes.get("traceloop.entity.output")),
    tool_definitions=_functions,
    metadata_prefixes=(_PROPERTIES,),
    identity=_IDENTITY,
)
