"""Turn one message of any provider's shape into a canonical message of typed parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from threadline_server.model.span import Message
from threadline_server.normalize.json_text import parsed

Part = dict[str, Any]

ROLES = {
    "human": "user",
    "ai": "assistant",
    "model": "assistant",
    "developer": "system",
    "function": "tool",
}
"""Roles that some providers call otherwise."""


def _text(text: Any) -> Part:
    if isinstance(text, str):
        return {"type": "text", "text": text}
    return {"type": "other", "value": text}


def _arguments(value: Any) -> Any:
    return parsed(value) if isinstance(value, str) else value


def _tool_call(identity: Any, name: Any, arguments: Any) -> Part:
    return {
        "type": "tool_call",
        "id": identity if isinstance(identity, str) else None,
        "name": name if isinstance(name, str) else None,
        "arguments": _arguments(arguments),
    }


def _tool_result(identity: Any, result: Any) -> Part:
    return {
        "type": "tool_result",
        "id": identity if isinstance(identity, str) else None,
        "result": _arguments(result),
    }


def _image(media_type: Any, data: Any, url: Any) -> Part:
    return {
        "type": "image",
        "media_type": media_type if isinstance(media_type, str) else None,
        "data": data if isinstance(data, str) else None,
        "url": url if isinstance(url, str) else None,
    }


def _image_of_url(url: Any) -> Part:
    """A data URL carries its image; any other URL only names it."""
    if isinstance(url, str) and url.startswith("data:") and "," in url:
        head, data = url[5:].split(",", 1)
        if head.endswith(";base64"):
            return _image(head.removesuffix(";base64"), data, None)
    return _image(None, None, url)


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _anthropic_image(part: Part) -> Part:
    source = _object(part.get("source"))
    return _image(source.get("media_type"), source.get("data"), source.get("url"))


def _openai_image(part: Part) -> Part:
    image = part.get("image_url", part.get("url"))
    return _image_of_url(image.get("url") if isinstance(image, dict) else image)


BY_TYPE: dict[str, Callable[[Part], Part]] = {
    "text": lambda part: _text(part.get("text", part.get("content"))),
    "input_text": lambda part: _text(part.get("text")),
    "output_text": lambda part: _text(part.get("text")),
    "refusal": lambda part: _text(part.get("refusal", part.get("text"))),
    "thinking": lambda part: {"type": "reasoning", "text": str(part.get("thinking", ""))},
    "reasoning": lambda part: {
        "type": "reasoning",
        "text": str(part.get("content") or part.get("text") or part.get("reasoning") or ""),
    },
    "tool_use": lambda part: _tool_call(part.get("id"), part.get("name"), part.get("input")),
    "tool_call": lambda part: _tool_call(
        part.get("id"), part.get("name"), part.get("arguments", part.get("args"))
    ),
    "tool-call": lambda part: _tool_call(
        part.get("toolCallId"), part.get("toolName"), part.get("input", part.get("args"))
    ),
    "function_call": lambda part: _tool_call(
        part.get("call_id", part.get("id")), part.get("name"), part.get("arguments")
    ),
    "tool_result": lambda part: _tool_result(part.get("tool_use_id"), part.get("content")),
    "tool-result": lambda part: _tool_result(
        part.get("toolCallId"), part.get("output", part.get("result"))
    ),
    "tool_call_response": lambda part: _tool_result(
        part.get("id"), part.get("result", part.get("response"))
    ),
    "function_call_output": lambda part: _tool_result(part.get("call_id"), part.get("output")),
    "image": lambda part: (
        _anthropic_image(part) if "source" in part else _image_of_url(part.get("image"))
    ),
    "image_url": _openai_image,
    "input_image": _openai_image,
    "blob": lambda part: _image(
        part.get("mime_type", part.get("media_type")), part.get("content", part.get("data")), None
    ),
    "uri": lambda part: _image_of_url(part.get("uri")),
}
"""How each provider's kind of part becomes one of ours."""


def _gemini_part(part: Part) -> Part:
    """Parts of Gemini name their kind by their only key."""
    if "text" in part:
        return _text(part["text"])
    for key in ("function_call", "functionCall"):
        if key in part:
            call = _object(part[key])
            return _tool_call(call.get("id"), call.get("name"), call.get("args"))
    for key in ("function_response", "functionResponse"):
        if key in part:
            answer = _object(part[key])
            return _tool_result(answer.get("id"), answer.get("response"))
    for key in ("inline_data", "inlineData"):
        if key in part:
            blob = _object(part[key])
            return _image(blob.get("mime_type", blob.get("mimeType")), blob.get("data"), None)
    return {"type": "other", "value": part}


def part(value: Any) -> Part:
    """One canonical part; what is not understood comes back as it came, under `other`."""
    if isinstance(value, str):
        return _text(value)
    if not isinstance(value, dict):
        return {"type": "other", "value": value}
    reader = BY_TYPE.get(value["type"]) if isinstance(value.get("type"), str) else None
    return reader(value) if reader is not None else _gemini_part(value)


def _content_parts(content: Any) -> list[Part]:
    if content is None:
        return []
    if isinstance(content, str):
        inner = parsed(content) if content[:2] in ("[{", '["') else content
        if isinstance(inner, list) and all(
            isinstance(item, dict) and "type" in item for item in inner
        ):
            return [part(item) for item in inner]
        return [_text(content)]
    if isinstance(content, list):
        return [part(item) for item in content]
    return [part(content)]


def _openai_tool_calls(calls: Any) -> list[Part]:
    parts = []
    for call in calls if isinstance(calls, list) else ():
        made = _object(call)
        function = _object(made.get("function")) or made
        parts.append(_tool_call(made.get("id"), function.get("name"), function.get("arguments")))
    return parts


def _of_responses_item(item: dict[str, Any]) -> Message | None:
    """Items of OpenAI's Responses that carry no role of their own."""
    kind = item.get("type")
    if kind == "function_call":
        return Message("assistant", [part(item)])
    if kind == "function_call_output":
        return Message("tool", [part(item)])
    if kind == "reasoning" and "role" not in item:
        summary = item.get("summary") or item.get("content") or []
        texts = [_object(entry).get("text") for entry in summary if isinstance(entry, dict)]
        text = "\n".join(text for text in texts if isinstance(text, str))
        return Message("assistant", [{"type": "reasoning", "text": text}])
    return None


def message(value: Any) -> Message | None:
    """One canonical message, or None where the value is no message at all."""
    if not isinstance(value, dict):
        return None
    if (item := _of_responses_item(value)) is not None:
        return item
    if isinstance(value.get("message"), dict) and "role" not in value:
        value = value["message"]
    role = value.get("role")
    if not isinstance(role, str):
        return None
    role = ROLES.get(role.lower(), role.lower())
    reasoning = value.get("reasoning_content") or value.get("reasoning")
    parts: list[Part] = []
    if isinstance(reasoning, str) and reasoning:
        parts.append({"type": "reasoning", "text": reasoning})
    content = _content_parts(value.get("content", value.get("parts")))
    call_id = value.get("tool_call_id")
    if role == "tool" and not any(item["type"] == "tool_result" for item in content):
        result = value.get("content")
        parts.append(_tool_result(call_id, result))
    else:
        parts.extend(content)
    parts.extend(_openai_tool_calls(value.get("tool_calls")))
    return Message(role, parts)
