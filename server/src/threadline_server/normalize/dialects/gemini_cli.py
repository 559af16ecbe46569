"""Read how Gemini CLI and what is built on it put a tool's call among the keys of messages."""

from __future__ import annotations

from typing import Any

from threadline_server.model.attributes import AttributeValue
from threadline_server.normalize.dialects.dialect import Dialect
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.source import fields, named


def _request(value: AttributeValue) -> Any:
    """The arguments of a tool's call, which stands where other spans have messages."""
    if not isinstance(value, str) or not value.startswith('{"callId"'):
        return None
    return (fields(value) or {}).get("args")


def _answer(value: AttributeValue) -> Any:
    """What the tool gave to the model, or else what was shown of it."""
    if not isinstance(value, str) or not value.startswith('{"status"'):
        return None
    response = (fields(value) or {}).get("response")
    if not isinstance(response, dict):
        return None
    parts = response.get("responseParts")
    for part in parts if isinstance(parts, list) else ():
        inner = part.get("functionResponse") if isinstance(part, dict) else None
        if isinstance(inner, dict) and isinstance(given := inner.get("response"), dict):
            return given.get("output", given)
    return response.get("resultDisplay")


GEMINI_CLI = Dialect(
    name="gemini_cli",
    title="Gemini CLI",
    sources=(
        *named(Meaning.TOOL_CALL_ID, "gen_ai.tool.call_id"),
        *named(Meaning.INPUT, "gen_ai.input.messages", read=_request),
        *named(Meaning.OUTPUT, "gen_ai.output.messages", read=_answer),
    ),
)
