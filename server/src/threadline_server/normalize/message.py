"""Turn one message, in any provider's or framework's shape, into a canonical message."""

from __future__ import annotations

from typing import Any

from threadline_server.model.span import Message
from threadline_server.normalize.json_text import parsed
from threadline_server.normalize.parts import responses
from threadline_server.normalize.parts.fields import (
    Fields,
    Part,
    container,
    left_of,
    other,
    put_back,
    take_text,
)
from threadline_server.normalize.parts.part import parts_of, parts_of_all
from threadline_server.normalize.parts.tool import answered
from threadline_server.normalize.signed import (
    CONTENT,
    KNOWN_ROLES,
    ROLE_OF_TYPE,
    SPEAKING,
    SPEECH,
    WRAPPERS,
    constructed,
    is_constructed,
    is_spoken,
    normal_role,
    signed,
    typed,
    with_role,
)

_OTHER_CONTENT = frozenset(CONTENT) - {"content"}
_REASONING = ("reasoning_content", "reasoning", "thinking", "tool_plan")
_REASONED = frozenset(_REASONING)
_FINISH = ("finish_reason", "finishReason", "stop_reason", "stopReason", "done_reason")
_LIFTED = (
    "tool_calls", "function_call", "reasoning_content", "refusal", "audio", "name", "tool_call_id",
)  # fmt: skip


def message(value: Any, role: str | None = None) -> Message | None:
    """One canonical message, or None where the value is no message at all.

    `role` is who speaks where the message itself does not say.
    """
    if type(value) is not dict:
        return None
    if type(value.get("role")) is not str:
        value = _unwrapped(value, role)
        if isinstance(value, Message) or value is None:
            return value
    role = normal_role(value["role"])
    if len(value) == 2 and role != "tool" and (name := _only_content(value)) is not None:
        parts = content_parts(value[name])
        if role == "assistant":
            parts = [_structured(part) for part in parts]
        return Message(role, parts)
    if role not in KNOWN_ROLES and not any(name in value for name in SPEECH):
        return None
    return _spoken(dict(value), role)


def is_message(value: Any, role: str | None = None) -> bool:
    """Whether `message` would make one of a value."""
    fields = signed(value)
    return message(value, role) is not None if fields is None else is_spoken(fields)


def _only_content(value: Fields) -> str | None:
    """The field that says it, of a message with nothing else; most messages are such."""
    if "content" in value:
        return "content"
    return "parts" if "parts" in value else None


def _unwrapped(value: Fields, role: str | None) -> Fields | Message | None:
    """The message that lies within an object, with a role; or a message at once."""
    if SPEAKING.isdisjoint(value):
        return None
    speaker = responses.speaker(value)
    if speaker is not None:
        return Message(speaker, parts_of(value))
    if is_constructed(value):
        return constructed(value)
    if (by_type := typed(value)) is not None:
        return by_type
    for name in WRAPPERS:
        if type(inner := value.get(name)) is dict:
            found = message(inner, role)
            return None if found is None else _beside(found, value, name)
    inner = value.get("content")
    if type(inner) is dict and ("parts" in inner or "role" in inner):
        found = message(inner, role)
        return None if found is None else _beside(found, value, "content")
    if type(value.get("_role")) is str:
        return with_role({**value, "_role": None}, value["_role"])
    if type(value.get("text")) is str and value.keys() & {"finish_reason", "generation_info"}:
        return with_role(_as_content(value), role or "assistant")
    if role is not None and any(name in value for name in SPEECH):
        return {**value, "role": role}
    return None


def _as_content(value: Fields) -> Fields:
    """A completion: its text is what was said, `generation_info` has the reason for its end."""
    fields = {name: each for name, each in value.items() if name != "text"}
    told = fields.pop("generation_info", None)
    if type(told) is dict:
        fields = {**told, **fields}
    return {**fields, "content": value["text"]}


def _beside(found: Message, wrapper: Fields, name: str) -> Message:
    """Add what stands beside a message in its choice: why the model stopped, and the rest."""
    fields = {key: each for key, each in wrapper.items() if key != name}
    if type(fields.get("index")) is int:
        del fields["index"]
    if fields.get("text") == _text(found.parts):
        del fields["text"]
    told = fields.pop("generation_info", None)
    if type(told) is dict:
        fields = {**told, **fields}
    found.finish_reason = take_text(fields, *_FINISH) or found.finish_reason
    if left := left_of(fields):
        found.extra = {**left, **found.extra}
    return found


def _spoken(fields: Fields, role: str) -> Message:
    """The message of fields that are a message's; what is left of them is its `extra`."""
    del fields["role"]
    kind = fields.get("type")
    if kind == "message" or (type(kind) is str and kind in ROLE_OF_TYPE):
        del fields["type"]
    if type(beside := fields.get("additional_kwargs")) is dict:
        _lift(fields, dict(beside))
    said = [] if _REASONED.isdisjoint(fields) else _reasoned(fields)
    content = _taken_content(fields)
    parts = content_parts(content)
    if role == "tool" and not any(part["type"] == "tool_result" for part in parts):
        said.append(_result(fields, content))
    else:
        said += parts
    if fields:
        _add_what_stands_beside(fields, said)
    if role == "assistant":
        said = [_structured(part) for part in said]
        if "parsed" in fields and any(fields["parsed"] == part.get("value") for part in said):
            del fields["parsed"]
    if not fields:
        return Message(role, said)
    finish = take_text(fields, *_FINISH) or _finish_in_metadata(fields)
    name = take_text(fields, "name", "_name")
    return Message(role, said, finish, name, left_of(fields))


def _lift(fields: Fields, beside: Fields) -> None:
    """LangChain and LlamaIndex keep fields of OpenAI's apart; they count where no other says it."""
    for name in _LIFTED:
        if beside.get(name) and not fields.get(name):
            fields[name] = beside.pop(name)
    put_back(fields, "additional_kwargs", beside)


