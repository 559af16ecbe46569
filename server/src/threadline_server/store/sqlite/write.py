"""Turn batches of spans and log events into rows, content and true rollups in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import apsw

from threadline_server.model.log_record import LogEvent
from threadline_server.model.span import Span
from threadline_server.model.time import Clock
from threadline_server.store.content.version import content_hash, later
from threadline_server.store.contract import Changes, Previewer
from threadline_server.store.rollup.trace import GrowingTrace, TextSource, differences, grown
from threadline_server.store.sqlite import narrow, stored
from threadline_server.store.sqlite.contents import ContentWriter
from threadline_server.store.sqlite.delete import is_deleted_trace
from threadline_server.store.sqlite.log_events import LogEventWriter, Logged
from threadline_server.store.sqlite.remembered import RememberedTraces, Trace
from threadline_server.store.sqlite.sessions import SessionWriter
from threadline_server.store.sqlite.statement import Row, one, value
from threadline_server.store.sqlite.totals import (
    UPSERT_TRACE,
    counted,
    stored_counted,
    trace_row,
)
from threadline_server.store.sqlite.trace_values import rewrite_values

_HEARD = "SELECT type, document_no FROM spans WHERE project_id = ? AND trace_no = ? AND span_id = ?"


@dataclass(slots=True)
class Growth:
    """What a transaction brings to one trace.

    `moved` are the spans whose usage another counts now, or with None no longer. `documents` are
    those of replaced versions, and `blocks` those of log records that had to go.
    """

    trace: Trace
    fresh: dict[str, Span]
    moved: dict[str, str | None]
    logged: dict[str, Logged] = field(default_factory=dict)
    documents: list[int] = field(default_factory=list)
    blocks: set[int] = field(default_factory=set)


class SpanWriter:
    """Writes spans through the one connection that writes; the caller owns the transaction."""

    def __init__(
        self,
        connection: apsw.Connection,
        contents: ContentWriter,
        logs: LogEventWriter,
        previewer: Previewer,
        clock: Clock,
    ) -> None:
        self._connection = connection
        self._contents = contents
        self._logs = logs
        self._previewer = previewer
        self._clock = clock
        self.sessions = SessionWriter(connection)
        self._remembered = RememberedTraces()
        self._next_trace_no: int = value(
            connection,
            "SELECT 1 + max((SELECT coalesce(max(trace_no), 0) FROM traces), "
            "(SELECT coalesce(max(trace_no), 0) FROM awaited_traces))",
        )

    def committed(self) -> None:
        """Let the traces and sessions that the transaction changed be remembered."""
        self._remembered.committed()
        self.sessions.committed()

    def rolled_back(self) -> None:
        """Forget what the transaction changed, and what waits to be written of it."""
        self._remembered.forget_touched()
        self.sessions.rolled_back()
        self._contents.rolled_back()

    def deleted(self, project: int, changes: Changes) -> None:
        """Forget traces and sessions that are gone."""
        self._remembered.forget(project, changes.trace_ids)
        self.sessions.forget(project, changes.session_ids)

    def write(
        self, project: int, name: str, spans: Iterable[Span], events: Iterable[LogEvent] = ()
    ) -> Changes:
        """Store spans of one project, and events that log records tell of spans, and refresh every
        trace and session that they touch.
        """
        told: dict[str, list[LogEvent]] = {}
        for event in events:
            told.setdefault(event.trace_id, []).append(event)
        by_trace: dict[str, dict[str, Span]] = {}
        for span in spans:
            siblings = by_trace.setdefault(span.trace_id, {})
            known = siblings.get(span.span_id)
            siblings[span.span_id] = span if known is None else later(known, span)
        growths = []
        for trace_id in by_trace | told:
            if not is_deleted_trace(self._connection, project, trace_id, self._clock()):
                incoming, said = by_trace.get(trace_id, {}), told.get(trace_id, [])
                growth = self._take_in(project, trace_id, incoming, said)
                if growth is not None:
                    growths.append(growth)
        return self.put(project, name, growths)

    def put(self, project: int, name: str, growths: Iterable[Growth]) -> Changes:
        """Write the spans that each trace has come by, and all that follows from them."""
        changes, rows = Changes(name), []
        growths = list(growths)
        known = {each.trace.trace_no for each in growths if each.trace.counted is not None}
        self._write_spans(project, growths)
        for growth in growths:
            trace = growth.trace
            self._contents.drop(project, trace.trace_no, growth.documents, growth.blocks)
            rows.append(self._settle(project, growth))
            changes.trace_ids.add(trace.trace_id)
        rewrite_values(self._connection, rows, known)
        self._connection.executemany(UPSERT_TRACE, rows)
        changes.session_ids |= self.sessions.flush(project)
        return changes

    def open_trace(self, project: int, trace_id: str) -> Trace:
        """A trace to change, which must then be kept."""
        remembered = self._remembered.take(project, trace_id)
        if remembered is not None:
            return remembered
        row = one(
            self._connection,
            "SELECT trace_no FROM traces WHERE project_id = ? AND trace_id = ?",
            (project, bytes.fromhex(trace_id)),
        )
        if row is None:
            trace_no = self._logs.awaited(project, trace_id)
            if trace_no is None:
                trace_no = self._next_trace_no
                self._next_trace_no += 1
            return Trace(trace_no, trace_id, None, GrowingTrace([]), {}, {})
        known = narrow.stored_trace(self._connection, project, row[0])
        growing = GrowingTrace(list(known.spans.values()))
        counts = stored_counted(self._connection, row[0])
        return Trace(row[0], trace_id, counts, growing, known.versions, known.documents)

    def keep(self, project: int, trace: Trace) -> None:
        """Remember a trace that is as it is stored, if its transaction commits."""
        self._remembered.keep(project, trace)

    def _take_in(
        self, project: int, trace_id: str, incoming: dict[str, Span], events: list[LogEvent]
    ) -> Growth | None:
        """Take in one trace's spans and log events; None where that changes nothing of it."""
        trace = self.open_trace(project, trace_id)
        fresh = {
            span_id: span
            for span_id, span in incoming.items()
            if self._supersedes(project, trace, span)
        }
        told, blocks = (
            self._logs.keep(project, trace.trace_no, events) if events else (set(), set())
        )
        if not trace.versions and not fresh:
            if told:
                self._logs.wait(project, trace.trace_no, trace_id, self._clock())
            return None
        late = [span_id for span_id in told if span_id in trace.versions and span_id not in fresh]
        count_anew = self._hear(project, trace, late)
        if not fresh and not late:
            self._contents.drop(project, trace.trace_no, (), blocks)
            self._remembered.keep(project, trace)
            return None
        if not trace.versions:
            self._logs.arrived(trace.trace_no)
        documents = [trace.documents[span_id] for span_id in fresh if span_id in trace.documents]
        logged = self.join(project, trace.trace_no, fresh)
        moved = self.grow(trace, fresh, count_anew=count_anew or bool(documents))
        return Growth(trace, fresh, moved, logged, documents, blocks)

    def _supersedes(self, project: int, trace: Trace, span: Span) -> bool:
        """Whether a span is new or the later version of one that is stored (design rule 10)."""
        known = trace.versions.get(span.span_id)
        if known is None or known != span.version:
            return known is None or known < span.version
        held = stored.sent(self._connection, project, trace.trace_no, trace.trace_id, span.span_id)
        return content_hash(held) < content_hash(span.decoded)

    def _settle(self, project: int, growth: Growth) -> Row:
        """Bring the rest up to date with rows that were just written: who counts instead of whom,
        and what the trace's session counts of it; gives the trace's own row.
        """
        trace, fresh = growth.trace, growth.fresh
        self._update_counted_by(project, trace, fresh, growth.moved)
        rollup = trace.growing.rollup()
        shown = self._texts(project, trace, fresh, (rollup.input_source, rollup.output_source))
        texts = (shown[0], shown[1])
        before, trace.counted = trace.counted, counted(trace.trace_id, rollup, texts)
        self.sessions.change(before, trace.counted)
        self._remembered.keep(project, trace)
        return trace_row(project, trace.trace_no, trace.trace_id, rollup, texts)

    def join(self, project: int, trace_no: int, fresh: dict[str, Span]) -> dict[str, Logged]:
        """Have new spans say what log records that came before them tell; these records."""
        logged = self._logs.of_spans(project, trace_no, fresh)
        for span_id, told in logged.items():
            span = fresh[span_id]
            events = [*span.decoded.events, *told.events]
            span.show(self._previewer(span.decoded.attributes, span.type, events))
        return logged

    def _hear(self, project: int, trace: Trace, late: list[str]) -> bool:
        """Have stored spans say what log records that came after them tell: whether the trace must
        then be counted anew.
        """
        count_anew = False
        for span_id, told in self._logs.of_spans(project, trace.trace_no, late).items():
            key = (project, trace.trace_no, bytes.fromhex(span_id))
            row = one(self._connection, _HEARD, key)
            assert row is not None  # its version is known
            kind, document_no = row
            sent = stored.unpacked(self._connection, document_no)
            events = [*sent.events, *told.events]
            says = self._previewer(sent.attributes, kind, events)
            trace.texts.clear()
            count_anew |= not trace.growing.hear(span_id, says)
            heard = trace.growing.spans[span_id]
            self._connection.execute(
                "UPDATE spans SET has_messages = ?, has_input = ?, has_output = ?, says_user = ?, "
                "says_assistant = ?, event_count = ? "
                "WHERE project_id = ? AND trace_no = ? AND span_id = ?",
                (
                    heard.has_messages,
                    heard.has_input,
                    heard.has_output,
                    heard.says_user,
                    heard.says_assistant,
                    len(events),
                    *key,
                ),
            )
            self._connection.execute(
                "UPDATE span_content SET log_refs = ? WHERE document_no = ?",
                (told.refs, document_no),
            )
        return count_anew

    def grow(
        self, trace: Trace, fresh: dict[str, Span], *, count_anew: bool
    ) -> dict[str, str | None]:
        """Bring a trace's totals up to date; the spans whose usage another counts now."""
        spans = {span_id: narrow.for_rollup(span) for span_id, span in fresh.items()}
        trace.versions.update((span_id, span.version) for span_id, span in fresh.items())
        if not count_anew and trace.growing.spans:
            trace.growing, moved = grown(trace.growing, list(spans.values()))
            return moved
        before = trace.growing
        trace.growing = GrowingTrace(list((before.spans | spans).values()))
        return differences(before.counted_by, trace.growing.counted_by)

    def _write_spans(self, project: int, growths: list[Growth]) -> None:
        for growth in growths:
            for span_id, span in growth.fresh.items():
                told = growth.logged.get(span_id)
                log_refs = None if told is None else told.refs
                self._contents.keep(project, growth.trace.trace_no, span, log_refs)
        documents = iter(self._contents.flush())
        rows = []
        for growth in growths:
            trace, counted_by = growth.trace, growth.trace.growing.counted_by
            for span_id, span in growth.fresh.items():
                told = growth.logged.get(span_id)
                document_no = trace.documents[span_id] = next(documents)
                rows.append(
                    narrow.row(
                        span,
                        project,
                        trace.trace_no,
                        counted_by=counted_by.get(span_id),
                        logged_count=0 if told is None else len(told.events),
                        document_no=document_no,
                    )
                )
        self._connection.executemany(narrow.INSERT, rows)

    def _update_counted_by(
        self,
        project: int,
        trace: Trace,
        fresh: dict[str, Span],
        moved: dict[str, str | None],
    ) -> None:
        """Tell stored spans that another now counts instead of them, or no longer does."""
        changed = [
            (narrow.as_bytes(instead), project, trace.trace_no, bytes.fromhex(span_id))
            for span_id, instead in moved.items()
            if span_id not in fresh
        ]
        if changed:
            self._connection.executemany(
                "UPDATE spans SET usage_counted_by = ? "
                "WHERE project_id = ? AND trace_no = ? AND span_id = ?",
                changed,
            )

    def _texts(
        self,
        project: int,
        trace: Trace,
        fresh: dict[str, Span],
        sources: tuple[TextSource | None, ...],
    ) -> list[str | None]:
        """The previews that stand for a trace: of a span that just came, as they stood before, or
        made anew from what is stored.
        """
        texts: list[str | None] = []
        known, trace.texts = trace.texts, {}
        for source in sources:
            if source is None:
                texts.append(None)
                continue
            key = (source.span_id, source.shown)
            if (span := fresh.get(source.span_id)) is not None:
                text = span.previews.of(source.shown)
            elif key in known:
                text = known[key]
            else:
                span_id = bytes.fromhex(source.span_id)
                text = stored.previews(
                    self._connection, self._previewer, project, trace.trace_no, span_id
                ).of(source.shown)
            trace.texts[key] = text
            texts.append(text)
        return texts
