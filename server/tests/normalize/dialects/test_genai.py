"""The `gen_ai.*` attributes of OpenTelemetry: https://github.com/open-telemetry/semantic-conventions-genai."""

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

from threadline_server.normalize.pipeline import carried

CHAT = {"lmnr.span.type": "LLM"}
"""Said by another dialect, so that the attributes of this one have to be known by themselves."""
ASKED = [
    {"role": "user", "parts": [{"type": "text", "content": "Weather in Paris?"}]},
    {
        "role": "assistant",
        "parts": [
            {"type": "reasoning", "content": "A tool knows."},
            {"type": "tool_call", "id": "c1", "name": "weather", "arguments": {"city": "Paris"}},
        ],
    },
    {"role": "tool", "parts": [{"type": "tool_call_response", "id": "c1", "result": "rainy"}]},
]
ANSWERED = [
    {"role": "assistant", "parts": [{"type": "text", "content": "Rain."}], "finish_reason": "stop"}
]
TOOL = {"type": "function", "name": "weather", "parameters": {"type": "object"}}

ROWS = (
    says("gen_ai.operation.name", "invoke_agent", type="agent"),
    says("gen_ai.tool.name", "weather", type="tool", tool_name="weather"),
    says("gen_ai.tool.call.id", "call_1", tool_call_id="call_1"),
    says("gen_ai.tool.call.arguments", '{"city": "Paris"}', type="tool", input={"city": "Paris"}),
    says("gen_ai.tool.call.result", '{"sky": "grey"}', type="tool", output={"sky": "grey"}),
    says("gen_ai.agent.name", "Travel Agent", agent_name="Travel Agent"),
    says("gen_ai.request.model", "gpt-5", request_model="gpt-5", type="llm"),
    says(
        "gen_ai.response.model", "gpt-5-2025-08-07", response_model="gpt-5-2025-08-07", type="llm"
    ),
    says("gen_ai.response.id", "chatcmpl-1", response_id="chatcmpl-1"),
    says("gen_ai.provider.name", "aws.bedrock", provider="aws.bedrock", type="llm"),
    says("gen_ai.system", "openai", provider="openai"),
    says("gen_ai.usage.input_tokens", 100, input_tokens=100),
    says("gen_ai.usage.prompt_tokens", 101, input_tokens=101),
    says("gen_ai.usage.output_tokens", 20, output_tokens=20),
    says("gen_ai.usage.completion_tokens", 21, output_tokens=21),
    says("gen_ai.usage.total_tokens", 130, {"gen_ai.usage.input_tokens": 100}, output_tokens=30),
    says("gen_ai.usage.cache_read.input_tokens", 1, cache_read_tokens=1),
    says("gen_ai.usage.cache_read_input_tokens", 2, cache_read_tokens=2),
    says("gen_ai.usage.cache_read_tokens", 3, cache_read_tokens=3),
    says("gen_ai.usage.details.cache_read_tokens", 4, cache_read_tokens=4),
    says("gen_ai.usage.details.cache_read_input_tokens", 5, cache_read_tokens=5),
    says("gen_ai.usage.prompt_details.cache_read", 6, cache_read_tokens=6),
    says("gen_ai.usage.input_cached_tokens", 7, cache_read_tokens=7),
    says("gen_ai.usage.cache_write.input_tokens", 1, cache_write_tokens=1),
    says("gen_ai.usage.cache_creation.input_tokens", 2, cache_write_tokens=2),
    says("gen_ai.usage.cache_creation_input_tokens", 3, cache_write_tokens=3),
    says("gen_ai.usage.cache_write_tokens", 4, cache_write_tokens=4),
    says("gen_ai.usage.details.cache_write_tokens", 5, cache_write_tokens=5),
    says("gen_ai.usage.details.cache_creation_input_tokens", 6, cache_write_tokens=6),
    says("gen_ai.usage.prompt_details.cache_write", 7, cache_write_tokens=7),
    says("gen_ai.usage.input_cache_creation", 8, cache_write_tokens=8),
    says("gen_ai.usage.reasoning.output_tokens", 1, reasoning_tokens=1),
    says("gen_ai.usage.reasoning_tokens", 2, reasoning_tokens=2),
    says("gen_ai.usage.reasoning_output_tokens", 3, reasoning_tokens=3),
    says("gen_ai.usage.details.reasoning_tokens", 4, reasoning_tokens=4),
    says("gen_ai.usage.completion_details.reasoning", 5, reasoning_tokens=5),
    says("gen_ai.usage.output_reasoning_tokens", 6, reasoning_tokens=6),
    says("gen_ai.usage.input_cost", 0.25, input_cost=0.25, total_cost=0.25),
    says("gen_ai.usage.output_cost", 0.5, output_cost=0.5, total_cost=0.5),
    says("gen_ai.usage.cost", 0.75, total_cost=0.75),
    says("gen_ai.usage.total_cost", 0.875, total_cost=0.875),
    says("gen_ai.cost.input_cost", 0.125, input_cost=0.125, total_cost=0.125),
    says("gen_ai.cost.output_cost", 0.375, output_cost=0.375, total_cost=0.375),
    says("gen_ai.cost.total_cost", 0.625, total_cost=0.625),
    says(
        "gen_ai.input.messages",
        json.dumps(ASKED),
        CHAT,
        input=ASKED,
        input_messages=[
            ("user", "Weather in Paris?"),
            ("assistant", thought("A tool knows."), call("c1", "weather", {"city": "Paris"})),
            ("tool", result("c1", "rainy", "weather")),
        ],
    ),
    says("gen_ai.input.messages", ASKED[:1], CHAT, input_messages=[("user", "Weather in Paris?")]),
    says(
        "gen_ai.output.messages",
        json.dumps(ANSWERED),
        CHAT,
        output=ANSWERED,
        output_messages=[("assistant", "Rain.")],
    ),
    says("gen_ai.retrieval.query.text", "rain in Paris", input="rain in Paris"),
    says("gen_ai.retrieval.documents", '[{"id": "d1"}]', output=[{"id": "d1"}]),
    says("gen_ai.memory.query.text", "what the user likes", input="what the user likes"),
    says("gen_ai.memory.records", '[{"id": "m1"}]', output=[{"id": "m1"}]),
    says("gen_ai.response.time_to_first_chunk", 0.5, first_token_ms=500),
    says("gen_ai.client.operation.time_to_first_chunk", 0.75, first_token_ms=750),
    says("gen_ai.tool.definitions", json.dumps([TOOL]), tool_definitions=[TOOL]),
    says(
        "gen_ai.system_instructions",
        '[{"type": "text", "content": "Be brief."}]',
        {**CHAT, "gen_ai.input.messages": ASKED[:1]},
        system_instructions=[{"type": "text", "content": "Be brief."}],
        input_messages=[("system", "Be brief."), ("user", "Weather in Paris?")],
    ),
    begins(
        "gen_ai.prompt.",
        {
            "0.role": "system",
            "0.content": "Be brief.",
            "1.role": "user",
            "1.content": '[{"type": "text", "text": "Weather?"}]',
            "2.role": "assistant",
            "2.tool_calls.0.id": "c1",
            "2.tool_calls.0.name": "weather",
            "2.tool_calls.0.arguments": '{"city": "Paris"}',
            "3.role": "tool",
            "3.tool_call_id": "c1",
            "3.content": "rainy",
        },
        CHAT,
        input_messages=[
            ("system", "Be brief."),
            ("user", "Weather?"),
            ("assistant", call("c1", "weather", {"city": "Paris"})),
            ("tool", result("c1", "rainy", "weather")),
        ],
    ),
    begins(
        "gen_ai.prompt.",
        {"0.message.role": "user", "0.message.content": "Weather?"},
        CHAT,
        input=[{"message": {"role": "user", "content": "Weather?"}}],
        input_messages=[("user", "Weather?")],
    ),
    begins(
        "gen_ai.completion.",
        {
            "0.role": "assistant",
            "0.content": "A tool knows.",
            "0.finish_reason": "tool_calls",
            "0.tool_calls.0.id": "c1",
            "0.tool_calls.0.name": "weather",
            "0.tool_calls.0.arguments": '{"city": "Paris"}',
        },
        CHAT,
        output_messages=[("assistant", "A tool knows.", call("c1", "weather", {"city": "Paris"}))],
    ),
    begins(
        "gen_ai.completion.",
        {"0.message.role": "assistant", "0.message.content": "Rain."},
        CHAT,
        output=[{"message": {"role": "assistant", "content": "Rain."}}],
        output_messages=[("assistant", "Rain.")],
    ),
    begins(
        "gen_ai.completion.", {"0.content": "Rain."}, CHAT, output_messages=[("assistant", "Rain.")]
    ),
)

