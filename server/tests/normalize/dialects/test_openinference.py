"""OpenInference: https://github.com/Arize-ai/openinference/blob/main/spec/semantic_conventions.md."""

from __future__ import annotations

import json

import pytest
from normalize.dialects.convention import (
    Order,
    Row,
    begins,
    call,
    each,
    order,
    result,
    says,
    thought,
    understood,
)

LLM = {"lmnr.span.type": "LLM"}
"""Said by another dialect, so that the attributes of this one have to be known by themselves."""
WEATHER = {"type": "function", "function": {"name": "weather"}}

ROWS = (
    says("openinference.span.kind", "LLM", type="llm"),
    says("agent.name", "planner", agent_name="planner"),
    says("llm.request.model_name", "gpt-5", request_model="gpt-5"),
    says(
        "llm.invocation_parameters", '{"model": "gpt-5-mini", "n": 1}', request_model="gpt-5-mini"
    ),
    says(
        "llm.model_name",
        "gpt-5-2025-08-07",
        request_model="gpt-5-2025-08-07",
        response_model="gpt-5-2025-08-07",
    ),
    says("llm.response.model_name", "gpt-5-served", response_model="gpt-5-served"),
    says("embedding.model_name", "text-embedding-3-small", request_model="text-embedding-3-small"),
    says(
        "embedding.invocation_parameters",
        '{"model": "text-embedding-3"}',
        request_model="text-embedding-3",
    ),
    says("reranker.model_name", "rerank-v3.5", request_model="rerank-v3.5"),
    says("decision.request.model_name", "jev-latest", request_model="jev-latest"),
    says("decision.response.model_name", "jev-1.13.0", response_model="jev-1.13.0"),
    says(
        "decision.model_name", "jev-1.12.0", request_model="jev-1.12.0", response_model="jev-1.12.0"
    ),
    says("llm.provider", "azure", provider="azure"),
    says("llm.system", "openai", provider="openai"),
    says("decision.provider", "vllm", provider="vllm"),
    says("decision.system", "typesafe", provider="typesafe"),
    says("llm.token_count.prompt", 100, input_tokens=100),
    says("llm.token_count.completion", 20, output_tokens=20),
    says("decision.token_count.input", 412, input_tokens=412),
    says("decision.token_count.output", 2, output_tokens=2),
    says("llm.token_count.total", 130, {"llm.token_count.prompt": 100}, output_tokens=30),
    says("llm.token_count.prompt_details.cache_read", 60, cache_read_tokens=60),
    says("llm.token_count.prompt_details.cache_input", 61, cache_read_tokens=61),
    says("llm.token_count.prompt_details.cache_write", 10, cache_write_tokens=10),
    says("llm.token_count.completion_details.reasoning", 5, reasoning_tokens=5),
    says("llm.cost.prompt", 0.25, input_cost=0.25),
    says("llm.cost.completion", 0.5, output_cost=0.5),
    says("llm.cost.total", 0.75, total_cost=0.75),
    says("tool.name", "weather", tool_name="weather"),
    says("tool_call.id", "call_1", tool_call_id="call_1"),
    says("tool.id", "call_2", tool_call_id="call_2"),
    says("tool.parameters", '{"city": "Paris"}', input={"city": "Paris"}),
    says("input.value", "Weather?", LLM, input="Weather?", input_messages=[("user", "Weather?")]),
    says("output.value", "Rain.", LLM, output="Rain.", output_messages=[("assistant", "Rain.")]),
    says("input.value", '{"question": "Weather?"}', input={"question": "Weather?"}),
    says("reranker.query", "rain", input="rain"),
    says(
        "llm.prompts",
        ["Once upon"],
        LLM,
        input=["Once upon"],
        input_messages=[("user", "Once upon")],
    ),
    says(
        "llm.choices", ["a time"], LLM, output=["a time"], output_messages=[("assistant", "a time")]
    ),
    says("tag.tags", ["prod", "beta"], tags=["prod", "beta"]),
    says("tag.tags", '["prod"]', tags=["prod"]),
    says("metadata", '{"tier": "gold", "n": 1}', metadata={"tier": "gold", "n": 1}),
    begins(
        "llm.input_messages.",
        {
            "0.message.role": "system",
            "0.message.content": "Be brief.",
            "1.message.role": "user",
            "1.message.contents.0.message_content.type": "text",
            "1.message.contents.0.message_content.text": "What is this?",
            "1.message.contents.1.message_content.type": "image",
            "1.message.contents.1.message_content.image.image.url": "https://host/cat.png",
            "2.message.role": "assistant",
            "2.message.tool_calls.0.tool_call.id": "c1",
            "2.message.tool_calls.0.tool_call.function.name": "weather",
            "2.message.tool_calls.0.tool_call.function.arguments": '{"city": "Paris"}',
            "3.message.role": "tool",
            "3.message.tool_call_id": "c1",
            "3.message.content": "rainy",
        },
        LLM,
        input_messages=[
            ("system", "Be brief."),
            (
                "user",
                "What is this?",
                {"type": "image", "media_type": None, "data": None, "url": "https://host/cat.png"},
            ),
            ("assistant", call("c1", "weather", {"city": "Paris"})),
            ("tool", result("c1", "rainy", "weather")),
        ],
    ),
    begins(
        "llm.output_messages.",
        {
            "0.message.role": "assistant",
            "0.message.contents.0.message_content.type": "reasoning",
            "0.message.contents.0.message_content.text": "A tool knows.",
            "0.message.contents.1.message_content.type": "text",
            "0.message.contents.1.message_content.text": "Let me look.",
            "0.message.contents.2.message_content.type": "tool_use",
            "0.message.tool_calls.0.tool_call.id": "c1",
            "0.message.tool_calls.0.tool_call.function.name": "weather",
            "0.message.tool_calls.0.tool_call.function.arguments": '{"city": "Paris"}',
        },
        LLM,
        output_messages=[
            (
                "assistant",
                thought("A tool knows."),
                "Let me look.",
                call("c1", "weather", {"city": "Paris"}),
            )
        ],
    ),
    begins(
        "llm.output_messages.",
        {
            "0.message.role": "assistant",
            "0.message.function_call_name": "weather",
            "0.message.function_call_arguments_json": '{"city": "Paris"}',
        },
        LLM,
        output_messages=[("assistant", call(None, "weather", {"city": "Paris"}))],
    ),
    begins(
        "llm.prompts.",
        {"0.prompt.text": "Once upon"},
        LLM,
        input=[{"text": "Once upon"}],
        input_messages=[("user", "Once upon")],
    ),
    begins(
        "llm.choices.",
        {"0.completion.text": "a time"},
        LLM,
        output=[{"text": "a time"}],
        output_messages=[("assistant", "a time")],
    ),
    begins("llm.tools.", {"0.tool.json_schema": json.dumps(WEATHER)}, tool_definitions=[WEATHER]),
    begins(
        "retrieval.documents.",
        {"0.document.id": "d1", "0.document.content": "rain", "0.document.score": 0.5},
        output=[{"id": "d1", "content": "rain", "score": 0.5}],
    ),
    begins("reranker.input_documents.", {"0.document.content": "in"}, input=[{"content": "in"}]),
    begins(
        "reranker.output_documents.", {"0.document.content": "out"}, output=[{"content": "out"}]
    ),
    begins("input.documents.", {"0.document.content": "given"}, input=[{"content": "given"}]),
    begins("output.documents.", {"0.document.content": "got"}, output=[{"content": "got"}]),
    begins(
        "embedding.embeddings.",
        {"0.embedding.text": "rain", "0.embedding.vector": [0.5, 0.25]},
        input=[{"text": "rain", "vector": [0.5, 0.25]}],
    ),
)

