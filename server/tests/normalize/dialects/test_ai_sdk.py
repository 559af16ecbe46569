"""The Vercel AI SDK's `ai.*` attributes: https://ai-sdk.dev/docs/ai-sdk-core/telemetry."""

from __future__ import annotations

import json

import pytest
from normalize.dialects.convention import (
    Order,
    Row,
    call,
    each,
    order,
    result,
    says,
    thought,
    understood,
)

CALL = {"lmnr.span.type": "LLM"}
"""Said by another dialect, so that the attributes of this one have to be known by themselves."""
METADATA = "ai.telemetry.metadata."
CONTEXT = "ai.settings.context."
CACHED = {"ai.usage.inputTokens": 100, "ai.usage.cachedInputTokens": 60}
WRITTEN = '{"anthropic": {"usage": {"cache_creation_input_tokens": 10}}}'
MESSAGES = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": [{"type": "text", "text": "Weather?"}]},
    {
        "role": "assistant",
        "content": [
            {
                "type": "tool-call",
                "toolCallId": "c1",
                "toolName": "weather",
                "input": {"city": "Paris"},
            }
        ],
    },
    {
        "role": "tool",
        "content": [
            {
                "type": "tool-result",
                "toolCallId": "c1",
                "toolName": "weather",
                "output": {"type": "json", "value": {"sky": "grey"}},
            }
        ],
    },
]
CALLS = [{"toolCallId": "c1", "toolName": "weather", "input": '{"city": "Paris"}'}]
OLD_CALLS = [{"toolCallId": "c2", "toolName": "weather", "args": '{"city": "Oslo"}'}]
TOOL = {"type": "function", "name": "weather", "inputSchema": {"type": "object"}}

