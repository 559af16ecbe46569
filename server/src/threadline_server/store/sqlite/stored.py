"""Turn a stored span back into what was sent, and into the previews that lists show of it."""

from __future__ import annotations

from typing import Any

import apsw

from threadline_server.model.previews import Previews
from threadline_server.model.span import DecodedSpan
from threadline_server.store.content.head import StoredRow, sent_span
from threadline_server.store.content.payload import Unpacked, unpack
from threadline_server.store.contract import Previewer
from threadline_server.store.sqlite.blocks import read_payload
from threadline_server.store.sqlite.log_events import logged
from threadline_server.store.sqlite.narrow import as_hex
from threadline_server.store.sqlite.statement import one

_SENT = """
SELECT s.parent_span_id, s.name, s.status, s.status_message, s.start_ns, s.end_ns, s.document_no
FROM spans s WHERE s.project_id = ? AND s.trace_no = ? AND s.span_id = ?
"""
_CONTENT = """
SELECT s.type, s.document_no, c.log_refs IS NOT NULL
FROM spans s JOIN span_content c ON c.document_no = s.document_no
WHERE s.project_id = ? AND s.trace_no = ? AND s.span_id = ?
"""


def unpacked(connection: apsw.Connection, document_no: int) -> Unpacked:
    """What the span of a document carried."""
    return unpack(read_payload(connection, document_no))


def sent(
    connection: apsw.Connection, project: int, trace_no: int, trace_id: str, span_id: str
) -> DecodedSpan:
    """A stored span as it was sent."""
    row = one(connection, _SENT, (project, trace_no, bytes.fromhex(span_id)))
    assert row is not None  # its version is known
    said = StoredRow(trace_id, span_id, as_hex(row[0]), *row[1:6])
    return sent_span(said, unpacked(connection, row[6]))


def previews(
    connection: apsw.Connection, previewer: Previewer, project: int, trace_no: int, span_id: bytes
) -> Previews:
    """What lists show of a stored span, with what log records tell of it."""
    row = one(connection, _CONTENT, (project, trace_no, span_id))
    assert row is not None  # it was found in the same snapshot
    carried = unpacked(connection, row[1])
    events = carried.events
    if row[2]:
        events = [*events, *logged(connection, project, trace_no, span_id).events]
    return previewer(carried.attributes, row[0], events)


class ShownSpans:
    """The SQL function `shown(project_id, trace_no, span_id, which)`: a line that a span shows.

    One per connection; a span that is asked for twice in a row is read once.
    """

    def __init__(self, connection: apsw.Connection, previewer: Previewer) -> None:
        self._connection = connection
        self._previewer = previewer
        self._last: tuple[tuple[Any, ...], Previews] = ((), Previews())
        connection.create_scalar_function("shown", self._shown, 4)

    def of(self, project: int, trace_no: int, span_id: bytes) -> Previews:
        """What lists show of a stored span."""
        return previews(self._connection, self._previewer, project, trace_no, span_id)

    def _shown(self, *arguments: Any) -> str | None:
        *key, which = arguments
        span = tuple(key)
        if self._last[0] != span:
            self._last = (span, self.of(*span))
        return self._last[1].of(which)

    def forget(self) -> None:
        """The next query may see another state."""
        self._last = ((), Previews())