ORDERS = (
    order(
        "request_model",
        "llm.request.model_name",
        "llm.invocation_parameters",
        "llm.model_name",
        "embedding.invocation_parameters",
        "embedding.model_name",
        "reranker.model_name",
        "decision.request.model_name",
        "decision.model_name",
    ),
    order(
        "response_model",
        "llm.response.model_name",
        "llm.model_name",
        "decision.response.model_name",
        "decision.model_name",
    ),
    order("provider", "llm.provider", "llm.system", "decision.provider", "decision.system"),
    order("input_tokens", "llm.token_count.prompt", "decision.token_count.input"),
    order("output_tokens", "llm.token_count.completion", "decision.token_count.output"),
    order(
        "cache_read_tokens",
        "llm.token_count.prompt_details.cache_read",
        "llm.token_count.prompt_details.cache_input",
    ),
    order("tool_call_id", "tool_call.id", "tool.id"),
    order("input", "input.value", "tool.parameters", "reranker.query", "llm.prompts"),
    order("output", "output.value", "llm.choices"),
)


@each(ROWS)
def test_an_attribute_means_what_its_convention_says(row: Row) -> None:
    row.check()


@each(ORDERS)
def test_of_two_attributes_the_stronger_is_believed(order: Order) -> None:
    order.check(ROWS)


@pytest.mark.parametrize(
    ("kind", "becomes"),
    [
        ("LLM", "llm"),
        ("EMBEDDING", "embedding"),
        ("CHAIN", "chain"),
        ("RETRIEVER", "retrieval"),
        ("RERANKER", "retrieval"),
        ("TOOL", "tool"),
        ("AGENT", "agent"),
        ("GUARDRAIL", "guardrail"),
        ("EVALUATOR", "evaluator"),
        ("PROMPT", "chain"),
        ("DECISION", "llm"),
        ("UNKNOWN", "span"),
    ],
)
def test_a_kind_is_a_type(kind: str, becomes: str) -> None:
    assert understood({"openinference.span.kind": kind})["type"] == becomes


def test_a_prompt_has_the_caches_in_it_and_a_completion_the_reasoning() -> None:
    found = understood(
        {
            "llm.token_count.prompt": 100,
            "llm.token_count.completion": 20,
            "llm.token_count.prompt_details.cache_read": 60,
            "llm.token_count.prompt_details.cache_write": 10,
            "llm.token_count.completion_details.reasoning": 5,
        }
    )
    assert (found["input_tokens"], found["output_tokens"]) == (100, 20)


def test_messages_are_believed_before_the_values_that_hold_the_whole_request() -> None:
    found = understood(
        {
            **LLM,
            "input.value": '{"messages": [{"role": "user", "content": "raw"}]}',
            "llm.input_messages.0.message.role": "user",
            "llm.input_messages.0.message.content": "Weather?",
        }
    )
    assert found["input_messages"] == [("user", "Weather?")]
    assert found["input_key"] == "input.value"
