"""Read OpenInference's `input.value`, `output.value` and flattened `llm.*_messages`."""

from __future__ import annotations

from typing import Any

from threadline_server.model.attributes import Attributes, AttributeValue
from threadline_server.model.span import Message
from threadline_server.normalize.dialects.dialect import Dialect, Payload
from threadline_server.normalize.flattened import unflattened
from threadline_server.normalize.kind import stated
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.messages import messages_of
from threadline_server.normalize.source import (
    carrying,
    charged,
    counted,
    fields,
    named,
    texts,
)


def _tool_calls(rows: Any) -> list[dict[str, Any]]:
    calls = []
    for row in rows if isinstance(rows, list) else ():
        call = row.get("tool_call") if isinstance(row, dict) else None
        if isinstance(call, dict):
            calls.append(call)
    return calls


def _contents(rows: Any) -> list[Any]:
    return [
        row["message_content"]
        for row in (rows if isinstance(rows, list) else ())
        if isinstance(row, dict) and "message_content" in row
    ]


def _messages(attributes: Attributes, prefix: str) -> list[Message] | None:
    rows = []
    for row in unflattened(attributes, prefix):
        inner = row.get("message") if isinstance(row, dict) else None
        if not isinstance(inner, dict):
            return None
        content = _contents(inner.get("contents")) or inner.get("content")
        rows.append(
            {
                "role": inner.get("role", "assistant"),
                "content": content,
                "tool_call_id": inner.get("tool_call_id"),
                "tool_calls": _tool_calls(inner.get("tool_calls")),
            }
        )
    return messages_of(rows)


def _asked_model(value: AttributeValue) -> str | None:
    """The model among the parameters of a call; `llm.model_name` is the one that answered."""
    model = (fields(value) or {}).get("model")
    return model if isinstance(model, str) and model else None


def _retrieved(attributes: Attributes) -> Payload | None:
    """The documents of a retrieval, where they are its only output."""
    prefix = "retrieval.documents."
    if f"{prefix}0.document.content" not in attributes:
        return None
    rows = unflattened(attributes, prefix)
    return prefix.rstrip("."), [row.get("document", row) for row in rows if isinstance(row, dict)]


OPENINFERENCE = Dialect(
    name="openinference",
    sources=(
        *named(Meaning.TYPE, "openinference.span.kind", read=stated),
        *named(Meaning.AGENT_NAME, "agent.name"),
        *named(Meaning.REQUEST_MODEL, "llm.request.model_name"),
        *named(Meaning.REQUEST_MODEL, "llm.invocation_parameters", read=_asked_model),
        *named(
            Meaning.REQUEST_MODEL, "llm.model_name", "embedding.model_name", "reranker.model_name"
        ),
        *named(Meaning.RESPONSE_MODEL, "llm.response.model_name", "llm.model_name"),
        *named(Meaning.PROVIDER, "llm.provider", "llm.system"),
        *counted(Meaning.INPUT_TOKENS, "llm.token_count.prompt"),
        *counted(Meaning.OUTPUT_TOKENS, "llm.token_count.completion"),
        *counted(
            Meaning.CACHE_READ_TOKENS,
            "llm.token_count.prompt_details.cache_read",
            "llm.token_count.prompt_details.cache_input",
        ),
        *counted(Meaning.CACHE_WRITE_TOKENS, "llm.token_count.prompt_details.cache_write"),
        *counted(Meaning.REASONING_TOKENS, "llm.token_count.completion_details.reasoning"),
        *charged(Meaning.INPUT_COST, "llm.cost.prompt"),
        *charged(Meaning.OUTPUT_COST, "llm.cost.completion"),
        *charged(Meaning.TOTAL_COST, "llm.cost.total"),
        *named(Meaning.TOOL_NAME, "tool.name"),
        *named(Meaning.TOOL_CALL_ID, "tool_call.id", "tool.id"),
        *carrying(Meaning.INPUT, "input.value", "tool.parameters"),
        *carrying(Meaning.OUTPUT, "output.value"),
        *named(Meaning.TAGS, "tag.tags", read=texts),
        *named(Meaning.METADATA, "metadata", read=fields),
    ),
    flattened_output=_retrieved,
    input_messages=lambda attributes: _messages(attributes, "llm.input_messages."),
    output_messages=lambda attributes: _messages(attributes, "llm.output_messages."),
)