def _reasoned(fields: Fields) -> list[Part]:
    """Thoughts that stand beside the content, which some servers send under two names."""
    said: list[Part] = []
    for name in _REASONING:
        if type(fields.get(name)) is str:
            thoughts = fields.pop(name)
            if thoughts and all(part["text"] != thoughts for part in said):
                said.append({"type": "reasoning", "text": thoughts})
    return said


def _finish_in_metadata(fields: Fields) -> str | None:
    """LangChain and Haystack keep the reason for the end among what the provider said."""
    for holder in ("response_metadata", "meta", "_meta"):
        if type(told := fields.get(holder)) is dict:
            for name in _FINISH:
                if type(found := told.get(name)) is str:
                    return found
    return None


def _taken_content(fields: Fields) -> Any:
    """What is said; where two fields say it, the one with parts."""
    if _OTHER_CONTENT.isdisjoint(fields):
        return fields.pop("content", None)
    names = [name for name in CONTENT if fields.get(name) is not None]
    if not names:
        return None
    names.sort(key=lambda name: not (isinstance(fields[name], list) and fields[name]))
    content = fields.pop(names[0])
    for name in names[1:]:
        if isinstance(said := fields[name], str) and said == _text(content_parts(content)):
            del fields[name]
    return content


def _text(parts: list[Part]) -> str:
    return "\n".join(part["text"] for part in parts if part["type"] == "text")


def content_parts(content: Any) -> list[Part]:
    """Canonical parts of a message's content: a text, a part or a list of parts."""
    if type(content) is str:
        if content.startswith("[{") and (parts := _if_parts(parsed(content))):
            return parts
        return [{"type": "text", "text": content}] if content else []
    if type(content) is list:
        return parts_of_all([each for each in content if each != ""] if "" in content else content)
    if type(content) is dict and _is_content(content):
        return parts_of_all(content["parts"])
    return [] if content is None else parts_of(content)


def _is_content(value: Fields) -> bool:
    """Whether an object is Gemini's content: parts, and who speaks."""
    known = value.get("role") in (None, *KNOWN_ROLES)
    return type(value.get("parts")) is list and known and not value.keys() - {"parts", "role"}


def _if_parts(values: Any) -> list[Part] | None:
    """The parts that a JSON text holds; None where it is data, or a text that looks like a list."""
    if type(values) is not list or not all(type(each) is dict for each in values):
        return None
    parts = parts_of_all(values)
    return None if all(part["type"] == "other" for part in parts) else parts


def _result(fields: Fields, content: Any) -> Part:
    """A tool's message as the result that it is."""
    identity = take_text(fields, "tool_call_id", "toolCallId", "call_id", "tool_use_id")
    part: Part = {"type": "tool_result", "id": identity}
    if (name := take_text(fields, "name", "tool_name", "toolName", "_name")) is not None:
        part["name"] = name
    if fields.get("status") in ("error", "success") and fields.pop("status") == "error":
        part["error"] = True
    answered(part, content, _nested)
    return part


def _nested(value: Any) -> list[Part]:
    return parts_of_all(value if type(value) is list else [value])


def _add_what_stands_beside(fields: Fields, said: list[Part]) -> None:
    """Read what is said outside the content: refusals, audio, images and calls."""
    if (refused := take_text(fields, "refusal")) is not None and refused:
        said.append({"type": "refusal", "text": refused})
    if type(fields.get("audio")) is dict:
        _audio(fields, said)
    if type(images := fields.get("images")) is list and images:
        del fields["images"]
        for each in images:
            shown = {"type": "image", "image": each} if type(each) is str else each
            said += parts_of(shown)
    if calls := _calls(fields):
        known = {part["id"] for part in said if part["type"] == "tool_call" and part["id"]}
        said += [part for part in calls if part.get("id") is None or part["id"] not in known]


def _audio(fields: Fields, said: list[Part]) -> None:
    """An answer in sound; its id is how the next request refers to it."""
    inner = dict(fields.pop("audio"))
    identity = inner.get("id")
    if "file_id" not in inner and type(identity) is str:
        inner["file_id"] = inner.pop("id")
    said += parts_of({"type": "audio", **inner}) if inner else []


def _calls(fields: Fields) -> list[Part]:
    """The calls of tools that a message names in fields of their own."""
    calls: list[Part] = []
    if type(legacy := fields.get("function_call")) is dict:
        del fields["function_call"]
        calls += _call(legacy)
    for name in ("tool_calls", "toolCalls", "toolInvocations"):
        if type(listed := fields.get(name)) is list:
            del fields[name]
            for each in listed:
                calls += _call(each)
    return calls


def _call(value: Any) -> list[Part]:
    if type(value) is not dict:
        return [other(value)]
    if type(inner := value.get("tool_call")) is dict and len(value) == 1:
        value = inner
    kind = value.get("type")
    if kind in ("tool_call", "tool-call") or (type(kind) is str and type(value.get(kind)) is dict):
        return parts_of({**value, "type": "tool_call"})
    if type(kind) is str and kind != "function":
        return parts_of({"name": kind, **value, "type": "tool_call"})
    return parts_of({**value, "type": "function"})


def _structured(part: Part) -> Part:
    """A model's answer that is JSON as a whole is structured output."""
    if part["type"] != "text" or part["text"][:1] not in ("{", "["):
        return part
    value = container(part["text"])
    is_data = isinstance(value, dict) or (
        isinstance(value, list) and any(isinstance(each, dict | list) for each in value)
    )
    if not is_data:
        return part
    made = {"type": "json", "value": value}
    return {**made, "extra": part["extra"]} if "extra" in part else made