ORDERS = (
    order(
        "type",
        "gen_ai.operation.name",
        "gen_ai.tool.name",
        "gen_ai.tool.call.arguments",
        "gen_ai.tool.call.result",
    ),
    order("provider", "gen_ai.provider.name", "gen_ai.system"),
    order("input_tokens", "gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"),
    order("output_tokens", "gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"),
    order(
        "cache_read_tokens",
        "gen_ai.usage.cache_read.input_tokens",
        "gen_ai.usage.cache_read_input_tokens",
        "gen_ai.usage.cache_read_tokens",
        "gen_ai.usage.details.cache_read_tokens",
        "gen_ai.usage.details.cache_read_input_tokens",
        "gen_ai.usage.prompt_details.cache_read",
        "gen_ai.usage.input_cached_tokens",
    ),
    order(
        "cache_write_tokens",
        "gen_ai.usage.cache_write.input_tokens",
        "gen_ai.usage.cache_creation.input_tokens",
        "gen_ai.usage.cache_creation_input_tokens",
        "gen_ai.usage.cache_write_tokens",
        "gen_ai.usage.details.cache_write_tokens",
        "gen_ai.usage.details.cache_creation_input_tokens",
        "gen_ai.usage.prompt_details.cache_write",
        "gen_ai.usage.input_cache_creation",
    ),
    order(
        "reasoning_tokens",
        "gen_ai.usage.reasoning.output_tokens",
        "gen_ai.usage.reasoning_tokens",
        "gen_ai.usage.reasoning_output_tokens",
        "gen_ai.usage.details.reasoning_tokens",
        "gen_ai.usage.completion_details.reasoning",
        "gen_ai.usage.output_reasoning_tokens",
    ),
    order("input_cost", "gen_ai.usage.input_cost", "gen_ai.cost.input_cost"),
    order("output_cost", "gen_ai.usage.output_cost", "gen_ai.cost.output_cost"),
    order("total_cost", "gen_ai.usage.cost", "gen_ai.usage.total_cost", "gen_ai.cost.total_cost"),
    order(
        "input",
        "gen_ai.input.messages",
        "gen_ai.tool.call.arguments",
        "gen_ai.retrieval.query.text",
        "gen_ai.memory.query.text",
    ),
    order(
        "output",
        "gen_ai.output.messages",
        "gen_ai.tool.call.result",
        "gen_ai.retrieval.documents",
        "gen_ai.memory.records",
    ),
    order(
        "first_token_ms",
        "gen_ai.response.time_to_first_chunk",
        "gen_ai.client.operation.time_to_first_chunk",
    ),
    order("output_messages", "gen_ai.output.messages", "gen_ai.completion."),
)


