"""Find the messages within a request, a response or a framework's list, still as they came."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple


class Row(NamedTuple):
    """One message as it came, and who speaks where it does not say."""

    value: Any
    role: str | None = None


_SYSTEM = ("system", "instructions", "system_instruction", "systemInstruction", "preamble")
_SHOWN = "ChatMessage(role=<MessageRole."
"""How LlamaIndex's messages look where they are shown as Python shows them, which nobody said."""

_REQUEST = ("model", "modelId", "model_id", "instructions", "engine")
"""Fields of which a request or response has one, where its other names are anyone's."""

_HOLDING = frozenset(
    {
        *("choices", "candidates", "generations", "output", "response"),
        *("messages", "contents", "chat_history", "input", "prompt", "prompts"),
    }
)
"""Fields one of which a request or response has; what has none is a message at most."""


def rows(value: Any, role: str | None = None) -> list[Row]:
    """The messages that a value holds, in order: of a list its items, of an object with them under
    a provider's name these, any other object itself.

    `role` is who speaks in what is plain text.
    """
    if isinstance(value, list):
        return list(_of_list(value, role))
    if not isinstance(value, dict):
        return [Row(value, role)]
    if value.keys().isdisjoint(_HOLDING):
        return [Row(value)]
    found = _answered(value)
    if found is None:
        found = _asked(value)
    return [Row(value)] if found is None else found


def _of_list(values: list[Any], role: str | None) -> Iterable[Row]:
    """Rows of a list, or of the lists within it, as LangChain sends several prompts at once."""
    instructions = None
    for value in values:
        if type(value) is dict and "role" in value:
            yield Row(value)
            continue
        if isinstance(value, list):
            for inner in value:
                yield Row(inner, role)
            continue
        kind = value.get("kind") if isinstance(value, dict) else None
        if kind == "request" and isinstance(value.get("parts"), list):
            stated = value.get("instructions")
            if stated and stated != instructions:
                instructions = stated
                yield Row({"role": "system", "content": stated})
            yield from map(_pydantic_row, value["parts"])
        elif kind == "response" and isinstance(value.get("parts"), list):
            yield Row({**value, "kind": None, "role": "assistant"})
        elif isinstance(value, str):
            if value.startswith(_SHOWN):
                continue
            yield Row({"role": role, "content": value} if role else value)
        else:
            yield Row(value)


def _pydantic_row(part: Any) -> Row:
    """Pydantic AI's requests are lists of parts, each of its own speaker."""
    kind = part.get("part_kind") if isinstance(part, dict) else None
    if kind in ("system-prompt", "user-prompt"):
        speaker = "system" if kind == "system-prompt" else "user"
        return Row({**part, "part_kind": None, "role": speaker})
    if kind == "retry-prompt" and not part.get("tool_name"):
        return Row({**part, "part_kind": None, "role": "user"})
    if kind in ("tool-return", "retry-prompt"):
        return Row({"role": "tool", "content": [part]})
    return Row(part)


def _listed(value: Any, role: str) -> list[Row]:
    """Rows of a list, or the single row of anything else, all of one speaker by default."""
    return [Row(each, role) for each in (value if isinstance(value, list) else [value])]


def _answered(value: dict[str, Any]) -> list[Row] | None:
    """What a provider's response holds."""
    for name in ("choices", "candidates"):
        if isinstance(value.get(name), list):
            return _listed(value[name], "assistant")
    if isinstance(generations := value.get("generations"), list):
        flat = [
            inner for each in generations for inner in (each if isinstance(each, list) else [each])
        ]
        return [Row(_generation(each), "assistant") for each in flat]
    output = value.get("output")
    if isinstance(output, list) and any(isinstance(each, dict) for each in output):
        return _listed(output, "assistant")
    if isinstance(output, dict) and isinstance(message := output.get("message"), dict):
        return [Row({**message, "stopReason": value.get("stopReason")}, "assistant")]
    response = value.get("response")
    if isinstance(response, str) and "model" in value and "done" in value:
        return [Row({**value, "response": None, "role": "assistant", "content": response})]
    return None


def _generation(value: Any) -> Any:
    """LangChain's generation of a text model has text alone."""
    if isinstance(value, dict) and "message" not in value and isinstance(value.get("text"), str):
        return {"generation_info": None, **value}
    return value


def _asked(value: dict[str, Any]) -> list[Row] | None:
    """What a request holds: instructions first, which most providers keep apart."""
    if isinstance(messages := value.get("messages"), list):
        return [*_system(value), *_of_list(messages, "user")]
    if (contents := value.get("contents")) is not None:
        return [*_system(value), *map(_content, _listed(contents, "user"))]
    if isinstance(history := value.get("chat_history"), list) and "message" in value:
        asked = Row({"role": "user", "content": value["message"]})
        return [*_system(value), *map(_chatted, history), asked]
    is_request = any(name in value for name in _REQUEST)
    given = value.get("input")
    if isinstance(given, list) and (is_request or any(isinstance(each, dict) for each in given)):
        return [*_system(value), *_of_list(given, "user")]
    prompt = given if isinstance(given, str) else value.get("prompt")
    if is_request and prompt:
        return [*_system(value), *_prompted(value, prompt)]
    if isinstance(prompts := value.get("prompts"), list):
        return list(_of_list(prompts, "user"))
    return None


def _prompted(value: dict[str, Any], prompt: Any) -> Iterable[Row]:
    if isinstance(prompt, str) and isinstance(value.get("images"), list):
        return [Row({"role": "user", "content": prompt, "images": value["images"]})]
    return _of_list(prompt if isinstance(prompt, list) else [prompt], "user")


def _system(value: dict[str, Any]) -> list[Row]:
    """The instructions of a request as a message of their own."""
    config = value.get("config")
    for holder in (value, config if isinstance(config, dict) else {}):
        for name in _SYSTEM:
            said = holder.get(name)
            if not said:
                continue
            if isinstance(said, list) and all(
                isinstance(each, dict) and "role" in each for each in said
            ):
                return _listed(said, "system")
            return [Row({"role": "system", "content": said})]
    return []


def _content(row: Row) -> Row:
    """Gemini takes a text, a part or a whole content in the place of contents."""
    value = row.value
    if isinstance(value, dict) and ("parts" in value or "role" in value):
        return row
    return Row({"role": "user", "content": [value] if isinstance(value, dict) else value})


def _chatted(turn: Any) -> Row:
    """A turn of Cohere's first chat interface: `{"role": "CHATBOT", "message": "…"}`."""
    if isinstance(turn, dict) and "message" in turn and "content" not in turn:
        return Row({**turn, "message": None, "content": turn["message"]})
    return Row(turn)
