"""Read what Logfire and Pydantic AI write beside the GenAI conventions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from threadline_server.model.attributes import Attributes, AttributeValue
from threadline_server.model.span import Message, SpanType
from threadline_server.normalize.dialects.dialect import Dialect
from threadline_server.normalize.json_text import parsed
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.messages import messages_of, of_attribute
from threadline_server.normalize.source import carrying, charged, fields, named, texts

_ALL = ("pydantic_ai.all_messages", "all_messages")
_EVENTS = ("events", "all_messages_events")


def _events(value: AttributeValue) -> list[Any] | None:
    """A list of events, of which each tells its name or who speaks."""
    inner = parsed(value) if isinstance(value, str) else value
    if not isinstance(inner, list) or not inner:
        return None
    told = all(isinstance(row, dict) and ("event.name" in row or "role" in row) for row in inner)
    return inner if told else None


def _row(event: Any) -> Any:
    """An event as a message; that of a tool's answer calls the id of its call `id`."""
    if not isinstance(event, dict) or event.get("role") != "tool" or "tool_call_id" in event:
        return event
    return {"tool_call_id" if name == "id" else name: each for name, each in event.items()}


def _rows(attributes: Attributes) -> list[Any]:
    return next((rows for key in _EVENTS if (rows := _events(attributes.get(key)))), [])


def _is_answer(row: Any) -> bool:
    return isinstance(row, dict) and row.get("event.name") == "gen_ai.choice"


def _all(attributes: Attributes) -> tuple[Sequence[Message], Sequence[Message]]:
    """A whole run as one list: what the last answer is, and all that went before."""
    whole = (found for key in _ALL if (found := of_attribute(attributes.get(key))))
    said = next(whole, None) or _spoken(attributes.get("all_messages_events"))
    return (said[:-1], said[-1:]) if said and said[-1].role == "assistant" else (said, [])


def _spoken(value: AttributeValue) -> Sequence[Message]:
    rows = [_row(event) for event in _events(value) or []]
    return (messages_of(rows) or []) if not any(map(_is_answer, rows)) else []


def _input_messages(attributes: Attributes) -> Sequence[Message] | None:
    """Events that were kept as a list: what was said to the model, its answers left out."""
    if found := _all(attributes)[0]:
        return found
    rows = [_row(event) for event in _rows(attributes) if not _is_answer(event)]
    if (found_rows := messages_of(rows)) is not None:
        return found_rows
    return of_attribute(attributes.get("request_data"))


def _output_messages(attributes: Attributes) -> Sequence[Message] | None:
    if found := _all(attributes)[1]:
        return found
    if (chosen := messages_of([row for row in _rows(attributes) if _is_answer(row)])) is not None:
        return chosen
    return _answer(attributes.get("response_data"))


def _answer(value: AttributeValue) -> Sequence[Message] | None:
    """The message that a provider's answer has beside its usage."""
    inner: Any = parsed(value) if isinstance(value, str) else value
    if isinstance(inner, dict) and isinstance(inner.get("message"), dict):
        inner = {"role": "assistant", **inner["message"]}
    return messages_of(inner) if isinstance(inner, dict | list) else None


def _request(value: AttributeValue) -> Any:
    """The body of a request to a provider, which says what was asked."""
    inner = fields(value) or {}
    return value if any(key in inner for key in ("messages", "input", "contents")) else None


def _is_run(_: AttributeValue) -> SpanType:
    """What carries all that was said is an agent's run, though older versions call it nothing."""
    return "agent"


LOGFIRE = Dialect(
    name="logfire",
    title="Logfire, Pydantic AI",
    sources=(
        *named(Meaning.OPERATION, *_ALL, "all_messages_events", read=_is_run),
        *named(Meaning.AGENT_NAME, "agent_name"),
        *named(Meaning.REQUEST_MODEL, "model_name"),
        *charged(Meaning.TOTAL_COST, "operation.cost"),
        *carrying(Meaning.INPUT, "tool_arguments", *_ALL),
        *named(Meaning.INPUT, *reversed(_EVENTS), read=_events),
        *carrying(Meaning.INPUT, "prompt"),
        *named(Meaning.INPUT, "request_data", read=_request),
        *carrying(Meaning.OUTPUT, "tool_response", "final_result", "response_data"),
        *named(Meaning.TAGS, "logfire.tags", read=texts),
    ),
    input_messages=_input_messages,
    output_messages=_output_messages,
)