@each(ROWS)
def test_an_attribute_means_what_its_convention_says(row: Row) -> None:
    row.check()


@each(ORDERS)
def test_of_two_attributes_the_stronger_is_believed(order: Order) -> None:
    order.check(ROWS)


@pytest.mark.parametrize(
    ("operation", "kind"),
    [
        ("chat", "llm"),
        ("generate_content", "llm"),
        ("text_completion", "llm"),
        ("fetch_response", "llm"),
        ("embeddings", "embedding"),
        ("retrieval", "retrieval"),
        ("create_agent", "agent"),
        ("invoke_agent", "agent"),
        ("execute_tool", "tool"),
        ("invoke_workflow", "chain"),
        ("plan", "chain"),
        ("search_memory", "retrieval"),
        ("create_memory", "chain"),
        ("update_memory", "chain"),
        ("upsert_memory", "chain"),
        ("delete_memory", "chain"),
        ("create_memory_store", "chain"),
        ("delete_memory_store", "chain"),
        ("agent_step", "chain"),
        ("something_new", "llm"),
    ],
)
def test_an_operation_tells_the_type(operation: str, kind: str) -> None:
    sent = {"gen_ai.operation.name": operation, "gen_ai.provider.name": "openai"}
    assert understood(sent)["type"] == kind


