"""Genkit's `genkit:*` attributes: https://github.com/genkit-ai/genkit (js/core/src/tracing)."""

from __future__ import annotations

import json
from typing import Any

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

MODEL = {"genkit:metadata:subtype": "model"}
ASKED = {
    "messages": [
        {"role": "system", "content": [{"text": "Be brief."}]},
        {
            "role": "user",
            "content": [{"text": "Weather?"}, {"media": {"url": "https://host/a.png"}}],
        },
        {
            "role": "model",
            "content": [
                {"toolRequest": {"ref": "c1", "name": "weather", "input": {"city": "Paris"}}}
            ],
        },
        {
            "role": "tool",
            "content": [{"toolResponse": {"ref": "c1", "name": "weather", "output": "rainy"}}],
        },
    ]
}
ANSWERED = {
    "message": {"role": "model", "content": [{"reasoning": "It was wet."}, {"text": "Rain."}]},
    "finishReason": "stop",
    "usage": {
        "inputTokens": 100,
        "outputTokens": 20,
        "totalTokens": 125,
        "cachedContentTokens": 60,
        "thoughtsTokens": 5,
    },
}

ROWS = (
    says("genkit:metadata:subtype", "tool", type="tool"),
    says("genkit:type", "flow", type="chain"),
    says("genkit:name", "weather", {"genkit:metadata:subtype": "tool"}, tool_name="weather"),
    says("genkit:name", "router", {"genkit:metadata:subtype": "agent"}, agent_name="router"),
    says(
        "genkit:name", "googleai/gemini-2.5-flash", MODEL, request_model="googleai/gemini-2.5-flash"
    ),
    says(
        "genkit:input",
        json.dumps(ASKED),
        MODEL,
        input=ASKED,
        input_messages=[
            ("system", "Be brief."),
            (
                "user",
                "Weather?",
                {"type": "image", "media_type": None, "data": None, "url": "https://host/a.png"},
            ),
            ("assistant", call("c1", "weather", {"city": "Paris"})),
            ("tool", result("c1", "rainy", "weather")),
        ],
    ),
    says(
        "genkit:output",
        json.dumps(ANSWERED),
        MODEL,
        output=ANSWERED,
        output_messages=[("assistant", thought("It was wet."), "Rain.")],
        input_tokens=100,
        output_tokens=25,
        cache_read_tokens=60,
        reasoning_tokens=5,
    ),
    says(
        "genkit:output",
        '{"candidates": [{"index": 0, "message": {"role": "model", "content": [{"text": "Rain."}]}}]}',
        MODEL,
        output_messages=[("assistant", "Rain.")],
    ),
    says("genkit:sessionId", "s1", session="s1"),
    says("genkit:threadName", "main", session="main", conversation_id="main"),
)

ORDERS = (
    order("type", "genkit:metadata:subtype", "genkit:type"),
    order("session", "genkit:sessionId", "genkit:threadName"),
)


@each(ROWS)
def test_an_attribute_means_what_its_convention_says(row: Row) -> None:
    row.check()


@each(ORDERS)
def test_of_two_attributes_the_stronger_is_believed(order: Order) -> None:
    order.check(ROWS)


@pytest.mark.parametrize(
    ("subtype", "becomes"),
    [
        ("model", "llm"),
        ("background-model", "llm"),
        ("embedder", "embedding"),
        ("tool", "tool"),
        ("tool.v2", "tool"),
        ("retriever", "retrieval"),
        ("reranker", "retrieval"),
        ("indexer", "chain"),
        ("evaluator", "evaluator"),
        ("flow", "chain"),
        ("flowStep", "chain"),
        ("prompt", "chain"),
        ("executable-prompt", "chain"),
        ("agent", "agent"),
        ("util", "span"),
    ],
)
def test_a_subtype_is_a_type(subtype: str, becomes: str) -> None:
    sent = {"genkit:type": "action", "genkit:metadata:subtype": subtype}
    assert understood(sent)["type"] == becomes


@pytest.mark.parametrize(
    "output", [{"usage": {"inputTokens": 5}}, {"message": {}, "usage": "much"}]
)
def test_what_a_flow_calls_usage_is_none(output: dict[str, Any]) -> None:
    assert understood({"genkit:output": json.dumps(output)})["input_tokens"] is None
