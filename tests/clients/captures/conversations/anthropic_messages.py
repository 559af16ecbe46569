"""A conversation over Anthropic's client: a tool, then a picture and an answer in pieces, then an error.

It asks for thinking, and for the system prompt to be cached.
"""

from anthropic import NotFoundError

SYSTEM = [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}]
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}}
TOOL = {
    "name": "get_weather",
    "description": "Tell the weather of a city.",
    "input_schema": SCHEMA,
}
PICTURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "YPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
ASKED = {
    "model": "claude-sonnet-4-5",
    "max_tokens": 2000,
    "system": SYSTEM,
    "thinking": {"type": "enabled", "budget_tokens": 1024},
}


def with_a_tool(client, get_weather):
    """Ask, run the tool that is called, and give back its result; give the whole conversation."""
    messages = [{"role": "user", "content": "What is the weather in Paris?"}]
    asked = client.messages.create(messages=messages, tools=[TOOL], **ASKED)
    messages.append(
        {
            "role": "assistant",
            "content": [block.model_dump(exclude_none=True) for block in asked.content],
        }
    )
    call = asked.content[-1]
    told = {"type": "tool_result", "tool_use_id": call.id, "content": get_weather(**call.input)}
    messages.append({"role": "user", "content": [told]})
    answer = client.messages.create(messages=messages, tools=[TOOL], **ASKED)
    return [*messages, {"role": "assistant", "content": answer.content[-1].text}]


def in_pieces(client, messages):
    """Ask about a picture and take the answer in pieces."""
    shown = {"type": "base64", "media_type": "image/png", "data": PICTURE}
    question = [
        {"type": "text", "text": "And in this picture?"},
        {"type": "image", "source": shown},
    ]
    with client.messages.stream(
        messages=[*messages, {"role": "user", "content": question}], **ASKED
    ) as stream:
        return "".join(stream.text_stream)


def failing(client):
    """Ask a model that does not exist."""
    messages = [{"role": "user", "content": "What is the weather in Paris?"}]
    try:
        client.messages.create(model="no-such-model", max_tokens=10, messages=messages)
    except NotFoundError as error:
        return str(error)
