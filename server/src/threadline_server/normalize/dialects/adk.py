"""Read what Google's Agent Development Kit writes under `gcp.vertex.agent.*` beside GenAI's keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from threadline_server.model.attributes import Attributes, AttributeValue
from threadline_server.model.span import Message
from threadline_server.normalize.dialects.dialect import Dialect
from threadline_server.normalize.json_text import parsed
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.messages import messages_of
from threadline_server.normalize.source import fields, named

_REQUEST = "gcp.vertex.agent.llm_request"
_RESPONSE = "gcp.vertex.agent.llm_response"
_DATA = "gcp.vertex.agent.data"
_EMPTY = ("", "{}", "N/A", "<not serializable>", "<not specified>")


def _said(value: AttributeValue) -> AttributeValue:
    """A payload; None for what the kit writes where it has none to write."""
    if isinstance(value, str):
        return None if value in _EMPTY else value
    return value or None


def _instructions(value: AttributeValue) -> Any:
    """The system instruction among a request's settings: text, or a content with parts."""
    config = (fields(value) or {}).get("config")
    return (config.get("system_instruction") or None) if isinstance(config, dict) else None


def _tools(value: AttributeValue) -> list[Any] | None:
    config = (fields(value) or {}).get("config")
    tools = config.get("tools") if isinstance(config, dict) else None
    return tools if isinstance(tools, list) and tools else None


def _input_messages(attributes: Attributes) -> Sequence[Message] | None:
    request = fields(attributes.get(_REQUEST))
    if request is None:
        sent = attributes.get(_DATA)
        return messages_of(parsed(sent) if isinstance(sent, str) else sent)
    contents = request.get("contents")
    rows = [
        {"role": "user", **row} if isinstance(row, dict) else row
        for row in (contents if isinstance(contents, list) else [])
    ]
    told = _instructions(attributes.get(_REQUEST))
    if isinstance(told, dict):
        rows.insert(0, {**told, "role": "system"})
    elif told is not None:
        rows.insert(0, {"role": "system", "content": told})
    return messages_of(rows)


def _output_messages(attributes: Attributes) -> Sequence[Message] | None:
    content = (fields(attributes.get(_RESPONSE)) or {}).get("content")
    return messages_of({"role": "model", **content}) if isinstance(content, dict) else None


ADK = Dialect(
    name="adk",
    title="Google ADK",
    sources=(
        *named(Meaning.INPUT, "gcp.vertex.agent.tool_call_args", _REQUEST, _DATA, read=_said),
        *named(Meaning.OUTPUT, "gcp.vertex.agent.tool_response", _RESPONSE, read=_said),
        *named(Meaning.SYSTEM_INSTRUCTIONS, _REQUEST, read=_instructions),
        *named(Meaning.TOOL_DEFINITIONS, _REQUEST, read=_tools),
    ),
    input_messages=_input_messages,
    output_messages=_output_messages,
)
