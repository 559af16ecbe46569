"""Turn batches of spans and log events into rows, content and true rollups in one transaction."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

import apsw

from threadline_server.model.log_record import LogEvent
from threadline_server.model.span import Previews, Span
from threadline_server.model.time import Clock
from threadline_server.store.content.head import head_of
from threadline_server.store.content.payload import pack, unpack
from threadline_server.store.content.words import words_of_span, words_of_text
from threadline_server.store.contract import Changes, Previewer
from threadline_server.store.rollup.trace import GrowingTrace, TextSource, differences, grown
from threadline_server.store.sqlite import narrow
from threadline_server.store.sqlite.blocks import (
    DOCUMENT,
    ORIGIN,
    TEXT,
    BlockWriter,
    packed_refs,
    read_payload,
)
from threadline_server.store.sqlite.delete import is_deleted_trace
from threadline_server.store.sqlite.log_events import LogEventWriter, Logged
from threadline_server.store.sqlite.packed import unpack_refs
from threadline_server.store.sqlite.statement import many, one, value
from threadline_server.store.sqlite.totals import refresh_session, write_trace

REMEMBERED_FROM = 100
"""Spans from which on a trace is remembered between transactions."""

REMEMBERED_SPANS = 100_000
"""Spans of all remembered traces together, at somewhat over a kilobyte each."""

_STORED_SPAN = """
SELECT s.type, c.refs, c.input, c.output, c.first_user, c.last_assistant, s.has_messages
FROM spans s JOIN span_content c USING (project_id, trace_no, span_id)
WHERE s.project_id = ? AND s.trace_no = ? AND s.span_id = ?
"""


@dataclass(slots=True)
class Trace:
    """One trace while a transaction changes it."""

    trace_no: int
    trace_id: str
    session_id: str | None
    growing: GrowingTrace
    versions: dict[str, narrow.Version]


class _Remembered:
    """Traces that grow right now, so that what comes in later costs by itself.

    A small trace is read again as fast; of the others the ones that grew last are kept, up to a
    number of spans. What a transaction touched is kept only once it is committed.
    """

    def __init__(self) -> None:
        self._traces: OrderedDict[tuple[int, str], Trace] = OrderedDict()
        self._touched: dict[tuple[int, str], Trace] = {}
        self._span_count = 0

    def take(self, project: int, trace_id: str) -> Trace | None:
        """A remembered trace; it must be kept again, or is forgotten."""
        trace = self._touched.pop((project, trace_id), None)
        if trace is None and (trace := self._traces.pop((project, trace_id), None)) is not None:
            self._span_count -= len(trace.versions)
        return trace

    def keep(self, project: int, trace: Trace) -> None:
        """Remember a trace if its transaction commits."""
        if len(trace.versions) >= REMEMBERED_FROM:
            self._touched[project, trace.trace_id] = trace

    def committed(self) -> None:
        """Remember what was touched, and forget what grew longest ago."""
        for key, trace in self._touched.items():
            self._traces[key] = trace
            self._span_count += len(trace.versions)
        self._touched.clear()
        while self._span_count > REMEMBERED_SPANS:
            _, trace = self._traces.popitem(last=False)
            self._span_count -= len(trace.versions)

    def forget_touched(self) -> None:
        """Forget what was touched."""
        self._touched.clear()

    def forget(self, project: int, trace_ids: Iterable[str]) -> None:
        """Forget traces by their ids."""
        for trace_id in trace_ids:
            self.take(project, trace_id)


class SpanWriter:
    """Writes spans through the one connection that writes; the caller owns the transaction."""

    def __init__(
        self,
        connection: apsw.Connection,
        blocks: BlockWriter,
        logs: LogEventWriter,
        previewer: Previewer | None,
        clock: Clock,
    ) -> None:
        self._connection = connection
        self._blocks = blocks
        self._logs = logs
        self._previewer = previewer
        self._clock = clock
        self._remembered = _Remembered()
        self._next_trace_no: int = value(
            connection,
            "SELECT 1 + max((SELECT coalesce(max(trace_no), 0) FROM traces), "
            "(SELECT coalesce(max(trace_no), 0) FROM awaited_traces))",
        )

    def committed(self) -> None:
        """Let the traces that the transaction changed be remembered."""
        self._remembered.committed()

    def rolled_back(self) -> None:
        """Forget the traces that the transaction changed."""
        self._remembered.forget_touched()

    def deleted(self, project: int, trace_ids: Iterable[str]) -> None:
        """Forget traces that are gone."""
        self._remembered.forget(project, trace_ids)

    def write(
        self, project: int, name: str, spans: Iterable[Span], events: Iterable[LogEvent] = ()
    ) -> Changes:
        """Store spans of one project, and events that log records tell of spans, and refresh every
        trace and session that they touch.
        """
        changes = Changes(name)
        told: dict[str, list[LogEvent]] = {}
        for event in events:
            told.setdefault(event.trace_id, []).append(event)
        by_trace: dict[str, dict[str, Span]] = {}
        for span in spans:
            siblings = by_trace.setdefault(span.trace_id, {})
            known = siblings.get(span.span_id)
            if known is None or known.version_key < span.version_key:
                siblings[span.span_id] = span
        sessions: set[str] = set()
        for trace_id in by_trace | told:
            if not is_deleted_trace(self._connection, project, trace_id, self._clock()):
                fresh, said = by_trace.get(trace_id, {}), told.get(trace_id, [])
                sessions |= self._write_trace(project, trace_id, fresh, said, changes)
        for session_id in sorted(sessions):
            refresh_session(self._connection, project, session_id)
        changes.session_ids |= sessions
        return changes

    def open_trace(self, project: int, trace_id: str) -> Trace:
        """A trace to change, which must then be kept."""
        remembered = self._remembered.take(project, trace_id)
        if remembered is not None:
            return remembered
        row = one(
            self._connection,
            "SELECT trace_no, session_id FROM traces WHERE project_id = ? AND trace_id = ?",
            (project, bytes.fromhex(trace_id)),
        )
        if row is None:
            trace_no = self._logs.awaited(project, trace_id)
            if trace_no is None:
                trace_no = self._next_trace_no
                self._next_trace_no += 1
            return Trace(trace_no, trace_id, None, GrowingTrace([]), {})
        spans, versions = narrow.stored_for_rollup(self._connection, project, row[0])
        return Trace(row[0], trace_id, row[1], GrowingTrace(list(spans.values())), versions)

    def _write_trace(
        self,
        project: int,
        trace_id: str,
        incoming: dict[str, Span],
        events: list[LogEvent],
        changes: Changes,
    ) -> set[str]:
        """Write one trace's spans and log events; the sessions whose totals it changed."""
        trace = self.open_trace(project, trace_id)
        fresh = {
            span_id: span
            for span_id, span in incoming.items()
            if span_id not in trace.versions or trace.versions[span_id] < span.version_key
        }
        told, before = (
            self._logs.keep(project, trace.trace_no, events) if events else (set(), set())
        )
        if not trace.versions and not fresh:
            if told:
                self._logs.wait(project, trace.trace_no, trace_id, self._clock())
            return set()
        late = [span_id for span_id in told if span_id in trace.versions and span_id not in fresh]
        if late:
            changes.trace_ids.add(trace_id)
        said_more, count_anew = self._hear(project, trace, late)
        if not fresh and not said_more:
            if before:
                self._forget_blocks(project, trace.trace_no, before)
            self._remembered.keep(project, trace)
            return set()
        if not trace.versions:
            self._logs.arrived(trace.trace_no)
        replaced = [span_id for span_id in fresh if span_id in trace.versions]
        logged = self.join(project, trace.trace_no, fresh)
        moved = self.grow(trace, fresh, count_anew=count_anew or bool(replaced))
        before |= self._refs_of(project, trace.trace_no, replaced)
        self._write_spans(project, trace, fresh, logged)
        if before:
            self._forget_blocks(project, trace.trace_no, before)
        return self.settle(project, trace, fresh, moved, changes)

    def keep(self, project: int, trace: Trace) -> None:
        """Remember a trace that is as it is stored, if its transaction commits."""
        self._remembered.keep(project, trace)

    def replace(
        self, project: int, trace: Trace, spans: dict[str, Span], logged: dict[str, Logged]
    ) -> None:
        """Write spans anew that are stored, with their content."""
        if spans:
            before = self._refs_of(project, trace.trace_no, list(spans))
            self._write_spans(project, trace, spans, logged)
            self._forget_blocks(project, trace.trace_no, before)

    def settle(
        self,
        project: int,
        trace: Trace,
        fresh: dict[str, Span],
        moved: dict[str, str | None],
        changes: Changes,
    ) -> set[str]:
        """Bring the rest up to date with rows that were just written: who counts instead of whom,
        and the trace's own row; the sessions whose totals that changes.
        """
        self._update_counted_by(project, trace, fresh, moved)
        rollup = trace.growing.rollup()
        texts = (
            self._text(project, trace.trace_no, fresh, rollup.input_source),
            self._text(project, trace.trace_no, fresh, rollup.output_source),
        )
        write_trace(
            self._connection,
            project,
            trace_no=trace.trace_no,
            trace_id=trace.trace_id,
            rollup=rollup,
            texts=texts,
        )
        changes.trace_ids.add(trace.trace_id)
        session_before = trace.session_id
        trace.session_id = None if rollup.session is None else rollup.session.session_id
        self._remembered.keep(project, trace)
        return {each for each in (session_before, trace.session_id) if each is not None}

    def join(self, project: int, trace_no: int, fresh: dict[str, Span]) -> dict[str, Logged]:
        """Have new spans say what log records that came before them tell; these records."""
        logged = self._logs.of_spans(project, trace_no, fresh)
        for span_id, told in logged.items():
            span = fresh[span_id]
            sent = span.decoded
            if self._previewer is not None:
                events = [*sent.events, *told.events]
                span.show(self._previewer(sent.attributes, span.type, events))
        return logged

    def _hear(self, project: int, trace: Trace, late: list[str]) -> tuple[bool, bool]:
        """Have stored spans say what log records that came after them tell: whether that changed
        what they say, and whether the trace must be counted anew.
        """
        said_more = count_anew = False
        for span_id, told in self._logs.of_spans(project, trace.trace_no, late).items():
            key = (project, trace.trace_no, bytes.fromhex(span_id))
            row = one(self._connection, _STORED_SPAN, key)
            assert row is not None  # its version is known
            known = Previews(row[2], row[3], row[4], row[5], bool(row[6]))
            sent = unpack(read_payload(self._connection, row[1]))
            events = [*sent.events, *told.events]
            says = known
            if self._previewer is not None:
                says = self._previewer(sent.attributes, row[0], events)
            if says != known:
                said_more = True
                count_anew |= not trace.growing.hear(span_id, says)
            self._connection.execute(
                "UPDATE spans SET has_messages = ?, event_count = ? "
                "WHERE project_id = ? AND trace_no = ? AND span_id = ?",
                (says.has_messages, len(events), *key),
            )
            self._connection.execute(
                "UPDATE span_content SET input = ?, output = ?, first_user = ?, "
                "last_assistant = ?, log_refs = ? "
                "WHERE project_id = ? AND trace_no = ? AND span_id = ?",
                (says.input, says.output, says.first_user, says.last_assistant, told.refs, *key),
            )
        return said_more, count_anew

    def grow(
        self, trace: Trace, fresh: dict[str, Span], *, count_anew: bool
    ) -> dict[str, str | None]:
        """Bring a trace's totals up to date; the spans whose usage another counts now."""
        spans = {span_id: narrow.for_rollup(span) for span_id, span in fresh.items()}
        trace.versions.update((span_id, span.version_key) for span_id, span in fresh.items())
        if not count_anew and trace.growing.spans:
            trace.growing, moved = grown(trace.growing, list(spans.values()))
            return moved
        before = trace.growing
        trace.growing = GrowingTrace(list((before.spans | spans).values()))
        return differences(before.counted_by, trace.growing.counted_by)

    def _write_spans(
        self,
        project: int,
        trace: Trace,
        fresh: dict[str, Span],
        logged: dict[str, Logged],
    ) -> None:
        counted_by = trace.growing.counted_by
        rows, contents, used = [], [], set()
        for span_id, span in fresh.items():
            refs, numbers = self._keep_content(project, span)
            used.update(numbers)
            told = logged.get(span_id)
            log_count, log_refs = (0, None) if told is None else (len(told.events), told.refs)
            other = counted_by.get(span_id)
            rows.append(narrow.row(span, project, trace.trace_no, other, log_count))
            contents.append(narrow.content_row(span, project, trace.trace_no, refs, log_refs))
        self._connection.executemany(narrow.INSERT, rows)
        self._connection.executemany(narrow.INSERT_CONTENT, contents)
        self._connection.executemany(
            "INSERT OR IGNORE INTO block_traces VALUES (?, ?, ?)",
            [(project, number, trace.trace_no) for number in sorted(used)],
        )

    def _keep_content(self, project: int, span: Span) -> tuple[bytes, set[int]]:
        payload = pack(span.decoded, head_of(span))
        keep = self._blocks.keep
        document = keep(project, DOCUMENT, payload.document, lambda: words_of_span(span.decoded))
        origin = keep(project, ORIGIN, payload.origin, None)
        texts = [
            keep(project, TEXT, text.encode(), lambda text=text: words_of_text(text))  # type: ignore[misc]
            for text in payload.texts
        ]
        return packed_refs(document, origin, texts), {document, origin, *texts}

    def _refs_of(self, project: int, trace_no: int, span_ids: list[str]) -> set[int]:
        numbers: set[int] = set()
        for span_id in span_ids:
            refs = value(
                self._connection,
                "SELECT refs FROM span_content "
                "WHERE project_id = ? AND trace_no = ? AND span_id = ?",
                (project, trace_no, bytes.fromhex(span_id)),
            )
            numbers.update(unpack_refs(refs))
        return numbers

    def _forget_blocks(self, project: int, trace_no: int, candidates: set[int]) -> None:
        """Remove what only replaced versions of a trace's spans, or records that had to make room,
        referred to.
        """
        for refs in self._logs.refs(project, trace_no):
            candidates.difference_update(unpack_refs(refs))
        for row in many(
            self._connection,
            "SELECT refs FROM span_content WHERE project_id = ? AND trace_no = ?",
            (project, trace_no),
        ):
            candidates.difference_update(unpack_refs(row[0]))
        self._connection.executemany(
            "DELETE FROM block_traces WHERE project_id = ? AND block_no = ? AND trace_no = ?",
            [(project, number, trace_no) for number in candidates],
        )
        self._blocks.drop_unused(project, candidates)

    def _update_counted_by(
        self,
        project: int,
        trace: Trace,
        fresh: dict[str, Span],
        moved: dict[str, str | None],
    ) -> None:
        """Tell stored spans that another now counts instead of them, or no longer does."""
        self._connection.executemany(
            "UPDATE spans SET usage_counted_by = ? "
            "WHERE project_id = ? AND trace_no = ? AND span_id = ?",
            [
                (narrow.as_bytes(instead), project, trace.trace_no, bytes.fromhex(span_id))
                for span_id, instead in moved.items()
                if span_id not in fresh
            ],
        )

    def _text(
        self, project: int, trace_no: int, fresh: dict[str, Span], source: TextSource | None
    ) -> str | None:
        """The preview that stands for the trace, from memory or from the store."""
        if source is None:
            return None
        span = fresh.get(source.span_id)
        if span is not None:
            return {
                "input": span.input_preview,
                "output": span.output_preview,
                "first_user": span.first_user,
                "last_assistant": span.last_assistant,
            }[source.carried]
        stored: str | None = value(
            self._connection,
            f"SELECT {source.carried} FROM span_content "
            "WHERE project_id = ? AND trace_no = ? AND span_id = ?",
            (project, trace_no, bytes.fromhex(source.span_id)),
        )
        return stored
