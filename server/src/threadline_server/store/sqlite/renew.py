"""Turn stored spans back into what was sent, and what today's rules or prices make of them into rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import apsw

from threadline_server.errors import bad_request
from threadline_server.model.span import Cost, Span, Tokens
from threadline_server.store.content.head import StoredRow, sent_span
from threadline_server.store.contract import (
    Changes,
    Repriced,
    SentSpan,
    UnreportedCost,
    Walked,
)
from threadline_server.store.rollup.trace import GrowingTrace
from threadline_server.store.sqlite import narrow
from threadline_server.store.sqlite.log_events import Logged
from threadline_server.store.sqlite.remembered import Trace
from threadline_server.store.sqlite.statement import Row, many, one
from threadline_server.store.sqlite.stored import unpacked
from threadline_server.store.sqlite.write import Growth, SpanWriter

_SENT = """
SELECT s.trace_no, s.span_id, t.trace_id, s.parent_span_id, s.name, s.status, s.status_message,
  s.start_ns, s.end_ns, s.received_ns, s.document_no
FROM spans s JOIN traces t ON t.trace_no = s.trace_no
WHERE s.project_id = ? AND (s.trace_no, s.span_id) > (?, ?)
ORDER BY s.trace_no, s.span_id LIMIT ?
"""
_UNREPORTED = """
SELECT s.trace_no, s.span_id, t.trace_id, s.provider, s.response_model, s.request_model, s.start_ns,
  s.input_tokens, s.output_tokens, s.cache_read_tokens, s.cache_write_tokens, s.reasoning_tokens,
  s.input_cost, s.output_cost, s.total_cost, s.cost_source, s.document_no
