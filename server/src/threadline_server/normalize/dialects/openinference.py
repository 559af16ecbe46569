"""Read OpenInference's `input.value`, `output.value` and flattened `llm.*_messages`."""

from __future__ import annotations

from typing import Any

from threadline_server.model.attributes import Attributes
from threadline_server.model.span import Message
from threadline_server.normalize.dialects.dialect import Dialect, payload
from threadline_server.normalize.json_text import parsed
from threadline_server.normalize.messages import messages_of, unflattened


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


def _tags(attributes: Attributes) -> list[str] | None:
    value = attributes.get("tag.tags")
    if isinstance(value, list):
        return [tag for tag in value if isinstance(tag, str) and tag]
    return None


def _metadata(attributes: Attributes) -> Attributes | None:
    value = attributes.get("metadata")
    inner = parsed(value) if isinstance(value, str) else value
    return inner if isinstance(inner, dict) else None


OPENINFERENCE = Dialect(
    name="openinference",
    input=payload("input.value"),
    output=payload("output.value"),
    input_messages=lambda attributes: _messages(attributes, "llm.input_messages."),
    output_messages=lambda attributes: _messages(attributes, "llm.output_messages."),
    tags=_tags,
    metadata=_metadata,
)
