"""A conversation over OpenAI's client: a tool, then a picture and an answer in pieces, then an error."""

import json

from openai import NotFoundError

PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}}
TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Tell the weather of a city.",
        "parameters": PARAMETERS,
    },
}
PICTURE = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "YPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
BEGUN = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "What is the weather in Paris?"},
]


def with_a_tool(client, get_weather):
    """Ask, run the tool that is called, and give back its result; give the whole conversation."""
    messages = list(BEGUN)
    asked = client.chat.completions.create(model="gpt-4o-mini", messages=messages, tools=[TOOL])
    message = asked.choices[0].message
    call = message.tool_calls[0]
    messages.append(
        {
            "role": "assistant",
            "tool_calls": [
                {
                    "id": call.id,
                    "type": "function",
                    "function": {"name": call.function.name, "arguments": call.function.arguments},
                }
            ],
        }
    )
    told = get_weather(**json.loads(call.function.arguments))
    messages.append({"role": "tool", "tool_call_id": call.id, "content": told})
    answer = client.chat.completions.create(model="gpt-4o-mini", messages=messages, tools=[TOOL])
    return [*messages, {"role": "assistant", "content": answer.choices[0].message.content}]


def in_pieces(client, messages):
    """Ask about a picture, with reasoning and a cache, and take the answer in pieces."""
    shown = {"type": "image_url", "image_url": {"url": PICTURE}}
    question = [{"type": "text", "text": "And in this picture?"}, shown]
    pieces = client.chat.completions.create(
        model="gpt-5-mini",
        messages=[*messages, {"role": "user", "content": question}],
        reasoning_effort="low",
        prompt_cache_key="weather",
        stream=True,
        stream_options={"include_usage": True},
    )
    return "".join(piece.choices[0].delta.content or "" for piece in pieces if piece.choices)


def failing(client):
    """Ask a model that does not exist."""
    try:
        client.chat.completions.create(model="no-such-model", messages=BEGUN)
    except NotFoundError as error:
        return str(error)
