"""Read the `gen_ai.*` attributes of OpenTelemetry's GenAI conventions, current and older."""

from __future__ import annotations

from threadline_server.model.attributes import Attributes
from threadline_server.model.span import Message
from threadline_server.normalize.dialects.dialect import Dialect, Payload
from threadline_server.normalize.messages import messages_of, of_attribute, unflattened


def _carried(attributes: Attributes, keys: tuple[str, ...], flattened: str) -> Payload | None:
    for key in keys:
        if key in attributes:
            return key, attributes[key]
    if f"{flattened}0.role" in attributes or f"{flattened}0.content" in attributes:
        return flattened.rstrip("."), unflattened(attributes, flattened)
    return None


def _input(attributes: Attributes) -> Payload | None:
    keys = ("gen_ai.input.messages", "gen_ai.tool.call.arguments")
    return _carried(attributes, keys, "gen_ai.prompt.")


def _output(attributes: Attributes) -> Payload | None:
    keys = ("gen_ai.output.messages", "gen_ai.tool.call.result")
    return _carried(attributes, keys, "gen_ai.completion.")


def _system(attributes: Attributes) -> list[Message]:
    """System instructions are a message of their own, ahead of the others."""
    value = attributes.get("gen_ai.system_instructions")
    if value is None:
        return []
    parts = messages_of([{"role": "system", "content": value}])
    return parts or []


def _input_messages(attributes: Attributes) -> list[Message] | None:
    found = of_attribute(attributes.get("gen_ai.input.messages"))
    if found is None and any(key.startswith("gen_ai.prompt.") for key in attributes):
        found = messages_of(unflattened(attributes, "gen_ai.prompt."))
    return None if found is None else _system(attributes) + found


def _output_messages(attributes: Attributes) -> list[Message] | None:
    found = of_attribute(attributes.get("gen_ai.output.messages"))
    if found is None and any(key.startswith("gen_ai.completion.") for key in attributes):
        rows = unflattened(attributes, "gen_ai.completion.")
        found = messages_of([{"role": "assistant", **row} for row in rows if isinstance(row, dict)])
    return found


GENAI = Dialect(
    name="genai",
    input=_input,
    output=_output,
    input_messages=_input_messages,
    output_messages=_output_messages,
)
