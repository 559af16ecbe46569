"""Two turns with OpenAI's chat completions: one in pieces, one with a tool and a call that fails."""

import sys

from openai import NotFoundError, OpenAI

from threadline import Laminar, observe

SESSION = sys.argv[1]
TOOL = {"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object"}}}

Laminar.initialize()
client = OpenAI()


@observe(session_id=SESSION)
def in_pieces():
    asked = [{"role": "user", "content": "Tell it in pieces"}]
    options = {"stream": True, "stream_options": {"include_usage": True}}
    pieces = client.chat.completions.create(model="gpt-4o-mini", messages=asked, **options)
    return "".join(piece.choices[0].delta.content or "" for piece in pieces if piece.choices)


@observe(span_type="TOOL")
def get_weather(city):
    return f"18 °C in {city}"


@observe(session_id=SESSION)
def with_a_tool():
    asked = [{"role": "user", "content": "Weather?"}]
    first = client.chat.completions.create(model="gpt-4o-mini", messages=asked, tools=[TOOL])
    message = first.choices[0].message
    result = {"role": "tool", "tool_call_id": "call_1", "content": get_weather("Paris")}
    asked += [message.model_dump(exclude_none=True), result]
    second = client.chat.completions.create(model="gpt-4o-mini", messages=asked, tools=[TOOL])
    try:
        client.chat.completions.create(model="no-such-model", messages=asked)
    except NotFoundError:
        return second.choices[0].message.content


in_pieces()
with_a_tool()
Laminar.shutdown()
