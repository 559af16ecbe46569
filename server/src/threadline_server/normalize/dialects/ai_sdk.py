"""Read the `ai.*` attributes of the Vercel AI SDK, which before version 7 wrote no others of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from threadline_server.model.attributes import Attributes, AttributeValue
from threadline_server.model.span import Message, SpanType
from threadline_server.normalize.dialects.dialect import Dialect
from threadline_server.normalize.json_text import parsed
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.messages import messages_of
from threadline_server.normalize.numbers import seconds, token_count
from threadline_server.normalize.source import Compound, carrying, counted, fields, named, texts

_METADATA = "ai.telemetry.metadata."
_CONTEXT = "ai.settings.context."
_IDENTITY = frozenset(
    {"sessionId", "session_id", "threadId", "thread_id", "userId", "user_id", "tags"}
)
_OPERATIONS: dict[str, SpanType] = {
    "ai.generateText": "agent",
    "ai.streamText": "agent",
    "ai.generateObject": "chain",
    "ai.streamObject": "chain",
    "ai.embed": "chain",
    "ai.embedMany": "chain",
    "ai.generateText.doGenerate": "llm",
    "ai.streamText.doStream": "llm",
    "ai.generateObject.doGenerate": "llm",
    "ai.streamObject.doStream": "llm",
    "ai.embed.doEmbed": "embedding",
    "ai.embedMany.doEmbed": "embedding",
    "ai.rerank": "retrieval",
    "ai.rerank.doRerank": "retrieval",
    "ai.toolCall": "tool",
}
"""The SDK's functions; the `do…` ones are single calls inside the others."""


def _operation(value: AttributeValue) -> SpanType | None:
    """The type that a function has; `operation.name` has the function's id behind it."""
    return _OPERATIONS.get(value.partition(" ")[0]) if isinstance(value, str) else None


def _milliseconds(value: AttributeValue) -> float | None:
    found = seconds(value)
    return None if found is None else found / 1000


def provider(value: AttributeValue) -> str | None:
    """Who runs the model, without the API that the SDK names behind it: `openai.responses`."""
    return (value.partition(".")[0] or None) if isinstance(value, str) else None


def _has_no_caches(value: AttributeValue) -> bool | None:
    """Version 6 tells what was not cached, and has the caches in its input."""
    return None if token_count(value) is None else False


def _counts_apart(value: AttributeValue) -> bool | None:
    """Before version 6 the SDK took over what Anthropic and Bedrock call their input."""
    apart = isinstance(value, str) and ("anthropic" in value or "bedrock" in value)
    return True if apart else None


def _provider_usage(value: AttributeValue) -> Mapping[Meaning, Any]:
    """What was written to a cache stands among what the provider said, for some providers."""
    said = fields(value) or {}
    for provider, key in (
        ("anthropic", "cache_creation_input_tokens"),
        ("bedrock", "cacheWriteInputTokens"),
    ):
        inner = said.get(provider)
        usage = inner.get("usage") if isinstance(inner, dict) else None
        if isinstance(usage, dict) and key in usage:
            return {Meaning.CACHE_WRITE_TOKENS: token_count(usage[key])}
    return {}


def _json(attributes: Attributes, *keys: str) -> Any:
    for key in keys:
        if key in attributes:
            value = attributes[key]
            return parsed(value) if isinstance(value, str) else value
    return None


def _input_messages(attributes: Attributes) -> Sequence[Message] | None:
    if (found := messages_of(_json(attributes, "ai.prompt.messages"))) is not None:
        return found
    prompt = _json(attributes, "ai.prompt")
    if not isinstance(prompt, dict):
        return messages_of([{"role": "user", "content": prompt}]) if prompt else None
    rows: list[Any] = []
    if prompt.get("system"):
        rows.append({"role": "system", "content": prompt["system"]})
    if isinstance(prompt.get("messages"), list):
        rows.extend(prompt["messages"])
    elif prompt.get("prompt"):
        asked = prompt["prompt"]
        rows.extend(asked if isinstance(asked, list) else [{"role": "user", "content": asked}])
    return messages_of(rows)


