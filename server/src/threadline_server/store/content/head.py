"""Turn what a span's row leaves out of what was sent into a few values, and both back into the span."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from threadline_server.model.attributes import as_sent
from threadline_server.model.span import (
    DecodedSpan,
    Event,
    Link,
    Resource,
    Scope,
    Span,
    Status,
)
from threadline_server.store.content.payload import Unpacked

Head = dict[str, Any]

_CODES: dict[Status, int] = {"unset": 0, "ok": 1, "error": 2}


def head_of(span: Span) -> Head:
    """What the row of a span does not say of what was sent: it has repaired times, the id of the
    span that a pending one stands in for, and a status by our rules. Small where nothing differs.
    """
    sent = span.decoded
    head: Head = {
        "kind": sent.kind,
        "code": sent.status_code,
        "message": sent.status_message,
        "state": sent.trace_state,
    }
    head = {key: value for key, value in head.items() if value}
    if sent.span_id != span.span_id:
        head["span"] = sent.span_id
    if sent.parent_span_id != span.parent_span_id:
        head["parent"] = sent.parent_span_id
    if sent.start_ns != span.start_ns:
        head["start"] = str(sent.start_ns)
    if sent.end_ns != (span.end_ns or 0):
        head["end"] = str(sent.end_ns)
    return head


@dataclass(slots=True)
class StoredRow:
    """What the row of a span says of what was sent."""

    trace_id: str
    span_id: str
    parent_span_id: str | None
    name: str
    status: Status
    status_message: str
    start_ns: int
    end_ns: int | None


def sent_span(row: StoredRow, unpacked: Unpacked) -> DecodedSpan:
    """The span as it was sent. One that was stored without a head has what its row says instead."""
    head = unpacked.head
    known = head is not None
    head = head or {}
    parent = head.get("parent", row.parent_span_id)
    return DecodedSpan(
        trace_id=row.trace_id,
        span_id=head.get("span", row.span_id),
        parent_span_id=parent,
        name=row.name,
        start_ns=int(head.get("start", row.start_ns)),
        end_ns=int(head.get("end", row.end_ns or 0)),
        attributes=as_sent(unpacked.attributes),
        resource=Resource(as_sent(unpacked.resource.attributes)),
        scope=Scope(
            unpacked.scope.name, unpacked.scope.version, as_sent(unpacked.scope.attributes)
        ),
        kind=head.get("kind", 0),
        status_code=head.get("code", 0) if known else _CODES[row.status],
        status_message=head.get("message", "") if known else row.status_message,
        events=[
            Event(event.name, event.time_ns, as_sent(event.attributes)) for event in unpacked.events
        ],
        links=[
            Link(link.trace_id, link.span_id, as_sent(link.attributes)) for link in unpacked.links
        ],
        trace_state=head.get("state", ""),
    )
