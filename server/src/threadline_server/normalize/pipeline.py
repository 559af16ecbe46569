"""Turn decoded spans into canonical spans: one pure reader per field, none of which may fail."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from threadline_server.model.attributes import Attributes
from threadline_server.model.previews import NO_PREVIEWS, Previews, beginning
from threadline_server.model.span import (
    Carried,
    DecodedSpan,
    Event,
    Message,
    Span,
    SpanType,
    Status,
)
from threadline_server.normalize import usage
from threadline_server.normalize.dialects.dialect import Payload
from threadline_server.normalize.json_text import as_text, parsed
from threadline_server.normalize.kind import span_type
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.messages import first_text, last_text, of_attribute
from threadline_server.normalize.offered import (
    system_instructions,
    time_to_first_token_ns,
    tool_definitions,
)
from threadline_server.normalize.payload import (
    input_messages,
    input_payload,
    output_messages,
    output_payload,
)
from threadline_server.normalize.preview import messages_preview, preview
from threadline_server.normalize.prices.table import PriceTable
from threadline_server.normalize.reading import Reading, read
from threadline_server.normalize.repair import repaired_times
from threadline_server.normalize.session import identity as identified
from threadline_server.normalize.spoken_events import Spoken, spoken
from threadline_server.normalize.tool_events import tool_payloads

NORMALIZER_VERSION = 4
"""Raised whenever the same attributes would give another canonical span."""


def _heard(
    attributes: Attributes, reading: Reading, events: Sequence[Event], *, speaks: bool
) -> Spoken:
    """The messages of a span, each side from the first that has some: its attributes, where a model
    may have spoken, its own events, and then those that came as log records.
    """
    asked = input_messages(attributes, reading) if speaks else []
    answered = output_messages(attributes, reading) if speaks else []
    if events and not (asked and answered):
        for logged in (False, True):
            said = spoken([event for event in events if event.logged is logged])
            asked, answered = asked or said.asked, answered or said.answered
    return Spoken(asked, answered)


def _payloads(
    attributes: Attributes, reading: Reading, kind: SpanType, events: Sequence[Event]
) -> tuple[Payload | None, Payload | None]:
    """Input and output; a tool's may be told by events of its span."""
    given, got = input_payload(attributes, reading), output_payload(attributes, reading)
    if kind == "tool" and events and (given is None or got is None):
        arguments, result = tool_payloads(events)
        given, got = given or arguments, got or result
    return given, got


def carried(
    attributes: Attributes, kind: SpanType, events: Sequence[Event] = (), start_ns: int = 0
) -> Carried:
    """What a stored span carries, read by today's rules; `start_ns` is when it started."""
    reading = read(attributes)
    given, got = _payloads(attributes, reading, kind, events)
    heard = _heard(attributes, reading, events, speaks=kind in ("llm", "agent"))
    if kind == "tool":
        heard = Spoken()  # what its events say is its arguments and its result
    if kind == "llm":
        heard.asked = heard.asked or _in_words(given, "user")
        heard.answered = heard.answered or _in_words(got, "assistant")
    return Carried(
        input=None if given is None else _value(given),
        output=None if got is None else _value(got),
        input_key=None if given is None else given[0],
        output_key=None if got is None else got[0],
        input_messages=list(heard.asked),
        output_messages=list(heard.answered),
        time_to_first_token_ns=time_to_first_token_ns(reading, start_ns),
        tool_definitions=tool_definitions(attributes, reading, events),
        system_instructions=system_instructions(reading, events),
    )


def _in_words(payload: Payload | None, role: str) -> Sequence[Message]:
    """A model's plain text, or list of texts, as what its speaker says."""
    return [] if payload is None else of_attribute(payload[1], role) or []


def _value(payload: Payload) -> Any:
    return parsed(payload[1]) if isinstance(payload[1], str) else payload[1]


def _status(span: DecodedSpan) -> Status:
    """Design rule 6: ERROR, or an exception event while the status is unset."""
    if span.status_code == 2:
        return "error"
    if span.status_code == 1:
        return "ok"
    if span.events and any(event.name == "exception" for event in span.events):
        return "error"
    return "unset"


_SEVERITY_TEXT = int(Meaning.SEVERITY_TEXT)


def _status_message(span: DecodedSpan, reading: Reading) -> str:
    if span.status_message:
        return span.status_message
    for event in span.events:
        if event.name == "exception" and span.status_code != 1:
            kind = event.attributes.get("exception.type")
            said = event.attributes.get("exception.message")
            return ": ".join(text for text in (kind, said) if isinstance(text, str) and text)
    return reading.values[_SEVERITY_TEXT] or ""


def _identity(span: DecodedSpan) -> tuple[str, str | None, bool]:
    """Span id, parent id and whether it only announces a span (design rule 10).

    Logfire sends a span of its own ahead of each one it starts, as child of the announced span
    and with that span's real parent beside it; here it takes the place of the announced span.
    """
    if span.attributes.get("logfire.span_type") != "pending_span" or span.parent_span_id is None:
        return span.span_id, span.parent_span_id, False
    parent = span.attributes.get("logfire.pending_parent_id")
    known = isinstance(parent, str) and parent.strip("0") != ""
    return span.parent_span_id, str(parent) if known else None, True


