"""Read OpenInference's `input.value`, `output.value` and flattened `llm.*_messages`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from threadline_server.model.attributes import Attributes, AttributeValue
from threadline_server.model.span import Message
from threadline_server.normalize.dialects.dialect import Dialect, Payload
from threadline_server.normalize.flattened import unflattened
from threadline_server.normalize.json_text import parsed
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


_MEDIA = frozenset({"image", "audio", "video", "document"})


def _media(inner: dict[str, Any]) -> Any:
    """A part of a message's contents in the shape that OpenAI gives images and sounds."""
    if _MEDIA.isdisjoint(inner):
        return inner
    for kind in ("image", "audio", "video", "document"):
        outer = inner.get(kind)
        media = outer.get(kind) if isinstance(outer, dict) else None
        if isinstance(media, dict) and "url" in media:
            said = media if kind == "image" else {**media, "kind": kind}
            return {"type": "image_url" if kind == "image" else kind, f"{kind}_url": said}
    return inner


_EMPTY_CALL = {"type": "tool_use"}
"""Where a tool call stood among the contents; the call itself is among the message's tool calls."""


def _contents(rows: Any) -> list[Any]:
    inner = [
        content
        for row in (rows if isinstance(rows, list) else ())
        if isinstance(row, dict) and isinstance(content := row.get("message_content"), dict)
    ]
    return [_media(content) for content in inner if content != _EMPTY_CALL]


def _function_call(inner: dict[str, Any]) -> list[dict[str, Any]]:
    """The one call of a message in the form that came before tool calls."""
    name = inner.get("function_call_name")
    if name is None:
        return []
    return [{"name": name, "arguments": inner.get("function_call_arguments_json")}]


def _messages(attributes: Attributes, prefix: str) -> Sequence[Message] | None:
    rows = []
    for row in unflattened(attributes, prefix):
        inner = row.get("message") if isinstance(row, dict) else None
        if not isinstance(inner, dict):
            return None
        rows.append(_fields(inner))
    return messages_of(rows)


def _fields(inner: dict[str, Any]) -> dict[str, Any]:
    """A message under the names that OpenAI gives its fields."""
    contents = _contents(inner["contents"]) if "contents" in inner else None
    made = {"role": inner.get("role", "assistant"), "content": contents or inner.get("content")}
    if "tool_call_id" in inner:
        made["tool_call_id"] = inner["tool_call_id"]
    calls = _tool_calls(inner["tool_calls"]) if "tool_calls" in inner else None
    if calls or (calls := _function_call(inner)):
        made["tool_calls"] = calls
    return made


def _completions(
    attributes: Attributes, key: str, inner: str, role: str
) -> Sequence[Message] | None:
    """The texts of a completion that has no messages: a list of texts, or flattened."""
    said = attributes.get(key)
    texts = said if isinstance(said, list) else _texts(unflattened(attributes, f"{key}."), inner)
    rows = [{"role": role, "content": text} for text in texts if isinstance(text, str)]
    return messages_of(rows)


def _texts(rows: list[Any], name: str) -> list[Any]:
    inner = [row.get(name) for row in rows if isinstance(row, dict)]
    return [each.get("text") for each in inner if isinstance(each, dict)]


def _input_messages(attributes: Attributes) -> Sequence[Message] | None:
    found = _messages(attributes, "llm.input_messages.")
    return found or _completions(attributes, "llm.prompts", "prompt", "user")


def _output_messages(attributes: Attributes) -> Sequence[Message] | None:
    found = _messages(attributes, "llm.output_messages.")
    return found or _completions(attributes, "llm.choices", "completion", "assistant")


def _asked_model(value: AttributeValue) -> str | None:
    """The model among the parameters of a call; `llm.model_name` is the one that answered."""
    model = (fields(value) or {}).get("model")
    return model if isinstance(model, str) and model else None


def _payload(*prefixes: tuple[str, str]) -> Callable[[Attributes], Payload | None]:
    """The reader of what is flattened under the first of some prefixes that a span has, each row
    without the name that all rows of its kind have.
    """

    def read(attributes: Attributes) -> Payload | None:
        for prefix, name in prefixes:
            if rows := unflattened(attributes, f"{prefix}."):
                found = [row.get(name, row) if isinstance(row, dict) else row for row in rows]
                return prefix, found
        return None

    return read


def _is_object(row: Any) -> bool:
    return isinstance(row, dict)


def _tool_definitions(attributes: Attributes) -> list[Any]:
    """The schema of each tool, which is JSON text."""
    rows = [
        row.get("tool", row) for row in unflattened(attributes, "llm.tools.") if _is_object(row)
    ]
    schemas = [row.get("json_schema", row) if _is_object(row) else row for row in rows]
    return [parsed(schema) if isinstance(schema, str) else schema for schema in schemas]


OPENINFERENCE = Dialect(
    name="openinference",
    title="OpenInference",
    sources=(
        *named(Meaning.TYPE, "openinference.span.kind", read=stated),
        *named(Meaning.AGENT_NAME, "agent.name"),
        *named(Meaning.REQUEST_MODEL, "llm.request.model_name"),
        *named(Meaning.REQUEST_MODEL, "llm.invocation_parameters", read=_asked_model),
        *named(Meaning.REQUEST_MODEL, "llm.model_name"),
        *named(Meaning.REQUEST_MODEL, "embedding.invocation_parameters", read=_asked_model),
        *named(
            Meaning.REQUEST_MODEL,
            "embedding.model_name",
            "reranker.model_name",
            "decision.request.model_name",
            "decision.model_name",
        ),
        *named(
            Meaning.RESPONSE_MODEL,
            "llm.response.model_name",
            "llm.model_name",
            "decision.response.model_name",
            "decision.model_name",
        ),
        *named(Meaning.PROVIDER, "llm.provider", "llm.system", "decision.provider"),
        *named(Meaning.PROVIDER, "decision.system"),
        *counted(Meaning.INPUT_TOKENS, "llm.token_count.prompt", "decision.token_count.input"),
        *counted(
            Meaning.OUTPUT_TOKENS, "llm.token_count.completion", "decision.token_count.output"
        ),
        *counted(Meaning.TOTAL_TOKENS, "llm.token_count.total"),
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
        *carrying(Meaning.INPUT, "input.value", "tool.parameters", "reranker.query", "llm.prompts"),
        *carrying(Meaning.OUTPUT, "output.value", "llm.choices"),
        *named(Meaning.TAGS, "tag.tags", read=texts),
        *named(Meaning.METADATA, "metadata", read=fields),
    ),
    flattened=(
        "llm.input_messages.",
        "llm.output_messages.",
        "llm.prompts.",
        "llm.choices.",
        "llm.tools.",
        "input.documents.",
        "output.documents.",
        "retrieval.documents.",
        "reranker.input_documents.",
        "reranker.output_documents.",
        "embedding.embeddings.",
    ),
    flattened_input=_payload(
        ("llm.input_messages", "message"),
        ("llm.prompts", "prompt"),
        ("reranker.input_documents", "document"),
        ("input.documents", "document"),
        ("embedding.embeddings", "embedding"),
    ),
    flattened_output=_payload(
        ("llm.output_messages", "message"),
        ("llm.choices", "completion"),
        ("retrieval.documents", "document"),
        ("reranker.output_documents", "document"),
        ("output.documents", "document"),
    ),
    input_messages=_input_messages,
    output_messages=_output_messages,
    tool_definitions=_tool_definitions,
)
