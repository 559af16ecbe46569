from __future__ import annotations

import pytest
from spans import understood

from threadline_server.model.attributes import Attributes


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"lmnr.span.type": "LLM"}, "llm"),
        ({"lmnr.span.type": "TOOL", "gen_ai.operation.name": "chat"}, "tool"),
        ({"lmnr.span.type": "DEFAULT"}, "span"),
        ({"lmnr.span.type": "DEFAULT", "gen_ai.operation.name": "invoke_agent"}, "agent"),
        ({"lmnr.span.type": "LLM", "gen_ai.operation.name": "embeddings"}, "embedding"),
        ({"openinference.span.kind": "RETRIEVER"}, "retrieval"),
        ({"openinference.span.kind": "UNKNOWN", "gen_ai.request.model": "m"}, "llm"),
        ({"traceloop.span.kind": "workflow"}, "chain"),
        ({"langfuse.observation.type": "generation"}, "llm"),
        ({"gen_ai.operation.name": "execute_tool"}, "tool"),
        ({"gen_ai.tool.call.arguments": "{}"}, "tool"),
        ({"gen_ai.system": "openai"}, "llm"),
        ({"http.method": "GET"}, "span"),
        ({}, "span"),
    ],
)
def test_what_the_client_states_wins_and_only_silence_is_inferred(
    attributes: Attributes, expected: str
) -> None:
    assert understood(attributes=attributes).type == expected
