"""Turns a growing conversation into the attributes of each model call, as instrumentations write them.

Each message is serialised once, when it is added; a call joins what is there. So a session whose
calls carry hundreds of megabytes of history together is made in seconds.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator

from ..encode import length_delimited
from .message import Message

_ATTRIBUTE_OF_SPAN = 0x4A
_KEY, _VALUE, _STRING = 0x0A, 0x12, 0x0A


def attribute(key: str, value: str) -> bytes:
    """A text attribute as a field of a serialised span."""
    held = length_delimited(_VALUE, length_delimited(_STRING, value.encode()))
    return length_delimited(_ATTRIBUTE_OF_SPAN, length_delimited(_KEY, key.encode()) + held)


def _openai(message: Message) -> dict:
    """A message as OpenAI's chat API has it."""
    said: dict = {"role": message.role, "content": message.text}
    if message.call is not None:
        function = {"name": message.call.name, "arguments": message.call.arguments}
        said["tool_calls"] = [
            {"id": message.call.call_id, "type": "function", "function": function}
        ]
    if message.answers:
        said["tool_call_id"] = message.answers
    return said


class Conversation(ABC):
    """The messages so far; a dialect says how they are written.

    `tools` are the definitions of the agent's tools in OpenAI's form.
    """

    def __init__(self, tools: list[dict], model: str) -> None:
        self.tools = tools
        self.model = model
        self.messages: list[Message] = []
        self.size = 0
        self._fixed = b"".join(self._about_tools())
        self._forget()

    def add(self, message: Message) -> None:
        """Add a message."""
        self._serialise(message)
        self.messages.append(message)
        self.size += message.size

    def restart(self, messages: list[Message]) -> None:
        """Put others in the place of all messages."""
        self.messages, self.size = [], 0
        self._forget()
        for message in messages:
            self.add(message)

    def call(self, answer: Message) -> bytes:
        """The messages of a model call, as fields of its span: all so far, and the answer."""
        return self._fixed + self._written(answer)

    @abstractmethod
    def _about_tools(self) -> Iterator[bytes]: ...

    @abstractmethod
    def _serialise(self, message: Message) -> None: ...

    @abstractmethod
    def _forget(self) -> None: ...

    @abstractmethod
    def _written(self, answer: Message) -> bytes: ...


class OpenInference(Conversation):
    """The raw request in `input.value` beside the flattened messages, as its instrumentors emit."""

    def _forget(self) -> None:
        self._raw: list[str] = []
        self._flat: list[bytes] = []

    def _about_tools(self) -> Iterator[bytes]:
        for index, tool in enumerate(self.tools):
            yield attribute(f"llm.tools.{index}.tool.json_schema", json.dumps(tool))

    def _flattened(self, prefix: str, message: Message) -> bytes:
        written = attribute(f"{prefix}.role", message.role)
        if message.text:
            written += attribute(f"{prefix}.content", message.text)
        if message.answers:
            written += attribute(f"{prefix}.tool_call_id", message.answers)
        if message.call is not None:
            call = f"{prefix}.tool_calls.0.tool_call"
            written += attribute(f"{call}.id", message.call.call_id)
            written += attribute(f"{call}.function.name", message.call.name)
            written += attribute(f"{call}.function.arguments", message.call.arguments)
        return written

    def _serialise(self, message: Message) -> None:
        self._raw.append(json.dumps(_openai(message)))
        self._flat.append(
            self._flattened(f"llm.input_messages.{len(self.messages)}.message", message)
        )

    def _written(self, answer: Message) -> bytes:
        request = (
            f'{{"model": "{self.model}", "messages": [{", ".join(self._raw)}], '
            f'"tools": {json.dumps(self.tools)}}}'
        )
        choice = {"index": 0, "finish_reason": "tool_calls" if answer.call else "stop"}
        response = {"model": self.model, "choices": [{**choice, "message": _openai(answer)}]}
        return b"".join(
            [
                attribute("input.value", request),
                attribute("input.mime_type", "application/json"),
                *self._flat,
                self._flattened("llm.output_messages.0.message", answer),
                attribute("output.value", json.dumps(response)),
                attribute("output.mime_type", "application/json"),
            ]
        )


class GenAI(Conversation):
    """OpenTelemetry's GenAI conventions: all messages as one JSON text."""

    def _forget(self) -> None:
        self._json: list[str] = []

    def _about_tools(self) -> Iterator[bytes]:
        definitions = [{"type": "function", **tool["function"]} for tool in self.tools]
        yield attribute("gen_ai.tool.definitions", json.dumps(definitions))

    def _parts(self, message: Message) -> dict:
        parts: list[dict] = []
        if message.answers:
            result = {"type": "tool_call_response", "id": message.answers}
            parts.append({**result, "response": message.text})
        elif message.text:
            parts.append({"type": "text", "content": message.text})
        if message.call is not None:
            asked = {"type": "tool_call", "id": message.call.call_id, "name": message.call.name}
            parts.append({**asked, "arguments": json.loads(message.call.arguments)})
        return {"role": message.role, "parts": parts}

    def _serialise(self, message: Message) -> None:
        self._json.append(json.dumps(self._parts(message)))

    def _written(self, answer: Message) -> bytes:
        reason = {"finish_reason": "tool_call" if answer.call else "stop"}
        return attribute("gen_ai.input.messages", f"[{', '.join(self._json)}]") + attribute(
            "gen_ai.output.messages", json.dumps([self._parts(answer) | reason])
        )


class Laminar(Conversation):
    """Flattened messages as Laminar's SDK and OpenLLMetry write them."""

    def _forget(self) -> None:
        self._flat: list[bytes] = []

    def _about_tools(self) -> Iterator[bytes]:
        for index, tool in enumerate(self.tools):
            function, prefix = tool["function"], f"llm.request.functions.{index}"
            yield attribute(f"{prefix}.name", function["name"])
            yield attribute(f"{prefix}.description", function["description"])
            yield attribute(f"{prefix}.parameters", json.dumps(function["parameters"]))

    def _flattened(self, prefix: str, message: Message) -> bytes:
        written = attribute(f"{prefix}.role", message.role)
        if message.text:
            written += attribute(f"{prefix}.content", message.text)
        if message.answers:
            written += attribute(f"{prefix}.tool_call_id", message.answers)
        if message.call is not None:
            call = f"{prefix}.tool_calls.0"
            written += attribute(f"{call}.id", message.call.call_id)
            written += attribute(f"{call}.name", message.call.name)
            written += attribute(f"{call}.arguments", message.call.arguments)
        return written

    def _serialise(self, message: Message) -> None:
        self._flat.append(self._flattened(f"gen_ai.prompt.{len(self.messages)}", message))

    def _written(self, answer: Message) -> bytes:
        return b"".join([*self._flat, self._flattened("gen_ai.completion.0", answer)])


CONVERSATIONS: dict[str, type[Conversation]] = {
    "openinference": OpenInference,
    "genai": GenAI,
    "lmnr": Laminar,
}
