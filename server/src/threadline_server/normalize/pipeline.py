"""Turn decoded spans into canonical spans: one pure reader per field, none of which may fail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from threadline_server.model.attributes import Attributes
from threadline_server.model.span import (
    Carried,
    DecodedSpan,
    Event,
    Message,
    Previews,
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
from threadline_server.normalize.preview import messages_preview, preview, shortened
from threadline_server.normalize.prices.table import PriceTable
from threadline_server.normalize.reading import Reading, read
from threadline_server.normalize.repair import repaired_times
from threadline_server.normalize.session import identity_of
from threadline_server.normalize.spoken_events import Spoken, spoken

NORMALIZER_VERSION = 2
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


def carried(
    attributes: Attributes, kind: SpanType, events: Sequence[Event] = (), start_ns: int = 0
) -> Carried:
    """What a stored span carries, read by today's rules; `start_ns` is when it started."""
    reading = read(attributes)
    given, got = input_payload(attributes, reading), output_payload(attributes, reading)
    heard = _heard(attributes, reading, events, speaks=kind in ("llm", "agent"))
    if kind == "llm":
        heard.asked = heard.asked or _in_words(given, "user")
        heard.answered = heard.answered or _in_words(got, "assistant")
    return Carried(
        input=None if given is None else _value(given),
        output=None if got is None else _value(got),
        input_key=None if given is None else given[0],
        output_key=None if got is None else got[0],
        input_messages=heard.asked,
        output_messages=heard.answered,
        time_to_first_token_ns=time_to_first_token_ns(reading, start_ns),
        tool_definitions=tool_definitions(attributes, reading, events),
        system_instructions=system_instructions(reading, events),
    )


def _in_words(payload: Payload | None, role: str) -> list[Message]:
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
    return "error" if any(event.name == "exception" for event in span.events) else "unset"


def _status_message(span: DecodedSpan, reading: Reading) -> str:
    if span.status_message:
        return span.status_message
    for event in span.events:
        if event.name == "exception" and span.status_code != 1:
            kind = event.attributes.get("exception.type")
            said = event.attributes.get("exception.message")
            return ": ".join(text for text in (kind, said) if isinstance(text, str) and text)
    return reading[Meaning.SEVERITY_TEXT] or ""


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


def _merged_metadata(reading: Reading) -> Attributes:
    merged: Attributes = {}
    for said in reading.all(Meaning.METADATA):
        for key, value in said.items():
            merged.setdefault(key, value)
    return merged


def _merged_tags(reading: Reading) -> list[str]:
    return list(dict.fromkeys(tag for tags in reading.all(Meaning.TAGS) for tag in tags))


_MODELS = (Meaning.REQUEST_MODEL, Meaning.RESPONSE_MODEL, Meaning.PROVIDER)
_CALLS = ("llm", "embedding")


def _type(reading: Reading) -> SpanType:
    return span_type(
        reading[Meaning.TYPE],
        reading[Meaning.OPERATION],
        model=any(reading[meaning] is not None for meaning in _MODELS),
    )


def _request_model(kind: SpanType, reading: Reading) -> str | None:
    named: str | None = reading[Meaning.REQUEST_MODEL]
    return reading[Meaning.MODEL_NAME] if named is None and kind in _CALLS else named


def _tool_name(span: DecodedSpan, kind: SpanType, reading: Reading) -> str | None:
    """The tool that a span names; of a tool's span that names none, the span's own name."""
    named: str | None = reading[Meaning.TOOL_NAME]
    if named is None and kind == "tool":
        return reading[Meaning.ENTITY_NAME] or span.name
    return named


def _agent_name(kind: SpanType, reading: Reading) -> str | None:
    named: str | None = reading[Meaning.AGENT_NAME]
    return reading[Meaning.ENTITY_NAME] if named is None and kind == "agent" else named


def _previews(
    attributes: Attributes,
    reading: Reading,
    kind: SpanType,
    events: Sequence[Event],
    texts: tuple[str | None, str | None],
) -> Previews:
    """Lines for lists, from the messages of a model call or else from the `texts` of input and
    output; of other spans events speak only where there is no payload.
    """
    given, got = texts
    result = Previews()
    if kind == "llm":
        heard = _heard(attributes, reading, events, speaks=True)
        result.has_messages = bool(heard.asked or heard.answered)
        said = first_text(heard.asked, "user")
        answer = last_text(heard.answered, "assistant")
        result.first_user = None if said is None else shortened(said)
        result.last_assistant = None if answer is None else shortened(answer)
        result.input = messages_preview(heard.asked, "user")
        result.output = messages_preview(heard.answered, "assistant")
    if result.input is None and given is not None:
        result.input = preview(given, "user")
    if result.output is None and got is not None:
        result.output = preview(got, "assistant")
    if events and kind != "llm" and (result.input is None or result.output is None):
        heard = _heard(attributes, reading, events, speaks=False)
        result.input = result.input or messages_preview(heard.asked, "user")
        result.output = result.output or messages_preview(heard.answered, "assistant")
    return result


def previews(attributes: Attributes, kind: SpanType, events: Sequence[Event]) -> Previews:
    """The previews of a span of which some events came as log records, before it or after it."""
    reading = read(attributes)
    given, got = input_payload(attributes, reading), output_payload(attributes, reading)
    return _previews(
        attributes,
        reading,
        kind,
        events,
        (
            None if given is None else as_text(given[1]),
            None if got is None else as_text(got[1]),
        ),
    )


def _with_texts(span: Span, attributes: Attributes, reading: Reading) -> None:
    """Fill in payloads and previews."""
    carried_in = input_payload(attributes, reading)
    carried_out = output_payload(attributes, reading)
    if carried_in is not None:
        span.input_key, span.input = carried_in[0], as_text(carried_in[1])
    if carried_out is not None:
        span.output_key, span.output = carried_out[0], as_text(carried_out[1])
    events = span.decoded.events
    span.show(_previews(attributes, reading, span.type, events, (span.input, span.output)))


def canonical(span: DecodedSpan, received_ns: int) -> Span:
    """One canonical span; `received_ns` stands in for a start that cannot be true."""
    attributes = span.attributes
    start_ns, end_ns, marks = repaired_times(span, received_ns)
    span_id, parent_span_id, pending = _identity(span)
    reading = read(attributes)
    kind = _type(reading)
    identity = identity_of(span)
    if reading[Meaning.SEVERITY] is not None:
        marks.append("stated_error")
    result = Span(
        decoded=span,
        trace_id=span.trace_id,
        span_id=span_id,
        parent_span_id=parent_span_id,
        name=span.name,
        start_ns=start_ns,
        end_ns=None if pending else end_ns,
        received_ns=received_ns,
        type=kind,
        status=_status(span),
        status_message=_status_message(span, reading),
        session=identity.session,
        user_id=identity.user_id,
        conversation_id=identity.conversation_id,
        agent_name=_agent_name(kind, reading),
        request_model=_request_model(kind, reading),
        response_model=reading[Meaning.RESPONSE_MODEL],
        response_id=reading[Meaning.RESPONSE_ID],
        provider=reading[Meaning.PROVIDER],
        tokens=usage.tokens(reading),
        cost=usage.cost(reading),
        tool_name=_tool_name(span, kind, reading),
        tool_call_id=reading[Meaning.TOOL_CALL_ID],
        tags=_merged_tags(reading),
        metadata=_merged_metadata(reading),
        pending=pending,
        marks=marks,
        attribute_count=len(attributes),
        normalizer_version=NORMALIZER_VERSION,
    )
    _with_texts(result, attributes, reading)
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
