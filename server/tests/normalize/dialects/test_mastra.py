"""The attributes of Mastra's model calls: https://github.com/mastra-ai/mastra (packages/core/src/stream)."""

from __future__ import annotations

import json

from normalize.dialects.convention import Order, Row, call, each, order, says, understood

MODEL = {"aisdk.model.id": "gpt-5"}
PREFIXES = ("stream", "generate", "aisdk")
CALLS = [{"toolCallId": "c1", "toolName": "weather", "args": {"city": "Paris"}}]


def asked(prefix: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": f"Weather, {prefix}?"}]


ROWS = (
    says("aisdk.model.id", "gpt-5", request_model="gpt-5"),
    says("aisdk.model.provider", "openai.responses", provider="openai"),
    *(
        row
        for number, prefix in enumerate(PREFIXES)
        for row in (
            says(f"{prefix}.response.model", f"{prefix}-5", response_model=f"{prefix}-5"),
            says(f"{prefix}.response.id", f"{prefix}-id", response_id=f"{prefix}-id"),
            says(f"{prefix}.usage.inputTokens", 100 + number, input_tokens=100 + number),
            says(f"{prefix}.usage.promptTokens", 110 + number, input_tokens=110 + number),
            says(f"{prefix}.usage.outputTokens", 20 + number, output_tokens=20 + number),
            says(f"{prefix}.usage.completionTokens", 30 + number, output_tokens=30 + number),
            says(
                f"{prefix}.usage.totalTokens",
                120 + number,
                {"stream.usage.outputTokens": 20},
                input_tokens=100 + number,
            ),
            says(f"{prefix}.usage.cachedInputTokens", 60 + number, cache_read_tokens=60 + number),
            says(f"{prefix}.usage.reasoningTokens", 5 + number, reasoning_tokens=5 + number),
            says(
                f"{prefix}.prompt.messages",
                json.dumps(asked(prefix)),
                MODEL,
                input=asked(prefix),
                input_messages=[("user", f"Weather, {prefix}?")],
                first_user=f"Weather, {prefix}?",
            ),
            says(
                f"{prefix}.response.text",
                f"Rain, {prefix}.",
                MODEL,
                output=f"Rain, {prefix}.",
                output_messages=[("assistant", f"Rain, {prefix}.")],
            ),
            says(
                f"{prefix}.response.object", json.dumps({"from": prefix}), output={"from": prefix}
            ),
            says(
                f"{prefix}.response.toolCalls",
                json.dumps([{**CALLS[0], "toolCallId": prefix}]),
                MODEL,
                output=[{**CALLS[0], "toolCallId": prefix}],
                output_messages=[("assistant", call(prefix, "weather", {"city": "Paris"}))],
            ),
        )
    ),
)


def of_each(*names: str) -> tuple[str, ...]:
    return tuple(f"{prefix}.{name}" for name in names for prefix in PREFIXES)


ORDERS = (
    order("response_model", *of_each("response.model")),
    order("response_id", *of_each("response.id")),
    order("input_tokens", *of_each("usage.inputTokens", "usage.promptTokens")),
    order("input_tokens", *of_each("usage.totalTokens")),
    order("output_tokens", *of_each("usage.outputTokens", "usage.completionTokens")),
    order("cache_read_tokens", *of_each("usage.cachedInputTokens")),
    order("reasoning_tokens", *of_each("usage.reasoningTokens")),
    order("input", *of_each("prompt.messages")),
    order("output", *of_each("response.text", "response.object", "response.toolCalls")),
    order("input_messages", *of_each("prompt.messages")),
    order("output_messages", *of_each("response.text")),
)


@each(ROWS)
def test_an_attribute_means_what_its_convention_says(row: Row) -> None:
    row.check()


@each(ORDERS)
def test_of_two_attributes_the_stronger_is_believed(order: Order) -> None:
    order.check(ROWS)


def test_input_has_the_caches_in_it() -> None:
    found = understood(
        {
            "stream.usage.inputTokens": 100,
            "stream.usage.outputTokens": 20,
            "stream.usage.totalTokens": 120,
            "stream.usage.cachedInputTokens": 60,
        }
    )
    assert (found["input_tokens"], found["output_tokens"]) == (100, 20)
