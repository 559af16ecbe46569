from __future__ import annotations

import json

import pytest
from log_events import DETAILS
from spans import MS, START_NS

from threadline_server.model.span import Event
from threadline_server.normalize.pipeline import carried

SCHEMA = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}
TEXT = json.dumps(SCHEMA)


def of(attributes, events=()):
    return carried(attributes, "llm", events, START_NS)


@pytest.mark.parametrize(
    ("attributes", "expected_ms"),
    [
        ({"gen_ai.response.time_to_first_chunk": 0.25}, 250),
        ({"gen_ai.client.operation.time_to_first_chunk": 0.25}, 250),
        ({"ai.response.msToFirstChunk": 250.0}, 250),
        ({"langfuse.observation.completion_start_time": '"2026-09-21T14:13:20.250000Z"'}, 250),
        ({"langfuse.observation.completion_start_time": '"2020-01-01T00:00:00Z"'}, None),
        ({"langfuse.observation.completion_start_time": '"2200-01-01T00:00:00Z"'}, None),
        ({"gen_ai.response.time_to_first_chunk": 1e300}, None),
        ({"gen_ai.response.time_to_first_chunk": -1}, None),
        ({}, None),
    ],
)
def test_the_time_to_the_first_token_is_told_in_seconds_in_milliseconds_or_by_the_clock(
    attributes, expected_ms
):
    found = of(attributes).time_to_first_token_ns
    assert found == (None if expected_ms is None else expected_ms * MS)


@pytest.mark.parametrize(
    "attributes",
    [
        {"gen_ai.tool.definitions": json.dumps([SCHEMA])},
        {"gen_ai.tool.definitions": [SCHEMA]},
        {"ai.prompt.tools": [TEXT]},
        {"mlflow.chat.tools": json.dumps([SCHEMA])},
        {"llm.tools.0.tool.json_schema": TEXT},
    ],
    ids=str,
)
def test_definitions_of_tools_are_json_whatever_they_were_sent_as(attributes):
    assert of(attributes).tool_definitions == [SCHEMA]


def test_flattened_definitions_are_put_together_in_order():
    attributes = {
        "llm.request.functions.1.name": "time",
        "llm.request.functions.0.name": "weather",
        "llm.request.functions.0.description": "Tells the weather",
        "llm.request.functions.0.parameters": '{"type": "object"}',
    }
    assert of(attributes).tool_definitions == [
        {"name": "weather", "description": "Tells the weather", "parameters": {"type": "object"}},
        {"name": "time"},
    ]
    both = {"llm.tools.1.tool.json_schema": "cut {", "llm.tools.0.tool.json_schema": TEXT}
    assert of(both).tool_definitions == [SCHEMA, "cut {"]
    assert of({"llm.tools.0": "odd", "llm.tools.1.tool": "plain"}).tool_definitions == ["plain"]


def test_a_single_attribute_goes_before_flattened_ones_and_events():
    attributes = {
        "gen_ai.tool.definitions": [{"name": "first"}],
        "llm.tools.0.tool.json_schema": TEXT,
        "gen_ai.system_instructions": "Be brief.",
    }
    said = {"gen_ai.tool.definitions": [SCHEMA], "gen_ai.system_instructions": "Be kind."}
    event = Event(DETAILS, START_NS, said, logged=True)
    found = of(attributes, [event])
    assert found.tool_definitions == [{"name": "first"}]
    assert found.system_instructions == "Be brief."
    found = of({}, [event])
    assert found.tool_definitions == [SCHEMA]
    assert found.system_instructions == "Be kind."


def test_where_nothing_is_told_there_is_nothing():
    found = of({"gen_ai.tool.definitions": "", "gen_ai.request.model": "m"})
    assert (found.tool_definitions, found.system_instructions) == (None, None)
