"""Haystack's `haystack.*` attributes: https://docs.haystack.deepset.ai/docs/tracing."""

from __future__ import annotations

import json

import pytest
from normalize.dialects.convention import Order, Row, call, each, order, result, says, understood

GENERATOR = {"haystack.component.type": "OpenAIChatGenerator"}
ASKED = {
    "messages": [
        {"role": "system", "content": [{"text": "Be brief."}]},
        {"role": "user", "content": [{"text": "Weather?"}]},
        {
            "role": "assistant",
            "content": [
                {"tool_call": {"id": "c1", "tool_name": "weather", "arguments": {"city": "Paris"}}}
            ],
        },
        {
            "role": "tool",
            "content": [
                {
                    "tool_call_result": {
                        "result": "rainy",
                        "error": False,
                        "origin": {
                            "id": "c1",
                            "tool_name": "weather",
                            "arguments": {"city": "Paris"},
                        },
                    }
                }
            ],
        },
    ]
}
SPOKEN = [
    ("system", "Be brief."),
    ("user", "Weather?"),
    ("assistant", call("c1", "weather", {"city": "Paris"})),
    ("tool", result("c1", "rainy", "weather")),
]


def answered(text: str, model: str, spent: int, made: int) -> dict[str, object]:
    """The output of a generator with one reply."""
    usage = {"prompt_tokens": spent, "completion_tokens": made, "total_tokens": spent + made}
    meta = {"model": model, "finish_reason": "stop", "usage": usage}
    return {"replies": [{"role": "assistant", "content": [{"text": text}], "meta": meta}]}


RAIN, SUN = answered("Rain.", "gpt-5-2025", 100, 20), answered("Sun.", "gpt-5-2024", 90, 10)

ROWS = (
    says("haystack.component.type", "OpenAIChatGenerator", type="llm"),
    says("haystack.tool.name", "weather", type="tool", tool_name="weather"),
    says(
        "haystack.component.name",
        "helper",
        {"haystack.component.type": "Agent"},
        agent_name="helper",
    ),
    says("haystack.agent.max_steps", 100, type="agent"),
    says("haystack.agent.exit_conditions", '["text"]', type="agent"),
    says("haystack.agent.step", 1, type="chain"),
    says(
        "haystack.agent.step.llm.input",
        json.dumps(ASKED),
        type="llm",
        input=ASKED,
        input_messages=SPOKEN,
        first_user="Weather?",
    ),
    says(
        "haystack.agent.step.llm.output",
        json.dumps(RAIN),
        type="llm",
        output=RAIN,
        output_messages=[("assistant", "Rain.")],
        response_model="gpt-5-2025",
        input_tokens=100,
        output_tokens=20,
    ),
    says("haystack.agent.step.llm.output", '{"replies": ["Rain."]}', type="llm"),
    says("haystack.agent.step.tool.input", '{"city": "Paris"}', input={"city": "Paris"}),
    says("haystack.agent.step.tool.output", '{"sky": "grey"}', output={"sky": "grey"}),
    says("haystack.agent.input", '{"messages": []}', input={"messages": []}),
    says("haystack.agent.output", '{"messages": []}', output={"messages": []}),
    says(
        "haystack.component.input",
        json.dumps({"messages": ASKED["messages"][:1]}),
        GENERATOR,
        input={"messages": ASKED["messages"][:1]},
        input_messages=[("system", "Be brief.")],
    ),
    says(
        "haystack.component.output",
        json.dumps(SUN),
        GENERATOR,
        output=SUN,
        output_messages=[("assistant", "Sun.")],
        response_model="gpt-5-2024",
        input_tokens=90,
        output_tokens=10,
    ),
    says(
        "haystack.component.output",
        '{"replies": ["Rain."], "meta": [{"model": "m", "usage": {"prompt_tokens": 7}}]}',
        GENERATOR,
        output_messages=[("assistant", "Rain.")],
        response_model="m",
        input_tokens=7,
    ),
    says(
        "haystack.pipeline.input_data",
        '{"llm": {"prompt": "Hi"}}',
        type="chain",
        input={"llm": {"prompt": "Hi"}},
    ),
    says("haystack.pipeline.output_data", '{"llm": {}}', output={"llm": {}}),
)

ORDERS = (
    order(
        "type",
        "haystack.tool.name",
        "haystack.agent.step.llm.input",
        "haystack.agent.step.llm.output",
        "haystack.agent.max_steps",
        "haystack.agent.exit_conditions",
        "haystack.component.type",
        "haystack.pipeline.input_data",
        "haystack.agent.step",
    ),
    order(
        "input",
        "haystack.agent.step.llm.input",
        "haystack.agent.step.tool.input",
        "haystack.agent.input",
        "haystack.component.input",
        "haystack.pipeline.input_data",
    ),
    order(
        "output",
        "haystack.agent.step.llm.output",
        "haystack.agent.step.tool.output",
        "haystack.agent.output",
        "haystack.component.output",
        "haystack.pipeline.output_data",
    ),
    order("response_model", "haystack.agent.step.llm.output", "haystack.component.output"),
    order("input_tokens", "haystack.agent.step.llm.output", "haystack.component.output"),
    order("output_tokens", "haystack.agent.step.llm.output", "haystack.component.output"),
)


@each(ROWS)
def test_an_attribute_means_what_its_convention_says(row: Row) -> None:
    row.check()


@each(ORDERS)
def test_of_two_attributes_the_stronger_is_believed(order: Order) -> None:
    order.check(ROWS)


@pytest.mark.parametrize(
    ("component", "becomes"),
    [
        ("OpenAIGenerator", "llm"),
        ("AnthropicChatGenerator", "llm"),
        ("OpenAITextEmbedder", "embedding"),
        ("InMemoryBM25Retriever", "retrieval"),
        ("TransformersSimilarityRanker", "retrieval"),
        ("ToolInvoker", "tool"),
        ("Agent", "agent"),
        ("FaithfulnessEvaluator", "evaluator"),
        ("PromptBuilder", "chain"),
    ],
)
def test_the_class_of_a_component_tells_its_type(component: str, becomes: str) -> None:
    assert understood({"haystack.component.type": component})["type"] == becomes


def test_replies_of_older_versions_say_the_same() -> None:
    reply = {
        "_role": "assistant",
        "_content": [{"text": "Rain."}],
        "_meta": {"model": "m", "usage": {}},
    }
    sent = {**GENERATOR, "haystack.component.output": json.dumps({"replies": [reply]})}
    found = understood(sent)
    assert (found["output_messages"], found["response_model"]) == ([("assistant", "Rain.")], "m")
