"""Turn batches of canonical spans into rows, content and up-to-date rollups in one transaction."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

import apsw

from threadline_server.model.span import Span
from threadline_server.model.time import Clock
from threadline_server.store.content.head import head_of
from threadline_server.store.content.payload import pack
from threadline_server.store.content.words import words_of_span, words_of_text
from threadline_server.store.contract import Changes
from threadline_server.store.rollup.trace import GrowingTrace, TextSource, differences, grown
from threadline_server.store.sqlite import narrow
from threadline_server.store.sqlite.blocks import (
    DOCUMENT,
    ORIGIN,
    TEXT,
    BlockWriter,
    packed_refs,
)
from threadline_server.store.sqlite.delete import is_deleted_trace
from threadline_server.store.sqlite.packed import unpack_refs
from threadline_server.store.sqlite.statement import many, one, value
from threadline_server.store.sqlite.totals import refresh_session, write_trace

REMEMBERED_FROM = 100
"""Spans from which on a trace is remembered between transactions."""

REMEMBERED_SPANS = 100_000
"""Spans of all remembered traces together, at somewhat over a kilobyte each."""


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

    def __init__(self, connection: apsw.Connection, blocks: BlockWriter, clock: Clock) -> None:
        self._connection = connection
        self._blocks = blocks
        self._clock = clock
        self._remembered = _Remembered()
        self._next_trace_no = value(connection, "SELECT coalesce(max(trace_no), 0) + 1 FROM traces")

    def committed(self) -> None:
        """Let the traces that the transaction changed be remembered."""
        self._remembered.committed()

    def rolled_back(self) -> None:
        """Forget the traces that the transaction changed."""
        self._remembered.forget_touched()

    def deleted(self, project: int, trace_ids: Iterable[str]) -> None:
        """Forget traces that are gone."""
        self._remembered.forget(project, trace_ids)

    def write(self, project: int, name: str, spans: Iterable[Span]) -> Changes:
        """Store spans of one project and refresh every trace and session that they touch."""
        changes = Changes(name)
        by_trace: dict[str, dict[str, Span]] = {}
        for span in spans:
            siblings = by_trace.setdefault(span.trace_id, {})
            known = siblings.get(span.span_id)
            if known is None or known.version_key < span.version_key:
                siblings[span.span_id] = span
        sessions: set[str] = set()
        for trace_id, fresh in by_trace.items():
            if not is_deleted_trace(self._connection, project, trace_id, self._clock()):
                sessions |= self._write_trace(project, trace_id, fresh, changes)
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
            trace_no = self._next_trace_no
            self._next_trace_no += 1
            return Trace(trace_no, trace_id, None, GrowingTrace([]), {})
        spans, versions = narrow.stored_for_rollup(self._connection, project, row[0])
        return Trace(row[0], trace_id, row[1], GrowingTrace(list(spans.values())), versions)

    def _write_trace(
        self, project: int, trace_id: str, incoming: dict[str, Span], changes: Changes
    ) -> set[str]:
        """Write one trace's spans; the sessions whose totals it changed."""
        trace = self.open_trace(project, trace_id)
        fresh = {
            span_id: span
            for span_id, span in incoming.items()
            if span_id not in trace.versions or trace.versions[span_id] < span.version_key
        }
        if not fresh:
            self._remembered.keep(project, trace)
            return set()
        replaced = [span_id for span_id in fresh if span_id in trace.versions]
        moved = self.grow(trace, fresh, replaced)
        before = self._refs_of(project, trace.trace_no, replaced)
        self._write_spans(project, trace, fresh)
        if before:
            self._forget_blocks(project, trace.trace_no, before)
        return self.settle(project, trace, fresh, moved, changes)

    def keep(self, project: int, trace: Trace) -> None:
        """Remember a trace that is as it is stored, if its transaction commits."""
        self._remembered.keep(project, trace)

    def replace(self, project: int, trace: Trace, spans: dict[str, Span]) -> None:
        """Write spans anew that are stored, with their content."""
        if spans:
            before = self._refs_of(project, trace.trace_no, list(spans))
            self._write_spans(project, trace, spans)
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

    def grow(
        self, trace: Trace, fresh: dict[str, Span], replaced: list[str]
    ) -> dict[str, str | None]:
        """Bring a trace's totals up to date; the spans whose usage another counts now."""
        spans = {span_id: narrow.for_rollup(span) for span_id, span in fresh.items()}
        trace.versions.update((span_id, span.version_key) for span_id, span in fresh.items())
        if not replaced and trace.growing.spans:
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
    ) -> None:
        counted_by = trace.growing.counted_by
        rows, contents, used = [], [], set()
        for span_id, span in fresh.items():
            refs, numbers = self._keep_content(project, span)
            used.update(numbers)
            rows.append(narrow.row(span, project, trace.trace_no, counted_by.get(span_id)))
            contents.append(narrow.content_row(span, project, trace.trace_no, refs))
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
        """Remove what only replaced versions of a trace's spans referred to."""
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
