"""Read the items of OpenAI's Responses interface that are no messages.

https://platform.openai.com/docs/api-reference/responses/object
"""

from __future__ import annotations

from typing import Any

from threadline_server.normalize.parts.fields import (
    Fields,
    Nested,
    Part,
    Reader,
    left_of,
    take,
    take_text,
)
from threadline_server.normalize.parts.tool import answered, tool_call, tool_result

_OUTCOME = ("output", "outputs", "results", "result", "error")
_ARGUMENTS = ("arguments", "input", "action")
_BESIDE = ("status", "outcome", "server_label", "created_by")
"""Fields that say something of a call and are no argument of it."""

_ASKED = frozenset({"mcp_approval_response", "item_reference"})
_TOLD = frozenset({"mcp_list_tools", "mcp_approval_request", "compaction"})


def speaker(item: Fields) -> str | None:
    """Who speaks in an item without a role of its own; None where it is no item."""
    kind = item.get("type")
    if type(kind) is not str or "role" in item:
        return None
    if kind == "reasoning" or kind in _TOLD:
        return "assistant"
    if kind in _ASKED:
        return "user"
    if kind.endswith("_call_output"):
        return "tool" if "output" in item else None
    if kind.endswith("_call"):
        named = "call_id" in item or "status" in item or "name" in item
        return "assistant" if named and ("id" in item or "call_id" in item) else None
    return None


def reader(kind: str) -> Reader | None:
    """The reader of an item by its type, also of the types that are not yet thought of."""
    if kind.endswith("_call_output"):
        return tool_result
    if kind.endswith("_call"):
        return _server_call(kind.removesuffix("_call"))
    return None


def _server_call(name: str) -> Reader:
    """A call, and the result where the provider ran the tool itself."""

    def read(fields: Fields, nested: Nested) -> Part | list[Part] | None:
        fields.setdefault("name", name)
        outcome = _outcome(name, fields)
        if not any(each in fields for each in _ARGUMENTS):
            given = {
                each: value
                for each, value in left_of(fields).items()
                if each not in (*_BESIDE, "id", "call_id", "name")
            }
            for each in given:
                del fields[each]
            fields["arguments"] = given or None
        call = tool_call(fields, nested)
        if call is None or outcome is None:
            return call
        result: Part = {"type": "tool_result", "id": call["id"], "name": call["name"]}
        answered(result, outcome[1], nested)
        if outcome[0] == "error":
            result["error"] = True
        return [call, result]

    return read


def _outcome(name: str, fields: Fields) -> tuple[str, Any] | None:
    for key in _OUTCOME:
        if fields.get(key) is None:
            continue
        if name == "image_generation" and (drawn := take_text(fields, key)) is not None:
            media_type = f"image/{take_text(fields, 'output_format') or 'png'}"
            return key, [{"type": "image", "media_type": media_type, "data": drawn}]
        return key, take(fields, key)
    return None
