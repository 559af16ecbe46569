"""Find the messages within a request, a response or a framework's list, still as they came."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

Row: TypeAlias = tuple[Any, str | None]
"""One message as it came, and who speaks where it does not say."""

_SYSTEM = ("system", "instructions", "system_instruction", "systemInstruction", "preamble")
_SHOWN = "ChatMessage(role=<MessageRole."
"""How LlamaIndex's messages look where they are shown as Python shows them, which nobody said."""

_REQUEST = ("model", "modelId", "model_id", "instructions", "engine")
"""Fields of which a request or response has one, where its other names are anyone's."""

_ANSWERING = frozenset({"choices", "candidates", "generations", "output", "response"})
"""Fields one of which a response has."""

_ASKING = frozenset({"messages", "contents", "chat_history", "input", "prompt", "prompts"})
"""Fields one of which a request has; what has none of either is a message at most."""

_INSTRUCTING = frozenset({*_SYSTEM, "config"})


def rows(value: Any, role: str | None = None) -> list[Row]:
    """The messages that a value holds, in order: of a list its items, of an object with them under
    a provider's name these, any other object itself.

    `role` is who speaks in what is plain text.
    """
    if isinstance(value, list):
        return _of_list(value, role)
    if not isinstance(value, dict):
        return [(value, role)]
    found = None if _ANSWERING.isdisjoint(value) else _answered(value)
    if found is None and not _ASKING.isdisjoint(value):
        found = _asked(value)
    return [(value, None)] if found is None else found


def _of_list(values: list[Any], role: str | None) -> list[Row]:
    """Rows of a list, or of the lists within it, as LangChain sends several prompts at once."""
    for value in values:
        if type(value) is not dict or "role" not in value:
            return list(_of_mixed(values, role))
    return [(value, None) for value in values]


def _of_mixed(values: list[Any], role: str | None) -> Iterable[Row]:
    """Rows of a list in which not everyone says who speaks."""
    instructions = None
    for value in values:
        if type(value) is dict and "role" in value:
            yield (value, None)
            continue
        if isinstance(value, list):
            for inner in value:
                yield (inner, role)
            continue
        kind = value.get("kind") if isinstance(value, dict) else None
        if kind == "request" and isinstance(value.get("parts"), list):
            stated = value.get("instructions")
            if stated and stated != instructions:
                instructions = stated
                yield ({"role": "system", "content": stated}, None)
            yield from map(_pydantic_row, value["parts"])
        elif kind == "response" and isinstance(value.get("parts"), list):
            yield ({**value, "kind": None, "role": "assistant"}, None)
        elif isinstance(value, str):
            if value.startswith(_SHOWN):
                continue
            yield ({"role": role, "content": value} if role else value, None)
        else:
            yield (value, None)


def _pydantic_row(part: Any) -> Row:
    """Pydantic AI's requests are lists of parts, each of its own speaker."""
    kind = part.get("part_kind") if isinstance(part, dict) else None
    if kind in ("system-prompt", "user-prompt"):
        speaker = "system" if kind == "system-prompt" else "user"
        return ({**part, "part_kind": None, "role": speaker}, None)
    if kind == "retry-prompt" and not part.get("tool_name"):
        return ({**part, "part_kind": None, "role": "user"}, None)
    if kind in ("tool-return", "retry-prompt"):
        return ({"role": "tool", "content": [part]}, None)
    return (part, None)


def _listed(value: Any, role: str) -> list[Row]:
    """Rows of a list, or the single row of anything else, all of one speaker by default."""
    return [(each, role) for each in (value if isinstance(value, list) else [value])]


def _answered(value: dict[str, Any]) -> list[Row] | None:
    """What a provider's response holds."""
    for name in ("choices", "candidates"):
        if isinstance(value.get(name), list):
            return _listed(value[name], "assistant")
    if isinstance(generations := value.get("generations"), list):
        flat = [
            inner for each in generations for inner in (each if isinstance(each, list) else [each])
        ]
        return [(_generation(each), "assistant") for each in flat]
    output = value.get("output")
    if isinstance(output, list) and any(isinstance(each, dict) for each in output):
        return _listed(output, "assistant")
    if isinstance(output, dict) and isinstance(message := output.get("message"), dict):
        return [({**message, "stopReason": value.get("stopReason")}, "assistant")]
    response = value.get("response")
    if isinstance(response, str) and "model" in value and "done" in value:
        return [({**value, "response": None, "role": "assistant", "content": response}, None)]
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
        asked = ({"role": "user", "content": value["message"]}, None)
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
        return [({"role": "user", "content": prompt, "images": value["images"]}, None)]
    return _of_list(prompt if isinstance(prompt, list) else [prompt], "user")


def _system(value: dict[str, Any]) -> list[Row]:
    """The instructions of a request as a message of their own."""
    if _INSTRUCTING.isdisjoint(value):
        return []
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
            return [({"role": "system", "content": said}, None)]
    return []


def _content(row: Row) -> Row:
    """Gemini takes a text, a part or a whole content in the place of contents."""
    value = row[0]
    if isinstance(value, dict) and ("parts" in value or "role" in value):
        return row
    return ({"role": "user", "content": [value] if isinstance(value, dict) else value}, None)


def _chatted(turn: Any) -> Row:
    """A turn of Cohere's first chat interface: `{"role": "CHATBOT", "message": "…"}`."""
    if isinstance(turn, dict) and "message" in turn and "content" not in turn:
        return ({**turn, "message": None, "content": turn["message"]}, None)
    return (turn, None)
