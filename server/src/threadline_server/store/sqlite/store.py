"""The store's contract kept by one SQLite file: opened, migrated, written, read and closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import apsw

from threadline_server.errors import busy
from threadline_server.model.log_record import LogEvent
from threadline_server.model.score import Score
from threadline_server.model.search import Found, SearchQuery
from threadline_server.model.span import Span
from threadline_server.model.time import NS_PER_SECOND, Clock, now_ns
from threadline_server.store.contract import (
    Changes,
    ListQuery,
    Page,
    Previewer,
    Rejected,
    Removed,
    Repriced,
    ScoreQuery,
    ScoreRow,
    SentSpan,
    SessionDetail,
    SessionRow,
    SpanBatch,
    SpanDetail,
    SpanRow,
    Stats,
    Step,
    TraceRow,
    UnreportedCost,
    Walked,
)
from threadline_server.store.sqlite import lists, read, renew
from threadline_server.store.sqlite.blocks import BlockWriter
from threadline_server.store.sqlite.connection import BUSY_MS, Reader, Readers, open_writer
from threadline_server.store.sqlite.contents import ContentWriter
from threadline_server.store.sqlite.delete import (
    DELETED_FOR_NS,
    delete_session,
    forget_old_deletions,
)
from threadline_server.store.sqlite.lock import DirectoryLock
from threadline_server.store.sqlite.log_events import WAITING_NS, LogEventWriter
from threadline_server.store.sqlite.migrate import migrate, migrations
from threadline_server.store.sqlite.reindex import reindex
from threadline_server.store.sqlite.renew import SpanRenewer
from threadline_server.store.sqlite.repacking import add_repacking
from threadline_server.store.sqlite.scores import scores, write_scores
from threadline_server.store.sqlite.search_index import SearchWriter
from threadline_server.store.sqlite.search_lists import Selection, found, select
from threadline_server.store.sqlite.statement import many, one
from threadline_server.store.sqlite.write import SpanWriter

DATABASE = "threadline.db"
DEFAULT_PROJECT = "default"

TIDY_NS = 3600 * NS_PER_SECOND
"""How often what was kept for a time is looked for."""

REFUSALS = (
    apsw.ConstraintError,
    apsw.MismatchError,
    apsw.TooBigError,
    OverflowError,
    TypeError,
    ValueError,
)
"""What a single span, score or log event may cause and the rest must not suffer from (design rule
12)."""

FULL = (apsw.FullError, apsw.IOError, apsw.NoMemError, apsw.BusyError)
"""What a full or failing disk causes: nothing is kept, and trying again later may help."""

Result = TypeVar("Result")


class SqliteStore:
    """Spans, scores and log events in `threadline.db` of a data directory that this process holds."""

    def __init__(self, data_dir: Path, *, previewer: Previewer, clock: Clock = now_ns) -> None:
        data_dir.mkdir(parents=True, exist_ok=True)
        self._directory = data_dir
        self._clock = clock
        self._previewer = previewer
        self._lock = DirectoryLock(data_dir)
        self._lock.acquire()
        try:
            self._writer = open_writer(data_dir / DATABASE)
            add_repacking(self._writer)
            self.applied_migrations = migrate(self._writer, migrations())
            self._projects = self._open_projects()
            reindex(self._writer)
            self._blocks = BlockWriter(self._writer, SearchWriter(self._writer))
            self._logs = LogEventWriter(self._writer, self._blocks)
            contents = ContentWriter(self._writer, self._blocks)
            self._spans = SpanWriter(self._writer, contents, self._logs, previewer, clock)
            self._renewer = SpanRenewer(self._writer, self._spans)
            self._tidied_ns = 0
            with self._transaction():
                self._tidy()
            self._readers = Readers(data_dir / DATABASE, previewer)
        except BaseException:
            self._lock.release()
            raise

    def _open_projects(self) -> dict[str, int]:
        with self._writer:
            self._writer.execute(
                "INSERT OR IGNORE INTO projects (name) VALUES (?)", (DEFAULT_PROJECT,)
            )
        rows = many(self._writer, "SELECT name, project_id FROM projects")
        return dict(rows)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """One transaction of the writer; what it did not commit is forgotten everywhere."""
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            yield
            self._writer.execute("COMMIT")
        except BaseException as error:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            self._blocks.rolled_back()
            self._spans.rolled_back()
            if isinstance(error, FULL):
                raise busy(f"the store cannot write: {error}", retry_after_s=5) from error
            raise
        self._blocks.committed()
        self._spans.committed()

    def _tidy(self) -> None:
        """Drop what was kept for a time that is over; at most once an hour."""
        now = self._clock()
        if now - self._tidied_ns >= TIDY_NS:
            self._tidied_ns = now
            forget_old_deletions(self._writer, now - DELETED_FOR_NS)
            self._logs.forget_awaited(now - WAITING_NS)

    def write(self, batches: Sequence[SpanBatch]) -> tuple[list[list[Rejected]], list[Changes]]:
        """Store batches in one transaction; only if one is refused, each apart, and only within
        a refused batch each span and score apart, so that a bad one costs nobody else's.
        """
        try:
            return [[] for _ in batches], self._write_together(batches)
        except REFUSALS:
            pass
        rejected, changes = [], []
        for batch in batches:
            refused, changed = self._write_apart(batch)
            rejected.append(refused)
            changes.extend(changed)
        return rejected, changes

    def _write_together(self, batches: Sequence[SpanBatch]) -> list[Changes]:
        by_project: dict[str, list[SpanBatch]] = {}
        for batch in batches:
            by_project.setdefault(batch.project, []).append(batch)
        with self._transaction():
            self._tidy()
            return [self._write_project(name, mine) for name, mine in by_project.items()]

    def _write_project(self, name: str, batches: list[SpanBatch]) -> Changes:
        project = self._projects[name]
        spans = (span for batch in batches for span in batch.spans)
        events = (event for batch in batches for event in batch.events)
        changes = self._spans.write(project, name, spans, events)
        given = (score for batch in batches for score in batch.scores)
        write_scores(self._writer, project, given, changes, self._clock())
        return changes

    def _write_apart(self, batch: SpanBatch) -> tuple[list[Rejected], list[Changes]]:
        try:
            return [], self._write_together([batch])
        except REFUSALS:
            pass
        rejected, changes = [], []
        for each, alone in _one_by_one(batch):
            try:
                changes += self._write_together([alone])
            except REFUSALS as error:
                trace_id, span_id = each.trace_id or "", each.span_id or ""
                rejected.append(Rejected(trace_id, span_id, each.name, str(error)))
        return rejected, changes

    def sent(self, project: str, *, after: str | None, limit: int) -> Walked[SentSpan]:
        """A stretch of all spans as they were sent."""
        return self._read(project, renew.sent, after, limit)

    def unreported(self, project: str, *, after: str | None, limit: int) -> Walked[UnreportedCost]:
        """Of a stretch of all spans those that report tokens and no cost."""
        return self._read(project, renew.unreported, after, limit)

    def renew(self, project: str, spans: Sequence[tuple[SentSpan, Span]]) -> tuple[int, Changes]:
        """Put what today's rules make of stored spans in their place."""
        with self._transaction():
            return self._renewer.renew(self._projects[project], project, spans)

    def reprice(self, project: str, costs: Sequence[Repriced]) -> tuple[int, Changes]:
        """Give stored spans other costs, and their traces and sessions other totals."""
        with self._transaction():
            return self._renewer.reprice(self._projects[project], project, costs)

    def delete_session(self, project: str, session_id: str) -> tuple[Removed, Changes] | None:
        """Remove a session's traces, its scores and theirs, and all that only they used."""
        with self._transaction():
            found = delete_session(
                self._writer,
                self._blocks,
                self._projects[project],
                name=project,
                session_id=session_id,
                now_ns=self._clock(),
            )
        if found is not None:
            self._spans.deleted(self._projects[project], found[1])
        return found

    def rest(self) -> bool:
        """Copy what commits left in the log into the database, and give the log's disk back; where
        somebody reads, at another time.
        """
        self._writer.set_busy_timeout(0)
        try:
            self._writer.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
        except apsw.BusyError:
            return False
        finally:
            self._writer.set_busy_timeout(BUSY_MS)
        return True

    def _list(
        self, reader: Reader, table: lists.ListTable[Result], query: ListQuery
    ) -> tuple[Page[Result], Selection | None]:
        project = self._projects[query.project]
        selected = select(reader.connection, reader.vocabulary, project, query)
        return lists.list_page(reader.connection, table, query, project, selected), selected

    def sessions(self, query: ListQuery) -> Page[SessionRow]:
        """One page of sessions."""
        with self._readers.snapshot() as reader:
            page, selected = self._list(reader, lists.SESSIONS, query)
            if selected is not None:
                page.hits = selected.hits.of_sessions(row.session_id for row in page.rows)
            return page

    def traces(self, query: ListQuery) -> Page[TraceRow]:
        """One page of traces."""
        with self._readers.snapshot() as reader:
            return self._list(reader, lists.TRACES, query)[0]

    def spans(self, query: ListQuery) -> Page[SpanRow]:
        """One page of spans."""
        with self._readers.snapshot() as reader:
            page, _ = self._list(reader, lists.SPANS, query)
            project = self._projects[query.project]
            read.show(reader.connection, reader.shown, project, page.rows)
            return page

    def search(self, query: SearchQuery) -> Found:
        """One page of what was said that has the terms of a query."""
        with self._readers.snapshot() as reader:
            project = self._projects[query.project]
            return found(reader.connection, reader.vocabulary, project, query)

    def _read(self, project: str, question: Callable[..., Result], *arguments: Any) -> Result:
        with self._readers.snapshot() as reader:
            return question(reader.connection, self._projects[project], *arguments)

    def session(self, project: str, session_id: str) -> SessionDetail | None:
        """A session with its metadata and the provenance of its grouping."""
        return self._read(project, read.session, session_id)

    def trace(self, project: str, trace_id: str) -> TraceRow | None:
        """A trace's totals."""
        return self._read(project, read.trace, trace_id)

    def trace_spans(
        self, project: str, trace_id: str, *, limit: int, after: tuple[int, str] | None
    ) -> Page[SpanRow]:
        """Spans of a trace by start, then span id."""
        return self._read(project, read.trace_spans, trace_id, limit, after)

    def span(self, project: str, trace_id: str, span_id: str) -> SpanDetail | None:
        """A span with all that was sent."""
        with self._readers.snapshot() as reader:
            return read.span(
                reader.connection, self._previewer, self._projects[project], trace_id, span_id
            )

    def scores(self, query: ScoreQuery) -> Page[ScoreRow]:
        """One page of scores."""
        return self._read(query.project, scores, query)

    def steps(self, project: str, trace_ids: Sequence[str], *, limit: int) -> dict[str, list[Step]]:
        """The first steps of each trace that is a workflow."""
        with self._readers.snapshot() as reader:
            return read.steps(
                reader.connection, self._previewer, self._projects[project], trace_ids, limit
            )

    def longest_traces(
        self, project: str, session_ids: Sequence[str], *, limit: int
    ) -> dict[str, list[TraceRow]]:
        """The longest traces of each session, in order of start."""
        return self._read(project, read.longest_traces, session_ids, limit)

    def trace_counts(self, project: str, session_ids: Sequence[str]) -> dict[str, int]:
        """How many traces each session has."""
        return self._read(project, read.trace_counts, session_ids)

    def has_project(self, project: str) -> bool:
        """Whether there is a project of that name."""
        return project in self._projects

    def stats(self, project: str) -> Stats:
        """How much a project holds, and how much disk the whole store takes."""
        with self._readers.snapshot() as reader:
            row = one(
                reader.connection,
                "SELECT coalesce(sum(span_count), 0), count(*), "
                "(SELECT count(*) FROM sessions WHERE project_id = ?1) "
                "FROM traces WHERE project_id = ?1",
                (self._projects[project],),
            )
        assert row is not None  # an aggregate always gives a row
        files = (entry for entry in self._directory.iterdir() if entry.is_file())
        return Stats(row[0], row[1], row[2], sum(entry.stat().st_size for entry in files))

    def close(self) -> None:
        """Close every connection and give the data directory back."""
        self._readers.close()
        self._writer.close()
        self._lock.release()


def _one_by_one(batch: SpanBatch) -> Iterator[tuple[Span | Score | LogEvent, SpanBatch]]:
    for span in batch.spans:
        yield span, SpanBatch(batch.project, [span], 0)
    for score in batch.scores:
        yield score, SpanBatch(batch.project, [], 0, [score])
    for event in batch.events:
        yield event, SpanBatch(batch.project, [], 0, [], [event])


def open_store(data_dir: Path, *, previewer: Previewer, clock: Clock = now_ns) -> SqliteStore:
    """The store of a data directory, made where there is none.

    Raises ThreadlineError where another process holds it, or where its schema is not ours.
    """
    return SqliteStore(data_dir, previewer=previewer, clock=clock)
