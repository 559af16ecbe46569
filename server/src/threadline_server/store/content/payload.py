"""Turn what a span or a log record carries into one small document and shared texts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from threadline_server.model.attributes import (
    Attributes,
    encodable,
    from_json,
    to_json,
    to_json_text,
)
from threadline_server.model.log_record import DecodedLogRecord
from threadline_server.model.span import DecodedSpan, Event, Link, Resource, Scope
from threadline_server.store.content.template import (
    SHARED_LENGTH,
    Keep,
    Template,
    joined,
    split,
)

Split: TypeAlias = Callable[[str, Keep], Template]

Document: TypeAlias = dict[str, Any]
"""The short values of a span by one letter each: `a` its attributes, `r` the templates of long ones,
`e` its events as name, time, attributes and templates, `l` its links, `h` its head."""


@dataclass(slots=True)
class Payload:
    """What a span carries: a document with the short values, the texts that it refers to, and
    the origin (resource and scope) that it shares with its neighbours.
    """

    document: bytes
    texts: list[str]
    origin: bytes


class _Texts:
    """The long texts of one span, each once."""

    def __init__(self, split: Split) -> None:
        self.indexes: dict[str, int] = {}
        self.split = split

    def keep(self, text: str) -> int:
        return self.indexes.setdefault(text, len(self.indexes))


def _split_attributes(
    attributes: Attributes, texts: _Texts
) -> tuple[Attributes, dict[str, Template]]:
    """Attributes with an empty text in place of each long text, and the templates of these by key."""
    long = [
        (key, value)
        for key, value in attributes.items()
        if type(value) is str and len(value) >= SHARED_LENGTH
    ]
    if not long:
        return attributes, {}
    keep = texts.keep
    templates = {key: texts.split(encodable(value), keep) for key, value in long}
    return attributes | dict.fromkeys(templates, ""), templates


def _joined_attributes(
    short: Attributes, templates: dict[str, Template], texts: list[str]
) -> Attributes:
    return {
        key: joined(templates[key], texts) if key in templates else value
        for key, value in short.items()
    }


def pack(span: DecodedSpan, head: dict[str, Any] | None = None) -> Payload:
    """The payload of a span; `unpack` gives back exactly what was sent. `head` is kept beside it."""
    document, texts = document_of(span, head)
    return Payload(to_json(document), texts, origin_of(span.resource, span.scope))


def document_of(
    span: DecodedSpan, head: dict[str, Any] | None = None, split: Split = split
) -> tuple[Document, list[str]]:
    """The document of a span and the texts to which it refers; `split` may remember
    what it split before.
    """
    texts = _Texts(split)
    document: Document = {} if head is None else {"h": head}
    document["a"], templates = _split_attributes(span.attributes, texts)
    if templates:
        document["r"] = templates
    if span.events:
        document["e"] = [
            [event.name, str(event.time_ns), *_split_attributes(event.attributes, texts)]
            for event in span.events
        ]
    if span.links:
        document["l"] = [[link.trace_id, link.span_id, link.attributes] for link in span.links]
    return document, list(texts.indexes)


def origin_of(resource: Resource, scope: Scope) -> bytes:
    """Who sent a span, as JSON."""
    origin: Attributes = {
        "resource": resource.attributes,
        "scope": [scope.name, scope.version, scope.attributes],
    }
    return to_json(origin)


@dataclass(slots=True)
class Unpacked:
    """What a span carried, as it was sent; `head` is None where none was kept."""

    attributes: Attributes
    events: list[Event]
    links: list[Link]
    resource: Resource
    scope: Scope
    head: dict[str, Any] | None


def unpack(payload: Payload) -> Unpacked:
    """What `pack` was given."""
    document, origin = from_json(payload.document), from_json(payload.origin)
    name, version, attributes = origin["scope"]
    return Unpacked(
        attributes=_joined_attributes(document["a"], document.get("r", {}), payload.texts),
        events=[
            Event(name, int(time_ns), _joined_attributes(short, templates, payload.texts))
            for name, time_ns, short, templates in document.get("e", ())
        ],
        links=[
            Link(trace_id, span_id, inner) for trace_id, span_id, inner in document.get("l", ())
        ],
        resource=Resource(origin["resource"]),
        scope=Scope(name, version, attributes),
        head=document.get("h"),
    )


_BODY = "body"


def pack_record(record: DecodedLogRecord, split: Split = split) -> Payload:
    """The payload of a log record; `unpack_record` gives back what was sent.

    Log records carry messages as lists and objects: these are kept as JSON text, so that the long
    texts within are shared too.
    """
    texts = _Texts(split)
    said = {**{f".{key}": value for key, value in record.attributes.items()}, _BODY: record.body}
    as_text = {
        key: to_json_text(value) for key, value in said.items() if isinstance(value, list | dict)
    }
    long = {key for key, text in as_text.items() if len(text) >= SHARED_LENGTH}
    short, templates = _split_attributes(
        {key: as_text[key] if key in long else value for key, value in said.items()}, texts
    )
    document: dict[str, Any] = {
        "n": record.event_name,
        "a": short,
        "r": templates,
        "j": sorted(long),
    }
    origin = origin_of(record.resource, record.scope)
    return Payload(to_json(document), list(texts.indexes), origin)


def unpack_record(payload: Payload, time_ns: int) -> Event:
    """The event of a span that a log record became."""
    document = from_json(payload.document)
    said = _joined_attributes(document["a"], document["r"], payload.texts)
    for key in document["j"]:
        said[key] = from_json(str(said[key]))
    body = said.pop(_BODY)
    attributes = {key[1:]: value for key, value in said.items()}
    return Event(document["n"], time_ns, attributes, body, logged=True)