def _output_messages(attributes: Attributes) -> Sequence[Message] | None:
    """One answer, put together from the attributes that its kinds of parts have."""
    parts: list[Any] = []
    reasoning = _json(attributes, "ai.response.reasoning")
    if isinstance(reasoning, str) and reasoning:
        parts.append({"type": "reasoning", "text": reasoning})
    for key in ("ai.response.text", "ai.result.text", "ai.response.object", "ai.result.object"):
        said = attributes.get(key)
        if isinstance(said, str) and said:
            parts.append({"type": "text", "text": said})
            break
    files = _json(attributes, "ai.response.files")
    parts.extend(
        {**file, "type": "file"}
        for file in (files if isinstance(files, list) else ())
        if isinstance(file, dict)
    )
    calls = _json(attributes, "ai.response.toolCalls", "ai.result.toolCalls")
    parts.extend(
        {**call, "type": "tool-call"}
        for call in (calls if isinstance(calls, list) else ())
        if isinstance(call, dict)
    )
    return messages_of([{"role": "assistant", "content": parts}]) if parts else None


def _definitions(value: AttributeValue) -> list[Any] | None:
    """A list whose entries are JSON texts."""
    if not isinstance(value, list):
        return None
    return [parsed(item) if isinstance(item, str) else item for item in value]


AI_SDK = Dialect(
    name="ai_sdk",
    title="Vercel AI SDK",
    sources=(
        *named(Meaning.OPERATION, "ai.operationId", "operation.name", read=_operation),
        *named(Meaning.AGENT_NAME, "ai.telemetry.functionId"),
        *named(Meaning.REQUEST_MODEL, "ai.model.id"),
        *named(Meaning.RESPONSE_MODEL, "ai.response.model"),
        *named(Meaning.RESPONSE_ID, "ai.response.id"),
        *named(Meaning.PROVIDER, "ai.model.provider", read=provider),
        *counted(
            Meaning.INPUT_TOKENS, "ai.usage.inputTokens", "ai.usage.promptTokens", "ai.usage.tokens"
        ),
        *counted(Meaning.OUTPUT_TOKENS, "ai.usage.outputTokens", "ai.usage.completionTokens"),
        *counted(Meaning.TOTAL_TOKENS, "ai.usage.totalTokens"),
        *counted(
            Meaning.CACHE_READ_TOKENS,
            "ai.usage.inputTokenDetails.cacheReadTokens",
            "ai.usage.cachedInputTokens",
        ),
        *counted(Meaning.CACHE_WRITE_TOKENS, "ai.usage.inputTokenDetails.cacheWriteTokens"),
        Compound((Meaning.CACHE_WRITE_TOKENS,), "ai.response.providerMetadata", _provider_usage),
        *named(
            Meaning.CACHES_BESIDE, "ai.usage.inputTokenDetails.noCacheTokens", read=_has_no_caches
        ),
        *named(Meaning.CACHES_BESIDE, "ai.model.provider", read=_counts_apart),
        *counted(
            Meaning.REASONING_TOKENS,
            "ai.usage.outputTokenDetails.reasoningTokens",
            "ai.usage.reasoningTokens",
        ),
        *named(Meaning.TOOL_NAME, "ai.toolCall.name"),
        *named(Meaning.TOOL_CALL_ID, "ai.toolCall.id"),
        *named(
            Meaning.TIME_TO_FIRST_TOKEN,
            "ai.response.msToFirstChunk",
            "ai.stream.msToFirstChunk",
            read=_milliseconds,
        ),
        *carrying(
            Meaning.INPUT,
            "ai.toolCall.args",
            "ai.prompt.messages",
            "ai.prompt",
            "ai.value",
            "ai.values",
            "ai.documents",
        ),
        *carrying(
            Meaning.OUTPUT,
            "ai.toolCall.result",
            "ai.response.text",
            "ai.response.object",
            "ai.response.toolCalls",
            "ai.result.text",
            "ai.result.object",
            "ai.result.toolCalls",
            "ai.ranking",
        ),
        *named(Meaning.TOOL_DEFINITIONS, "ai.prompt.tools", read=_definitions),
        *named(Meaning.TAGS, _METADATA + "tags", _CONTEXT + "tags", read=texts),
    ),
    input_messages=_input_messages,
    output_messages=_output_messages,
    message_keys=("ai.response.reasoning", "ai.response.files"),
    metadata_prefixes=(_METADATA, _CONTEXT),
    identity=_IDENTITY,
)
