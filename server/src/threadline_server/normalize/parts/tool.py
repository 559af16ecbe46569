"""Read calls of tools and their results, also of tools that a provider runs itself."""

from __future__ import annotations

from typing import Any

from threadline_server.normalize.parts.fields import (
    Fields,
    Nested,
    Part,
    Reader,
    container,
    put_back,
    take,
    take_object,
    take_text,
)

_CALL_ID = ("call_id", "tool_call_id", "toolCallId", "toolUseId", "tool_use_id", "id")
_NAME = ("name", "tool_name", "toolName", "function_name")
_ARGUMENTS = (
    "arguments", "args", "input", "tool_kwargs", "parameters", "action", "server_tool_call",
)  # fmt: skip
_RESULT = (
    "result", "response", "output", "content", "tool_output", "server_tool_call_response", "error",
    "errorText", "reason",
)  # fmt: skip
_FAILED = ("is_error", "isError")
_NATURE = ("text", "json", "content", "error-text", "error-json", "execution-denied")
"""What the AI SDK says of a result's shape, beside its value."""
_SINGLE = ("text", "image", "input_text", "input_image", "computer_screenshot")
"""Types of a result that is one part and not a list with one in it."""
_PROTOCOL = frozenset({"content", "isError", "structuredContent", "_meta", "meta"})
"""The fields of a result by the Model Context Protocol."""


def tool_call(fields: Fields, _: Nested) -> Part | None:
    """A call: its id, the tool's name and its arguments, which many providers send as JSON text."""
    found = take_object(fields, "function", "custom")
    inner = fields if found is None else found[1]
    identity = take_text(fields, *_CALL_ID)
    name = take_text(inner, *_NAME)
    arguments = take(inner, *_ARGUMENTS)
    if found is not None:
        put_back(fields, found[0], inner)
    if name is None and arguments is None and identity is None:
        return None
    return {"type": "tool_call", "id": identity, "name": name, "arguments": container(arguments)}


def tool_result(fields: Fields, nested: Nested) -> Part | None:
    """What a tool answered."""
    if (origin := take_object(fields, "origin")) is not None:
        _take_origin(fields, origin[1])
    identity = take_text(fields, *_CALL_ID)
    name = take_text(fields, *_NAME)
    failed = _failure(fields)
    named = next((each for each in _RESULT if fields.get(each) is not None), None)
    if named is None and identity is None and name is None:
        return None
    part: Part = {"type": "tool_result", "id": identity}
    if name is not None:
        part["name"] = name
    answered(part, None if named is None else fields.pop(named), nested)
    if failed or named in ("error", "errorText"):
        part["error"] = True
    return part


def _take_origin(fields: Fields, origin: Fields) -> None:
    """Haystack keeps the whole call with its result; the call itself has its arguments."""
    for name in ("id", "tool_name"):
        if name not in fields and type(origin.get(name)) is str:
            fields[name] = origin.pop(name)
    put_back(fields, "origin", origin)


def _failure(fields: Fields) -> bool:
    for name in _FAILED:
        if isinstance(fields.get(name), bool):
            return bool(fields.pop(name))
    if isinstance(stated := fields.get("error"), bool):
        del fields["error"]
        return stated
    if (status := fields.get("status")) in ("error", "success"):
        del fields["status"]
        return bool(status == "error")
    return False


def answered(part: Part, value: Any, nested: Nested) -> None:
    """Put a result into its part: as one value where it is one, else as the parts it came in."""
    value = container(value)
    if isinstance(value, dict):
        if value.get("type") in _NATURE and not set(value) - {"type", "value", "reason"}:
            if str(value["type"]).startswith(("error", "execution")):
                part["error"] = True
            value = container(value.get("value", value.get("reason")))
        elif isinstance(value.get("content"), list) and not set(value) - _PROTOCOL:
            if value.get("isError") is True:
                part["error"] = True
            beside = {key: value[key] for key in value if key not in ("content", "isError")}
            if beside := {key: each for key, each in beside.items() if each is not None}:
                part["extra"] = beside
            value = value["content"]
        elif value.get("type") in _SINGLE:
            value = [value]
    if isinstance(value, list) and value and (parts := _as_parts(value, nested)) is not None:
        if len(parts) == 1 and parts[0]["type"] in ("text", "json") and len(parts[0]) == 2:
            only = parts[0]
            part["result"] = container(only["text"]) if only["type"] == "text" else only["value"]
            return
        part["result"] = None
        part["parts"] = parts
        return
    part["result"] = value


def _as_parts(value: list[Any], nested: Nested) -> list[Part] | None:
    """The parts of a result; None where it is data that only looks like them."""
    if not all(type(each) is dict for each in value):
        return None
    parts = nested(value)
    for part in parts:
        if part["type"] == "other":
            return None
    plain = all("type" in each for each in value)
    return parts if plain or not any("extra" in part for part in parts) else None


def function_response(fields: Fields, nested: Nested) -> Part | None:
    """Gemini's answer, always an object: what is no object stands under `result` or `output`."""
    response = fields.get("response")
    if isinstance(response, dict) and len(response) == 1:
        name, value = next(iter(response.items()))
        if name in ("result", "output", "error"):
            fields["response"] = value
            if name == "error":
                fields["is_error"] = True
    return tool_result(fields, nested)


def executable_code(fields: Fields, _: Nested) -> Part | None:
    """Code that Gemini writes and runs itself."""
    code = take_text(fields, "code")
    if code is None:
        return None
    arguments: Fields = {"code": code}
    if (language := take_text(fields, "language")) is not None:
        arguments = {"language": language, "code": code}
    identity = take_text(fields, "id")
    return {
        "type": "tool_call",
        "id": identity,
        "name": "code_execution",
        "arguments": arguments,
    }


def code_result(fields: Fields, _: Nested) -> Part | None:
    """What Gemini's own code gave; its outcome is left beside it."""
    output = take_text(fields, "output")
    part: Part = {
        "type": "tool_result",
        "id": take_text(fields, "id"),
        "name": "code_execution",
        "result": output,
    }
    outcome = fields.get("outcome")
    if isinstance(outcome, str) and outcome.upper().endswith("OK"):
        del fields["outcome"]
    elif outcome is not None:
        part["error"] = True
    return part if output is not None or outcome is not None else None


def called_and_answered(kind: str) -> Reader:
    """A call with its result beside it, as the AI SDK keeps them for the page that shows them."""

    def read(fields: Fields, nested: Nested) -> Part | list[Part] | None:
        if kind.startswith("tool-") and "toolName" not in fields:
            fields["toolName"] = kind.removeprefix("tool-")
        outcome = {
            name: fields.pop(name)
            for name in ("output", "result", "errorText")
            if fields.get(name) is not None
        }
        call = tool_call(fields, nested)
        if not outcome or call is None:
            return call
        answer = tool_result(outcome, nested)
        fields.update(outcome)
        if answer is None:
            return call
        return [call, {**answer, "id": call["id"], "name": call["name"]}]

    return read
