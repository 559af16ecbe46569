"""Turn log records into events of stored spans, kept in order until the span comes and beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import apsw

from threadline_server.model.attributes import from_json
from threadline_server.model.log_record import LogEvent
from threadline_server.model.span import Event
from threadline_server.model.time import NS_PER_SECOND
from threadline_server.store.content.payload import pack_record, unpack_record
from threadline_server.store.content.words import words_of_record
from threadline_server.store.sqlite.blocks import (
    BlockWriter,
    Ref,
    forget_occurrences,
    read_record,
    refs_of_trace,
)
from threadline_server.store.sqlite.packed import pack_refs, unpack_refs
from threadline_server.store.sqlite.statement import many, value

EVENTS_PER_SPAN = 1_000
"""Log records of one span that are shown; of more the earliest are, and the span says so."""

CUT_MARK = "log_events_cut"

WAITING_NS = 7 * 24 * 3600 * NS_PER_SECOND
"""How long log records wait for a span of their trace: of a trace that was not sampled none comes."""

FORGOTTEN_AT_ONCE = 500
"""Traces that never came of which one transaction forgets the log records."""

_OF_SPAN = (
    "SELECT time_ns, content_hash, refs FROM log_events "
    "WHERE project_id = ? AND trace_no = ? AND span_id = ? ORDER BY time_ns, content_hash"
)

Key = tuple[int, bytes]
"""A record within its span: its time and its content hash, in the order in which they are kept."""


@dataclass(slots=True)
class Logged:
    """What log records say of one span; `is_cut` tells that there were more of them."""

    events: list[Event]
    refs: bytes
    is_cut: bool


NOTHING_LOGGED = Logged([], b"", is_cut=False)


def logged(connection: apsw.Connection, project: int, trace_no: int, span_id: bytes) -> Logged:
    """What the log records of a span say, by time."""
    rows = list(many(connection, _OF_SPAN, (project, trace_no, span_id)))
    shown = rows[:EVENTS_PER_SPAN]
    return Logged(
        [unpack_record(read_record(connection, refs), time_ns) for time_ns, _, refs in shown],
        pack_refs(number for _, _, refs in shown for number in unpack_refs(refs)),
        is_cut=len(rows) > len(shown),
    )


class LogEventWriter:
    """Keeps log records within the writer's transaction.

    One record more than is shown is kept of a span: that it is there tells that there were more,
    in whatever order they came.
    """

    def __init__(self, connection: apsw.Connection, blocks: BlockWriter) -> None:
        self._connection = connection
        self._blocks = blocks
        self.is_used: bool = value(connection, "SELECT EXISTS (SELECT 1 FROM log_events)") == 1
        """Whether any record may be there: until then spans need not look for theirs."""

    def keep(
        self, project: int, trace_no: int, events: Iterable[LogEvent]
    ) -> tuple[set[str], set[int]]:
        """Store those records of a trace that are new: the spans they speak of, and blocks to which
        only records referred that had to go.
        """
        by_span: dict[str, dict[Key, LogEvent]] = {}
        for event in events:
            key = (event.time_ns, event.content_hash)
            by_span.setdefault(event.span_id, {})[key] = event
        changed, dropped = set(), set()
        for span_id, said in by_span.items():
            known: dict[Key, bytes] = {
                (time_ns, content_hash): refs
                for time_ns, content_hash, refs in many(
                    self._connection, _OF_SPAN, (project, trace_no, bytes.fromhex(span_id))
                )
            }
            kept = set(sorted(known.keys() | said.keys())[: EVENTS_PER_SPAN + 1])
            fresh = [event for key, event in said.items() if key in kept and key not in known]
            gone = known.keys() - kept
            if fresh:
                self._insert(project, trace_no, fresh)
                changed.add(span_id)
            for key in gone:
                self._delete(project, trace_no, span_id, key)
                dropped.update(unpack_refs(known[key]))
        return changed, dropped

    def _insert(self, project: int, trace_no: int, events: list[LogEvent]) -> None:
        self.is_used = True
        rows = []
        used: set[int] = set()
        kept = [(event, self._keep_content(project, event)) for event in events]
        self._blocks.flush()
        for event, refs in kept:
            numbers = [self._blocks.number(ref) for ref in refs]
            used.update(numbers)
            key = (project, trace_no, bytes.fromhex(event.span_id), event.time_ns)
            rows.append((*key, event.content_hash, pack_refs(numbers)))
        self._connection.executemany("INSERT INTO log_events VALUES (?, ?, ?, ?, ?, ?)", rows)
        self._connection.executemany(
            "INSERT OR IGNORE INTO block_traces VALUES (?, ?, ?)",
            [(project, number, trace_no) for number in sorted(used)],
        )

    def _keep_content(self, project: int, event: LogEvent) -> list[Ref]:
        """The blocks of a record: its document, its origin, then its texts in order."""
        payload = pack_record(event.record)
        words = words_of_record(from_json(payload.document))
        document = self._blocks.keep_record(project, payload.document, words)
        origin = self._blocks.keep_origin(project, payload.origin)
        texts = [self._blocks.keep_text(project, text) for text in payload.texts]
        return [document, origin, *texts]

    def _delete(self, project: int, trace_no: int, span_id: str, key: Key) -> None:
        self._connection.execute(
            "DELETE FROM log_events WHERE project_id = ? AND trace_no = ? AND span_id = ? "
            "AND time_ns = ? AND content_hash = ?",
            (project, trace_no, bytes.fromhex(span_id), *key),
        )

    def of_spans(self, project: int, trace_no: int, span_ids: Iterable[str]) -> dict[str, Logged]:
        """What log records say of those of the spans that they speak of."""
        if not self.is_used or not self._has_any(project, trace_no):
            return {}
        found = {}
        for span_id in span_ids:
            said = logged(self._connection, project, trace_no, bytes.fromhex(span_id))
            if said.events:
                found[span_id] = said
        return found

    def _has_any(self, project: int, trace_no: int) -> bool:
        any_of_trace = "SELECT 1 FROM log_events WHERE project_id = ? AND trace_no = ? LIMIT 1"
        return value(self._connection, any_of_trace, (project, trace_no)) is not None

    def awaited(self, project: int, trace_id: str) -> int | None:
        """The number of a trace of which only log records have arrived."""
        if not self.is_used:
            return None
        found: int | None = value(
            self._connection,
            "SELECT trace_no FROM awaited_traces WHERE project_id = ? AND trace_id = ?",
            (project, bytes.fromhex(trace_id)),
        )
        return found

    def wait(self, project: int, trace_no: int, trace_id: str, received_ns: int) -> None:
        """Keep the number of a trace until a span of it comes."""
        self._connection.execute(
            "INSERT OR IGNORE INTO awaited_traces VALUES (?, ?, ?, ?)",
            (trace_no, project, bytes.fromhex(trace_id), received_ns),
        )

    def arrived(self, trace_no: int) -> None:
        """A trace has its first span."""
        if self.is_used:
            self._connection.execute("DELETE FROM awaited_traces WHERE trace_no = ?", (trace_no,))

    def forget_awaited(self, before_ns: int) -> None:
        """Drop log records that have waited for a trace since before a time."""
        rows = list(
            many(
                self._connection,
                "SELECT project_id, trace_no FROM awaited_traces WHERE received_ns < ? "
                "ORDER BY received_ns LIMIT ?",
                (before_ns, FORGOTTEN_AT_ONCE),
            )
        )
        for project, trace_no in rows:
            numbers = refs_of_trace(self._connection, project, trace_no)
            forget_occurrences(self._connection, project, trace_no, numbers)
            self._connection.execute(
                "DELETE FROM log_events WHERE project_id = ? AND trace_no = ?", (project, trace_no)
            )
            self._connection.execute("DELETE FROM awaited_traces WHERE trace_no = ?", (trace_no,))
            self._blocks.drop_unused(project, numbers)