def test_input_has_the_caches_in_it_and_output_the_reasoning() -> None:
    found = understood(
        {
            "gen_ai.usage.input_tokens": 100,
            "gen_ai.usage.output_tokens": 20,
            "gen_ai.usage.cache_read.input_tokens": 60,
            "gen_ai.usage.cache_creation.input_tokens": 10,
            "gen_ai.usage.reasoning.output_tokens": 5,
        }
    )
    assert (found["input_tokens"], found["output_tokens"]) == (100, 20)


def test_caches_that_cannot_be_in_the_input_stood_beside_it() -> None:
    found = understood(
        {
            "gen_ai.usage.input_tokens": 3,
            "gen_ai.usage.cache_read_input_tokens": 60,
            "gen_ai.usage.cache_creation_input_tokens": 10,
        }
    )
    assert found["input_tokens"] == 73


@pytest.mark.parametrize("prefix", ["gen_ai.usage.partial.", "gen_ai.aggregated_usage."])
def test_counts_of_parts_and_of_whole_runs_are_no_usage(prefix: str) -> None:
    found = understood({f"{prefix}input_tokens": 5, f"{prefix}output_tokens": 5})
    assert (found["input_tokens"], found["output_tokens"]) == (None, None)


def test_googles_placeholder_is_no_id_of_a_call() -> None:
    assert understood({"gen_ai.tool.call.id": "<not specified>"})["tool_call_id"] is None


@pytest.mark.parametrize("framework", ["langchain", "langgraph", "strands-agents"])
def test_a_framework_is_no_provider(framework: str) -> None:
    sent = {"gen_ai.system": framework, "gen_ai.operation.name": "chat"}
    assert understood(sent)["provider"] is None
    assert understood({**sent, "gen_ai.provider.name": "openai"})["provider"] == "openai"


def test_a_call_of_a_tool_that_litellm_has_in_older_keys_is_not_lost() -> None:
    empty = [{"role": "assistant", "parts": [], "finish_reason": "tool_calls"}]
    sent = {
        "gen_ai.operation.name": "acompletion",
        "gen_ai.request.model": "gpt-4o-mini",
        "gen_ai.output.messages": json.dumps(empty),
        "gen_ai.completion.0.function_call.name": "get_weather",
        "gen_ai.completion.0.function_call.arguments": '{"city":"Paris"}',
    }
    (message,) = carried(sent, "llm").output_messages
    (part,) = message.parts
    assert message.role == "assistant"
    assert (part["name"], part["arguments"]) == ("get_weather", {"city": "Paris"})


def test_an_answer_in_pieces_whose_speaker_is_unknown_is_the_models() -> None:
    said = [{"role": "unknown", "parts": [{"type": "text", "content": "Rain."}]}]
    sent = {"gen_ai.output.messages": json.dumps(said), "gen_ai.operation.name": "chat"}
    assert [message.role for message in carried(sent, "llm").output_messages] == ["assistant"]
