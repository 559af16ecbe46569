"""Two turns with Anthropic's messages: one with a tool, one in pieces."""

import sys

from anthropic import Anthropic

from threadline import Laminar, observe

MODEL = "claude-opus-4-5"
TOOL = {"name": "get_weather", "input_schema": {"type": "object"}}

Laminar.initialize()
client = Anthropic()


@observe(span_type="TOOL")
def get_weather(city):
    return f"18 °C in {city}"


@observe()
def with_a_tool():
    Laminar.set_trace_session_id(sys.argv[1])
    asked = [{"role": "user", "content": "Weather?"}]
    options = {"model": MODEL, "max_tokens": 100, "tools": [TOOL]}
    first = client.messages.create(messages=asked, **options)
    (call,) = first.content
    result = {"type": "tool_result", "tool_use_id": call.id, "content": get_weather(**call.input)}
    asked.append({"role": "assistant", "content": [call.to_dict()]})
    asked.append({"role": "user", "content": [result]})
    return client.messages.create(messages=asked, **options).content[0].text


@observe()
def in_pieces():
    Laminar.set_trace_session_id(sys.argv[1])
    asked = [{"role": "user", "content": "Tell it in pieces"}]
    with client.messages.stream(model=MODEL, max_tokens=100, messages=asked) as stream:
        return stream.get_final_text()


with_a_tool()
in_pieces()
Laminar.shutdown()