FROM spans s JOIN traces t ON t.trace_no = s.trace_no
WHERE s.project_id = ? AND (s.trace_no, s.span_id) > (?, ?)
ORDER BY s.trace_no, s.span_id LIMIT ?
"""
_STORED = f"""
SELECT {", ".join(narrow.COLUMNS)} FROM spans
WHERE project_id = ? AND trace_no = ? AND span_id = ?
"""
_UPDATE_COST = """
UPDATE spans SET input_cost = ?, output_cost = ?, total_cost = ?, cost_source = ?
WHERE project_id = ? AND trace_no = ? AND span_id = ?
"""

_COUNTED_BY = narrow.COLUMNS.index("usage_counted_by")
_TOLD = [
    narrow.COLUMNS.index(name)
    for name in (
        "parent_span_id",
        "start_ns",
        "end_ns",
        "status",
        "status_message",
        "request_model",
        "response_model",
        "tool_name",
    )
]
"""Columns of which the content says where they differ from what was sent, and those by which search
finds a span."""

_CURSOR = re.compile(r"([0-9]{1,18}):([0-9a-f]{16})")

Item = TypeVar("Item")


def _position(after: str | None) -> tuple[int, bytes]:
    if after is None:
        return 0, b""
    found = _CURSOR.fullmatch(after)
    if found is None:
        hint = "give back what the call before answered"
        raise bad_request("wrong_cursor", f"no cursor {after[:100]!r}", hint)
    return int(found[1]), bytes.fromhex(found[2])


def _walked(rows: list[Row], limit: int, items: list[Item]) -> Walked[Item]:
    last = rows[-1] if len(rows) == limit else None
    return Walked(items, len(rows), None if last is None else f"{last[0]}:{last[1].hex()}")


def sent(
    connection: apsw.Connection, project: int, after: str | None, limit: int
) -> Walked[SentSpan]:
    """Spans as they were sent, in the order in which their traces arrived."""
    rows = list(many(connection, _SENT, (project, *_position(after), limit)))
    return _walked(rows, limit, [_sent(connection, row) for row in rows])


def _sent(connection: apsw.Connection, row: Row) -> SentSpan:
    _, span_id, trace_id, parent, name, status, message, start_ns, end_ns, *own = row
    received_ns, document_no = own
    said = StoredRow(
        trace_id.hex(),
        span_id.hex(),
        narrow.as_hex(parent),
        name,
        status,
        message,
        start_ns,
        end_ns,
    )
    return SentSpan(
        sent_span(said, unpacked(connection, document_no)),
        received_ns,
        document_no,
    )


def unreported(
    connection: apsw.Connection, project: int, after: str | None, limit: int
) -> Walked[UnreportedCost]:
    """Of so many spans, those that report tokens and no cost."""
    rows = list(many(connection, _UNREPORTED, (project, *_position(after), limit)))
    items = [
        UnreportedCost(
            trace_id=row[2].hex(),
            span_id=row[1].hex(),
            version=row[16],
            provider=row[3],
            response_model=row[4],
            request_model=row[5],
            start_ns=row[6],
            tokens=tokens,
            cost=Cost(*row[12:16]),
        )
        for row in rows
        if row[15] != "reported" and (tokens := Tokens(*row[7:12])).reported
    ]
    return _walked(rows, limit, items)


class SpanRenewer:
    """Puts new rows in place of stored ones; the caller owns the transaction.

    A span that is gone or was sent in another version since it was read is left alone.
    """

    def __init__(self, connection: apsw.Connection, writer: SpanWriter) -> None:
        self._connection = connection
        self._writer = writer

    def renew(
        self, project: int, name: str, spans: Iterable[tuple[SentSpan, Span]]
    ) -> tuple[int, Changes]:
        """Store what today's rules make of spans, with all that follows from it for their traces
        and sessions; how many it made something else of.
        """
        growths, count = [], 0
        by_trace: dict[str, list[tuple[SentSpan, Span]]] = {}
        for read, span in spans:
            by_trace.setdefault(span.trace_id, []).append((read, span))
        for trace_id, group in by_trace.items():
            trace = self._writer.open_trace(project, trace_id)
            same = {
                span.span_id: span
                for read, span in group
                if trace.documents.get(span.span_id) == read.version
            }
            logged = self._writer.join(project, trace.trace_no, same)
            other, moved = self._other(project, trace, same, logged)
            count += len(other)
            if not other:
                self._writer.keep(project, trace)
                continue
            counted = self._writer.grow(trace, other, count_anew=True)
            trace.texts.clear()
            rest = {key: span for key, span in other.items() if key not in moved}
            self._update(project, trace, rest, logged)
            anew = {key: other[key] for key in moved}
            documents = [trace.documents[key] for key in moved]
            growths.append(Growth(trace, anew, counted, logged, documents))
        return count, self._writer.put(project, name, growths)

    def _other(
        self, project: int, trace: Trace, same: dict[str, Span], logged: dict[str, Logged]
    ) -> tuple[dict[str, Span], list[str]]:
        """Spans of which other rows are to be made, and which of them need their content written anew."""
        other, moved = {}, []
        for span_id, span in same.items():
            key = (project, trace.trace_no, bytes.fromhex(span_id))
            stored = one(self._connection, _STORED, key)
            assert stored is not None  # its version is known
            counted_by = narrow.as_hex(stored[_COUNTED_BY])
            fresh = narrow.row(
                span,
                project,
                trace.trace_no,
                counted_by=counted_by,
                logged_count=_log_count(logged, span_id),
                document_no=trace.documents[span_id],
            )
            if fresh == tuple(stored):
                continue
            other[span_id] = span
            if any(fresh[index] != stored[index] for index in _TOLD):
                moved.append(span_id)
        return other, moved

    def _update(
        self, project: int, trace: Trace, spans: dict[str, Span], logged: dict[str, Logged]
    ) -> None:
        """Write rows anew whose content stays as it is."""
        counted_by = trace.growing.counted_by
        rows = [
            narrow.row(
                span,
                project,
                trace.trace_no,
                counted_by=counted_by.get(span_id),
                logged_count=_log_count(logged, span_id),
                document_no=trace.documents[span_id],
            )
            for span_id, span in spans.items()
        ]
        self._connection.executemany(narrow.INSERT, rows)

    def reprice(self, project: int, name: str, costs: Sequence[Repriced]) -> tuple[int, Changes]:
        """Give spans other costs than they have, and their traces and sessions other totals; how
        many there were.
        """
        changes, count = Changes(name), 0
        by_trace: dict[str, list[Repriced]] = {}
        for each in costs:
            by_trace.setdefault(each.trace_id, []).append(each)
        for trace_id, group in by_trace.items():
            trace = self._writer.open_trace(project, trace_id)
            same = [each for each in group if trace.documents.get(each.span_id) == each.version]
            count += len(same)
            if same:
                self._reprice_trace(project, trace, same)
                changes.trace_ids.add(trace_id)
            self._writer.keep(project, trace)
        changes.session_ids |= self._writer.sessions.flush(project)
        return count, changes

    def _reprice_trace(self, project: int, trace: Trace, costs: list[Repriced]) -> None:
        """Computed costs decide nothing but sums: who counts, and for what, stays as it is."""
        self._connection.executemany(
            _UPDATE_COST,
            [
                (*_parts(each.cost), project, trace.trace_no, bytes.fromhex(each.span_id))
                for each in costs
            ],
        )
        for each in costs:
            trace.growing.spans[each.span_id].total_cost = each.cost.total
        trace.growing = GrowingTrace(list(trace.growing.spans.values()))
        usage = trace.growing.rollup().usage
        self._connection.execute(
            "UPDATE traces SET total_cost = ?, unpriced_calls = ? WHERE trace_no = ?",
            (usage.total_cost, usage.unpriced_calls, trace.trace_no),
        )
        before = trace.counted
        assert before is not None  # it is stored
        trace.counted = replace(
            before, total_cost=usage.total_cost, unpriced_calls=usage.unpriced_calls
        )
        self._writer.sessions.change(before, trace.counted)


def _log_count(logged: dict[str, Logged], span_id: str) -> int:
    return len(logged[span_id].events) if span_id in logged else 0


def _parts(cost: Cost) -> tuple[Any, ...]:
    return cost.input, cost.output, cost.total, cost.source