_CALLS = ("llm", "embedding")

_TOLD = itemgetter(
    Meaning.TYPE,
    Meaning.OPERATION,
    Meaning.AGENT_NAME,
    Meaning.REQUEST_MODEL,
    Meaning.RESPONSE_MODEL,
    Meaning.RESPONSE_ID,
    Meaning.PROVIDER,
    Meaning.TOOL_NAME,
    Meaning.TOOL_CALL_ID,
    Meaning.ENTITY_NAME,
    Meaning.MODEL_NAME,
    Meaning.SEVERITY,
)
"""One step for what `canonical` takes from every span's reading."""


def _previews(
    attributes: Attributes, reading: Reading, kind: SpanType, events: Sequence[Event]
) -> Previews:
    """Lines for lists, from the messages of a model call or else from input and output; of other
    spans events speak only where there is no payload.
    """
    line_in, line_out, asked, answered, has_messages = NO_PREVIEWS
    if kind == "llm":
        heard, (*_, asked, answered, has_messages) = _said(attributes, reading, events)
        line_in = messages_preview(heard.asked, "user")
        line_out = messages_preview(heard.answered, "assistant")
    if line_in is None or line_out is None:
        given, got = _payloads(attributes, reading, kind, events)
        if line_in is None and given is not None:
            line_in = preview(as_text(given[1]), "user")
        if line_out is None and got is not None:
            line_out = preview(as_text(got[1]), "assistant")
    if events and kind != "llm" and (line_in is None or line_out is None):
        heard = _heard(attributes, reading, events, speaks=False)
        line_in = line_in or messages_preview(heard.asked, "user")
        line_out = line_out or messages_preview(heard.answered, "assistant")
    return Previews(line_in, line_out, asked, answered, has_messages)


def _said(
    attributes: Attributes, reading: Reading, events: Sequence[Event]
) -> tuple[Spoken, Previews]:
    """The messages of a model call, and what they show but for input and output."""
    heard = _heard(attributes, reading, events, speaks=True)
    asked, answered = heard.asked, heard.answered
    said = first_text(asked, "user") if asked else None
    answer = last_text(answered, "assistant") if answered else None
    return heard, Previews(
        None,
        None,
        None if said is None else beginning(said),
        None if answer is None else beginning(answer),
        bool(asked or answered),
    )


def previews(attributes: Attributes, kind: SpanType, events: Sequence[Event]) -> Previews:
    """The previews of a span, of which some events may have come as log records."""
    return _previews(attributes, read(attributes), kind, events)


def canonical(span: DecodedSpan, received_ns: int) -> Span:
    """One canonical span; `received_ns` stands in for a start that cannot be true."""
    attributes = span.attributes
    start_ns, end_ns, marks = repaired_times(span, received_ns)
    span_id, parent_span_id, pending = _identity(span)
    reading = read(attributes)
    (
        stated,
        operation,
        agent_name,
        request_model,
        response_model,
        response_id,
        provider,
        tool_name,
        tool_call_id,
        entity_name,
        model_name,
        severity,
    ) = _TOLD(reading.values)
    names_model = not (request_model is None and response_model is None and provider is None)
    kind = span_type(stated, operation, model=names_model)
    if agent_name is None and kind == "agent":
        agent_name = entity_name
    if request_model is None and kind in _CALLS:
        request_model = model_name
    if tool_name is None and kind == "tool":
        tool_name = entity_name or span.name
    if severity is not None:
        marks.append("stated_error")
    plan = reading.plan
    identity = identified(span, plan.naming)
    # By position, which is half the work of names: these are the fields of Span in their order.
    result = Span(
        span,
        span.trace_id,
        span_id,
        parent_span_id,
        span.name,
        start_ns,
        None if pending else end_ns,
        received_ns,
        kind,
        _status(span),
        _status_message(span, reading),
        identity.session,
        identity.user_id,
        identity.conversation_id,
        agent_name,
        request_model,
        response_model,
        response_id,
        provider,
        usage.tokens(reading),
        usage.cost(reading),
        tool_name,
        tool_call_id,
        reading.tags() if plan.tags else [],
        reading.metadata() if plan.metadata or plan.entries else {},
        NO_PREVIEWS,
        pending,
        marks,
        len(attributes),
        NORMALIZER_VERSION,
    )
    if parent_span_id is None:
        result.previews = _previews(attributes, reading, kind, span.events)
    elif kind == "llm":
        result.previews = _said(attributes, reading, span.events)[1]
    return result


def normalize(
    spans: list[DecodedSpan], received_ns: int, prices: PriceTable | None = None
) -> list[Span]:
    """Canonical spans in the order of `spans`; those that report tokens and no cost get one
    computed, where there are prices.
    """
    result = [canonical(span, received_ns) for span in spans]
    if prices is not None:
        for span in result:
            prices.apply(span)
    return result
