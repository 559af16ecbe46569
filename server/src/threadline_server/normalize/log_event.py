"""Turn log records that carry messages into events of the spans they speak of."""

from __future__ import annotations

import hashlib

from threadline_server.model.attributes import to_json
from threadline_server.model.log_record import DecodedLogRecord, LogEvent
from threadline_server.normalize.repair import plausible


def log_event(record: DecodedLogRecord, received_ns: int) -> LogEvent | None:
    """The event that a record becomes; None where it names no span.

    It happened when the record says, else when it was collected; a time that cannot be true is
    none, so that a record is the same whenever it is sent.
    """
    if record.trace_id is None or record.span_id is None:
        return None
    sent_ns = record.time_ns or record.observed_ns
    return LogEvent(
        record=record,
        trace_id=record.trace_id,
        span_id=record.span_id,
        time_ns=sent_ns if plausible(sent_ns) else 0,
        received_ns=received_ns,
        content_hash=_content_hash(record),
    )


def _content_hash(record: DecodedLogRecord) -> bytes:
    """A hash of all that was sent but when it was collected."""
    digest = hashlib.blake2b(to_json([record.event_name, str(record.time_ns)]), digest_size=16)
    for said in (record.body, record.attributes, record.resource.attributes):
        digest.update(to_json(said))
    digest.update(to_json([record.scope.name, record.scope.version, record.scope.attributes]))
    return digest.digest()
