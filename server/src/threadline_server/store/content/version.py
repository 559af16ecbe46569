"""Turn two versions of one span into the one that stands, whichever came first."""

from __future__ import annotations

import hashlib
from typing import Any

from threadline_server.model.attributes import to_json
from threadline_server.model.span import DecodedSpan, Span


def content_hash(span: DecodedSpan) -> bytes:
    """A hash of all that was sent of a span: it orders versions between which nothing else decides
    (design rule 10), and is computed only then.
    """
    said: list[Any] = [
        span.name,
        span.parent_span_id,
        span.start_ns,
        span.end_ns,
        span.kind,
        span.status_code,
        span.status_message,
        span.trace_state,
        [span.scope.name, span.scope.version, span.scope.attributes],
        span.resource.attributes,
        span.attributes,
        [[event.name, event.time_ns, event.attributes] for event in span.events],
        [[link.trace_id, link.span_id, link.attributes] for link in span.links],
    ]
    return hashlib.blake2b(to_json(said), digest_size=16).digest()


def later(one: Span, other: Span) -> Span:
    """Of two versions of one span the one that stands; the first of two that are the same."""
    if one.version != other.version:
        return one if one.version > other.version else other
    return one if content_hash(one.decoded) >= content_hash(other.decoded) else other