ROWS = (
    says("ai.operationId", "ai.streamText.doStream", type="llm"),
    says("operation.name", "ai.toolCall weather-agent", type="tool"),
    says("ai.telemetry.functionId", "weather-agent", agent_name="weather-agent"),
    says("ai.model.id", "gpt-5", request_model="gpt-5"),
    says("ai.response.model", "gpt-5-2025-08-07", response_model="gpt-5-2025-08-07"),
    says("ai.response.id", "resp_1", response_id="resp_1"),
    says("ai.model.provider", "openai.responses", provider="openai"),
    says("ai.usage.inputTokens", 100, input_tokens=100),
    says("ai.model.provider", "anthropic.messages", CACHED, input_tokens=160),
    says(
        "ai.usage.inputTokenDetails.noCacheTokens",
        40,
        {"ai.model.provider": "anthropic.messages", **CACHED},
        input_tokens=100,
    ),
    says("ai.usage.promptTokens", 101, input_tokens=101),
    says("ai.usage.tokens", 7, input_tokens=7),
    says("ai.usage.outputTokens", 20, output_tokens=20),
    says("ai.usage.completionTokens", 21, output_tokens=21),
    says("ai.usage.totalTokens", 130, {"ai.usage.inputTokens": 100}, output_tokens=30),
    says("ai.usage.inputTokenDetails.cacheReadTokens", 60, cache_read_tokens=60),
    says("ai.usage.cachedInputTokens", 61, cache_read_tokens=61),
    says("ai.usage.inputTokenDetails.cacheWriteTokens", 10, cache_write_tokens=10),
    says(
        "ai.response.providerMetadata",
        '{"anthropic": {"usage": {"cache_creation_input_tokens": 11}}}',
        cache_write_tokens=11,
    ),
    says(
        "ai.response.providerMetadata",
        '{"bedrock": {"usage": {"cacheWriteInputTokens": 12}}}',
        cache_write_tokens=12,
    ),
    says("ai.usage.outputTokenDetails.reasoningTokens", 5, reasoning_tokens=5),
    says("ai.usage.reasoningTokens", 6, reasoning_tokens=6),
    says("ai.toolCall.name", "weather", tool_name="weather"),
    says("ai.toolCall.id", "c1", tool_call_id="c1"),
    says("ai.toolCall.args", '{"city": "Paris"}', input={"city": "Paris"}),
    says("ai.toolCall.result", '{"sky": "grey"}', output={"sky": "grey"}),
    says("ai.response.msToFirstChunk", 500.5, first_token_ms=500.5),
    says("ai.stream.msToFirstChunk", 501, first_token_ms=501),
    says(
        "ai.prompt.messages",
        json.dumps(MESSAGES),
        CALL,
        input=MESSAGES,
        input_messages=[
            ("system", "Be brief."),
            ("user", "Weather?"),
            ("assistant", call("c1", "weather", {"city": "Paris"})),
            ("tool", result("c1", {"sky": "grey"}, "weather")),
        ],
    ),
    says(
        "ai.prompt",
        '{"system": "Be brief.", "prompt": "Weather?"}',
        CALL,
        input={"system": "Be brief.", "prompt": "Weather?"},
        input_messages=[("system", "Be brief."), ("user", "Weather?")],
    ),
    says(
        "ai.prompt",
        json.dumps({"system": "Be brief.", "messages": MESSAGES[1:2]}),
        CALL,
        input_messages=[("system", "Be brief."), ("user", "Weather?")],
    ),
    says("ai.value", '"rain"', input="rain"),
    says("ai.values", ['"rain"', '"sun"'], input=['"rain"', '"sun"']),
    says("ai.documents", ['"rain"'], input=['"rain"']),
    says(
        "ai.response.text", "Rain.", CALL, output="Rain.", output_messages=[("assistant", "Rain.")]
    ),
    says(
        "ai.response.object",
        '{"sky": "grey"}',
        CALL,
        output={"sky": "grey"},
        output_messages=[("assistant", {"type": "json", "value": {"sky": "grey"}})],
    ),
    says(
        "ai.response.toolCalls",
        json.dumps(CALLS),
        CALL,
        output=CALLS,
        output_messages=[("assistant", call("c1", "weather", {"city": "Paris"}))],
    ),
    says("ai.result.text", "Sun.", CALL, output="Sun.", output_messages=[("assistant", "Sun.")]),
    says(
        "ai.result.object",
        '{"sky": "blue"}',
        CALL,
        output={"sky": "blue"},
        output_messages=[("assistant", {"type": "json", "value": {"sky": "blue"}})],
    ),
    says(
        "ai.result.toolCalls",
        json.dumps(OLD_CALLS),
        CALL,
        output=OLD_CALLS,
        output_messages=[("assistant", call("c2", "weather", {"city": "Oslo"}))],
    ),
    says("ai.ranking", ['{"originalIndex": 1}'], output=['{"originalIndex": 1}']),
    says(
        "ai.response.reasoning",
        "Look first.",
        CALL,
        output_messages=[("assistant", thought("Look first."))],
    ),
    says(
        "ai.response.files",
        '[{"type": "file", "mimeType": "image/png", "base64": "aGk="}]',
        CALL,
        output_messages=[
            ("assistant", {"type": "image", "media_type": "image/png", "data": "aGk=", "url": None})
        ],
    ),
    says("ai.prompt.tools", [json.dumps(TOOL)], tool_definitions=[TOOL]),
    says(f"{METADATA}tags", ["prod"], tags=["prod"]),
    says(f"{CONTEXT}tags", ["beta"], tags=["beta"]),
    says(f"{METADATA}tier", "gold", metadata={"tier": "gold"}),
    says(f"{CONTEXT}tenant", "acme", metadata={"tenant": "acme"}),
    says(f"{METADATA}sessionId", "s1", session="s1"),
    says(f"{METADATA}session_id", "s2", session="s2"),
    says(f"{CONTEXT}sessionId", "s3", session="s3"),
    says(f"{CONTEXT}session_id", "s4", session="s4"),
    says(f"{METADATA}threadId", "t1", session="t1", conversation_id="t1"),
    says(f"{METADATA}thread_id", "t2", session="t2", conversation_id="t2"),
    says(f"{CONTEXT}threadId", "t3", session="t3", conversation_id="t3"),
    says(f"{CONTEXT}thread_id", "t4", session="t4", conversation_id="t4"),
    says(f"{METADATA}userId", "u1", user_id="u1"),
    says(f"{METADATA}user_id", "u2", user_id="u2"),
    says(f"{CONTEXT}userId", "u3", user_id="u3"),
    says(f"{CONTEXT}user_id", "u4", user_id="u4"),
)

