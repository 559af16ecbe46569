"""OpenInference's flattened messages become messages of parts."""

from __future__ import annotations

from spans import understood

from threadline_server.normalize.pipeline import carried

OUTPUT = "llm.output_messages.0.message."


def test_the_place_of_a_tool_call_among_the_contents_is_no_part_of_its_own() -> None:
    attributes = {
        "openinference.span.kind": "LLM",
        f"{OUTPUT}role": "assistant",
        f"{OUTPUT}contents.0.message_content.type": "text",
        f"{OUTPUT}contents.0.message_content.text": "Let me look.",
        f"{OUTPUT}contents.1.message_content.type": "tool_use",
        f"{OUTPUT}tool_calls.0.tool_call.id": "toolu_1",
        f"{OUTPUT}tool_calls.0.tool_call.function.name": "get_weather",
        f"{OUTPUT}tool_calls.0.tool_call.function.arguments": '{"city": "Paris"}',
    }
    span = understood(attributes=attributes)
    (message,) = carried(attributes, span.type, [], span.start_ns).output_messages
    assert message.parts == [
        {"type": "text", "text": "Let me look."},
        {
            "type": "tool_call",
            "id": "toolu_1",
            "name": "get_weather",
            "arguments": {"city": "Paris"},
        },
    ]
