"""Turn one part of a message, in any provider's shape, into canonical parts."""

from __future__ import annotations

from functools import cache
from typing import Any

from threadline_server.normalize.parts import media, responses, text, tool
from threadline_server.normalize.parts.fields import (
    Fields,
    Nested,
    Part,
    Reader,
    other,
    put_back,
    with_extra,
)

NESTING_LIMIT = 16
"""Levels of parts within parts beyond which they are shown as they came."""

_DISCRIMINATORS = ("type", "part_kind", "block_type", "kind")
"""Fields by which one provider or the other names the kind of a part."""

BY_TYPE: dict[str, Reader] = {
    "text": text.text,
    "input_text": text.text,
    "output_text": text.text,
    "summary_text": text.text,
    "text-plain": media.file,
    "system-prompt": text.text,
    "refusal": text.refusal,
    "thinking": text.reasoning,
    "redacted_thinking": text.reasoning,
    "reasoning": text.reasoning,
    "redacted-reasoning": text.reasoning,
    "reasoning_text": text.reasoning,
    "json": text.structured,
    "output_json": text.structured,
    "object": text.structured,
    "tool_use": tool.tool_call,
    "server_tool_use": tool.tool_call,
    "mcp_tool_use": tool.tool_call,
    "tool_call": tool.tool_call,
    "tool-call": tool.tool_call,
    "builtin-tool-call": tool.tool_call,
    "server_tool_call": tool.tool_call,
    "function": tool.tool_call,
    "function_call": tool.tool_call,
    "custom_tool_call": tool.tool_call,
    "tool_result": tool.tool_result,
    "tool-result": tool.tool_result,
    "tool-error": tool.tool_result,
    "tool-return": tool.tool_result,
    "builtin-tool-return": tool.tool_result,
    "retry-prompt": tool.tool_result,
    "tool_call_response": tool.tool_result,
    "server_tool_call_response": tool.tool_result,
    "server_tool_result": tool.tool_result,
    "function_call_output": tool.tool_result,
    "custom_tool_call_output": tool.tool_result,
    "mcp_tool_result": tool.tool_result,
    "image": media.image,
    "image_url": media.image,
    "image-url": media.image,
    "input_image": media.image,
    "output_image": media.image,
    "computer_screenshot": media.image,
    "audio": media.audio,
    "audio_url": media.audio,
    "audio-url": media.audio,
    "input_audio": media.audio,
    "output_audio": media.audio,
    "video": media.video,
    "video_url": media.video,
    "video-url": media.video,
    "file": media.file,
    "input_file": media.file,
    "file-url": media.file,
    "document": media.file,
    "document_url": media.file,
    "document-url": media.file,
    "binary": media.file,
    "blob": media.file,
    "uri": media.file,
    "media": media.file,
}
"""How each provider's type of part becomes one of ours."""

BY_KEY: dict[str, Reader] = {
    "functionCall": tool.tool_call,
    "function_call": tool.tool_call,
    "toolUse": tool.tool_call,
    "tool_call": tool.tool_call,
    "functionResponse": tool.function_response,
    "function_response": tool.function_response,
    "toolResult": tool.tool_result,
    "tool_call_result": tool.tool_result,
    "executableCode": tool.executable_code,
    "executable_code": tool.executable_code,
    "codeExecutionResult": tool.code_result,
    "code_execution_result": tool.code_result,
    "reasoningContent": text.reasoning_content,
    "reasoning": text.reasoning,
    "inlineData": media.file,
    "inline_data": media.file,
    "fileData": media.file,
    "file_data": media.file,
    "image": media.image,
    "audio": media.audio,
    "document": media.file,
    "video": media.video,
    "file": media.file,
}
"""Parts of Gemini, Bedrock and Haystack have no type; the key that holds them names it."""


def parts_of(value: Any, depth: int = NESTING_LIMIT) -> list[Part]:
    """The canonical parts of one part; what is not understood comes back as it came, as `other`."""
    if type(value) is str:
        return [text.said(value)]
    if type(value) is not dict:
        return [other(value)]
    kind = value.get("type")
    if kind == "text" and len(value) == 2:
        said = value.get("text", value.get("content"))
        if type(said) is str:
            return [{"type": "text", "text": said}]
    made = _read(value, kind, _nested(depth))
    return [other(value)] if made is None else made


def parts_of_all(values: list[Any], depth: int = NESTING_LIMIT) -> list[Part]:
    """The canonical parts of a list of parts."""
    return [made for value in values for made in parts_of(value, depth)]


@cache
def _nested(depth: int) -> Nested:
    def read(value: Any) -> list[Part]:
        values = value if type(value) is list else [value]
        if depth <= 1:
            return [other(each) for each in values]
        return parts_of_all(values, depth - 1)

    return read


def _read(value: Fields, kind: Any, nested: Nested) -> list[Part] | None:
    if type(kind) is str:
        return _read_by(value, "type", kind, nested)
    for discriminator in _DISCRIMINATORS[1:]:
        named = value.get(discriminator)
        if type(named) is str and (made := _read_by(value, discriminator, named, nested)):
            return made
    return None if kind is not None else _read_by_key(value, nested)


def _reader(kind: str, value: Fields) -> Reader | None:
    if (reader := BY_TYPE.get(kind)) is not None:
        return reader
    if kind.endswith("_tool_result"):
        return tool.tool_result
    if "toolCallId" in value and (kind.startswith("tool-") or kind == "dynamic-tool"):
        return tool.called_and_answered(kind)
    return responses.reader(kind) if responses.speaker(value) is not None else None


def _read_by(value: Fields, discriminator: str, kind: str, nested: Nested) -> list[Part] | None:
    reader = _reader(kind, value)
    if reader is None:
        return None
    fields = dict(value)
    del fields[discriminator]
    return _finished(reader(fields, nested), fields)


def _read_by_key(value: Fields, nested: Nested) -> list[Part] | None:
    fields = dict(value)
    if type(fields.get("text")) is str:
        thought = fields.get("thought")
        if isinstance(thought, bool):
            del fields["thought"]
        words = fields.pop("text")
        made = {"type": "reasoning", "text": words} if thought is True else text.said(words)
        return _finished(made, fields)
    if "json" in fields:
        return _finished(text.structured(fields, nested), fields)
    for key, reader in BY_KEY.items():
        if type(held := value.get(key)) is not dict:
            continue
        inner = dict(held)
        found = reader(inner, nested)
        put_back(fields, key, inner)
        return _finished(found, fields)
    return None


def _finished(made: Part | list[Part] | None, fields: Fields) -> list[Part] | None:
    """The parts as a list, the first of them with what is left of the fields."""
    if made is None:
        return None
    found = made if isinstance(made, list) else [made]
    with_extra(found[0], fields)
    return found