ORDERS = (
    order("type", "ai.operationId", "operation.name"),
    order("input_tokens", "ai.usage.inputTokens", "ai.usage.promptTokens", "ai.usage.tokens"),
    order("input_tokens", "ai.usage.inputTokenDetails.noCacheTokens", "ai.model.provider"),
    order("output_tokens", "ai.usage.outputTokens", "ai.usage.completionTokens"),
    order(
        "cache_read_tokens",
        "ai.usage.inputTokenDetails.cacheReadTokens",
        "ai.usage.cachedInputTokens",
    ),
    order(
        "cache_write_tokens",
        "ai.usage.inputTokenDetails.cacheWriteTokens",
        "ai.response.providerMetadata",
    ),
    order(
        "reasoning_tokens",
        "ai.usage.outputTokenDetails.reasoningTokens",
        "ai.usage.reasoningTokens",
    ),
    order("first_token_ms", "ai.response.msToFirstChunk", "ai.stream.msToFirstChunk"),
    order(
        "input",
        "ai.toolCall.args",
        "ai.prompt.messages",
        "ai.prompt",
        "ai.value",
        "ai.values",
        "ai.documents",
    ),
    order(
        "output",
        "ai.toolCall.result",
        "ai.response.text",
        "ai.response.object",
        "ai.response.toolCalls",
        "ai.result.text",
        "ai.result.object",
        "ai.result.toolCalls",
        "ai.ranking",
    ),
    order("input_messages", "ai.prompt.messages", "ai.prompt"),
    order(
        "session",
        *(f"{METADATA}sessionId", f"{METADATA}session_id"),
        *(f"{CONTEXT}sessionId", f"{CONTEXT}session_id"),
        *(f"{METADATA}threadId", f"{METADATA}thread_id"),
        *(f"{CONTEXT}threadId", f"{CONTEXT}thread_id"),
    ),
    order(
        "user_id",
        *(f"{METADATA}userId", f"{METADATA}user_id", f"{CONTEXT}userId", f"{CONTEXT}user_id"),
    ),
)


@each(ROWS)
def test_an_attribute_means_what_its_convention_says(row: Row) -> None:
    row.check()


@each(ORDERS)
def test_of_two_attributes_the_stronger_is_believed(order: Order) -> None:
    order.check(ROWS)


@pytest.mark.parametrize(
    ("operation", "becomes"),
    [
        ("ai.generateText", "agent"),
        ("ai.generateText.doGenerate", "llm"),
        ("ai.streamText", "agent"),
        ("ai.streamText.doStream", "llm"),
        ("ai.generateObject", "chain"),
        ("ai.generateObject.doGenerate", "llm"),
        ("ai.streamObject", "chain"),
        ("ai.streamObject.doStream", "llm"),
        ("ai.embed", "chain"),
        ("ai.embed.doEmbed", "embedding"),
        ("ai.embedMany", "chain"),
        ("ai.embedMany.doEmbed", "embedding"),
        ("ai.rerank", "retrieval"),
        ("ai.toolCall", "tool"),
        ("my.operation", "span"),
    ],
)
def test_an_operation_tells_the_type(operation: str, becomes: str) -> None:
    assert understood({"ai.operationId": operation})["type"] == becomes
    assert understood({"operation.name": f"{operation} my-function"})["type"] == becomes


def test_input_has_the_caches_in_it() -> None:
    found = understood(
        {
            "ai.usage.inputTokens": 100,
            "ai.usage.outputTokens": 20,
            "ai.usage.totalTokens": 120,
            "ai.usage.cachedInputTokens": 60,
            "ai.usage.reasoningTokens": 5,
        }
    )
    assert (found["input_tokens"], found["output_tokens"]) == (100, 20)


@pytest.mark.parametrize(
    ("provider", "spent"),
    [
        ("anthropic.messages", 170),
        ("vertex.anthropic.messages", 170),
        ("amazon-bedrock", 170),
        ("openai.responses", 100),
        ("google.generative-ai", 100),
    ],
)
def test_before_version_6_input_is_what_the_provider_calls_so(provider: str, spent: int) -> None:
    found = understood(
        {
            "ai.model.provider": provider,
            "ai.usage.inputTokens": 100,
            "ai.usage.outputTokens": 20,
            "ai.usage.totalTokens": 120,
            "ai.usage.cachedInputTokens": 60,
            "ai.response.providerMetadata": WRITTEN,
        }
    )
    assert (found["input_tokens"], found["output_tokens"]) == (spent, 20)


def test_an_answer_is_put_together_from_the_attributes_of_its_parts() -> None:
    found = understood(
        {
            **CALL,
            "ai.response.toolCalls": json.dumps(CALLS),
            "ai.response.text": "Let me look.",
            "ai.response.reasoning": "A tool knows.",
        }
    )
    assert found["output_messages"] == [
        (
            "assistant",
            thought("A tool knows."),
            "Let me look.",
            call("c1", "weather", {"city": "Paris"}),
        )
    ]
