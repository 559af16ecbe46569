"""What any span store promises: batches of spans, scores and log events in, rows for pages out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, Protocol, TypeVar

from threadline_server.model.attributes import Attributes
from threadline_server.model.log_record import LogEvent
from threadline_server.model.previews import Previews
from threadline_server.model.score import Score
from threadline_server.model.search import Found, SearchQuery, SearchTerm, SessionHits
from threadline_server.model.span import (
    Cost,
    DecodedSpan,
    Event,
    Link,
    Resource,
    Scope,
    Span,
    SpanType,
    Status,
    Tokens,
)

Operator = Literal["eq", "ne", "gt", "gte", "lt", "lte", "contains", "exists"]
Kind = Literal["text", "integer", "number", "boolean", "array", "metadata"]
Noun = Literal["sessions", "traces", "spans"]
Scalar = str | int | float | None
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition of a list, in the store's own units: times and durations in nanoseconds.

    `column` is the name of a field of the row structs below; of kind `metadata`, the key within
    `metadata`. On kind `array`, `contains` means that the array has the member.
    """

    column: str
    kind: Kind
    operator: Operator
    value: Scalar


@dataclass(frozen=True, slots=True)
class ListQuery:
    """One page of a list.

    `from_ns` (inclusive) and `to_ns` (exclusive) select what has a trace (a span, in the spans
    list) whose interval meets them. `terms` select by what was said: sessions with a trace, and
    traces, that have them all, and spans that have them all themselves.
    `after` is the sort value and the id of the last row of the page before. Nulls sort last both
    ways; ties are broken in an order of the store's own, in the direction of the sort. Previews
    of sessions and traces sort by their first 32 characters.
    """

    project: str
    noun: Noun
    sort: str
    descending: bool
    limit: int
    filters: tuple[Filter, ...] = ()
    from_ns: int | None = None
    to_ns: int | None = None
    terms: tuple[SearchTerm, ...] | None = None
    session_id: str | None = None
    after: tuple[Scalar, str] | None = None


@dataclass(frozen=True, slots=True)
class ScoreQuery:
    """One page of scores, the latest first, ties by id.

    `session_id` selects those on the session and on its traces and their spans, `trace_id` those
    on the trace and its spans, `span_id` beside it those on the one span; without either it is
    all of the project. `after` is the time and the id of the last row of the page before.
    """

    project: str
    limit: int
    session_id: str | None = None
    trace_id: str | None = None
    span_id: str | None = None
    after: tuple[int, str] | None = None


@dataclass(slots=True)
class ScoreRow:
    """A score, and the session that it is on or that its trace belongs to, as far as is known."""

    score: Score
    session_id: str | None


@dataclass(slots=True)
class SessionRow:
    """A session's totals over all of its traces (design rule 3)."""

    session_id: str
    start_ns: int
    end_ns: int
    duration_ns: int
    active_ns: int
    trace_count: int
    span_count: int
    error_count: int
    error_trace_count: int
    input_tokens: int
    output_tokens: int
    total_tokens: int
    cache_read_tokens: int
    total_cost: float | None
    unpriced_calls: int
    user_ids: list[str]
    models: list[str]
    tags: list[str]
    first_input: str | None
    last_output: str | None
    running: bool


@dataclass(slots=True)
class SessionDetail:
    """A session with what only its own page asks for."""

    row: SessionRow
    metadata: dict[str, Any]
    key_counts: dict[str, int]
    conflict_trace_count: int


@dataclass(slots=True)
class TraceRow:
    """A trace's totals, and which key of which span put it into its session.

    `model_ns` and `tool_ns` are the union of its llm spans' and of its tool spans' intervals.
    """

    trace_id: str
    name: str
    session_id: str | None
    user_id: str | None
    start_ns: int
    end_ns: int
    duration_ns: int
    status: Status
    span_count: int
    error_count: int
    input_tokens: int
    output_tokens: int
    total_tokens: int
    cache_read_tokens: int
    total_cost: float | None
    unpriced_calls: int
    models: list[str]
    tags: list[str]
    metadata: dict[str, Any]
    input: str | None
    output: str | None
    root_span_id: str | None
    running: bool
    step_count: int
    model_ns: int
    tool_ns: int
    session_key: str | None
    session_span_id: str | None
    session_conflict: bool


@dataclass(slots=True)
class SpanRow:
    """A span without payloads; `input` and `output` are previews, read only for lists."""

    trace_id: str
    span_id: str
    parent_span_id: str | None
    name: str
    type: SpanType
    status: Status
    status_message: str
    start_ns: int
    end_ns: int | None
    model: str | None
    provider: str | None
    agent_name: str | None
    tool_name: str | None
    input_tokens: int | None
    output_tokens: int | None
    cache_read_tokens: int | None
    cache_write_tokens: int | None
    reasoning_tokens: int | None
    total_cost: float | None
    cost_source: str | None
    usage_counted_by: str | None
    scope_name: str
    event_count: int
    session_id: str | None = None
    input: str | None = None
    output: str | None = None

    @property
    def duration_ns(self) -> int | None:
        """From start to end; None while it runs."""
        return None if self.end_ns is None else self.end_ns - self.start_ns

    @property
    def total_tokens(self) -> int | None:
        """Input and output; None where the span reports neither."""
        if self.input_tokens is None and self.output_tokens is None:
            return None
        return (self.input_tokens or 0) + (self.output_tokens or 0)


@dataclass(slots=True)
class SpanDetail:
    """A span with everything that was sent, as it was sent.

    Where log records say something of it, its events and theirs are in the order of time.
    """

    row: SpanRow
    user_id: str | None
    conversation_id: str | None
    request_model: str | None
    response_model: str | None
    tool_call_id: str | None
    input_cost: float | None
    output_cost: float | None
    tags: list[str]
    metadata: dict[str, Any]
    marks: list[str]
    received_ns: int
    normalizer_version: int
    attributes: Attributes
    events: list[Event]
    links: list[Link]
    resource: Resource
    scope: Scope


@dataclass(slots=True)
class Step:
    """A direct child of a workflow's root, with the totals of its subtree."""

    row: SpanRow
    span_count: int
    error_count: int
    input_tokens: int
    output_tokens: int
    total_cost: float | None


@dataclass(slots=True)
class Page(Generic[Row]):
    """Rows of one page; `more` tells that another follows.

    Of a page that terms select, `truncated` tells that only the newest of all matches were looked
    at, and `hits` is the best of each session, by session id.
    """

    rows: list[Row]
    more: bool
    truncated: bool = False
    hits: dict[str, SessionHits] = field(default_factory=dict)


@dataclass(slots=True)
class Removed:
    """What a deletion took away."""

    trace_count: int
    span_count: int
    block_count: int
    score_count: int


@dataclass(slots=True)
class Stats:
    """How much a project holds; `disk_bytes` counts every file of the store."""

    span_count: int
    trace_count: int
    session_count: int
    disk_bytes: int


@dataclass(slots=True)
class SpanBatch:
    """What one accepted request holds; what the store refuses of it is told by name."""

    project: str
    spans: list[Span]
    size_bytes: int
    scores: list[Score] = field(default_factory=list)
    events: list[LogEvent] = field(default_factory=list)

    @property
    def record_count(self) -> int:
        """How many spans, scores and log events it holds."""
        return len(self.spans) + len(self.scores) + len(self.events)


@dataclass(slots=True)
class Rejected:
    """A span or log record that was not kept, and why."""

    trace_id: str
    span_id: str
    name: str
    reason: str


@dataclass(slots=True)
class Changes:
    """Which traces and sessions one commit changed, or gave a score; both may since be gone."""

    project: str
    trace_ids: set[str] = field(default_factory=set)
    session_ids: set[str] = field(default_factory=set)


Version = int
"""Which version of a span is stored: a number that no other ever had."""


@dataclass(slots=True)
class SentSpan:
    """A stored span as it was sent, when it was received, and which version of it that is."""

    span: DecodedSpan
    received_ns: int
    version: Version


@dataclass(slots=True)
class UnreportedCost:
    """A span that reports tokens and no cost, what tells its price, and the cost that it has."""

    trace_id: str
    span_id: str
    version: Version
    provider: str | None
    response_model: str | None
    request_model: str | None
    start_ns: int
    tokens: Tokens
    cost: Cost


@dataclass(slots=True)
class Repriced:
    """The cost that a span is to have, if that version of it is still stored."""

    trace_id: str
    span_id: str
    version: Version
    cost: Cost


@dataclass(slots=True)
class Walked(Generic[Row]):
    """A stretch of a walk over all spans of a project: what was wanted of so many spans, and where
    the next stretch begins; None at the end.
    """

    items: list[Row]
    span_count: int
    next_cursor: str | None


Previewer = Callable[[Attributes, SpanType, Sequence[Event]], Previews]
"""Gives the previews of a span from its attributes and all of its events; handed in, since a store
does not see how attributes are understood."""


class SpanSink(Protocol):
    """The way in, as the receiving side sees it."""

    async def write(self, batch: SpanBatch) -> list[Rejected]:
        """Return once the batch is durable (design rule 13), with what was refused of it.

        Raises ThreadlineError `busy` (503, with a time to retry after) when the bounded queue is
        full or the disk takes no more; then nothing of the batch is kept.
        """
        ...


Listener = Callable[[list[Changes]], None]
"""Called after each commit, on the writer's thread."""


class SpanStore(Protocol):
    """One store. Reads may run on any thread; what writes, on one at a time."""

    def write(self, batches: Sequence[SpanBatch]) -> tuple[list[list[Rejected]], list[Changes]]:
        """Store batches and bring every rollup they touch up to date, in one transaction.

        A score is kept whether or not what it is on has arrived, unless that was deleted; so is a
        log event, for seven days if no span of its trace comes. A span and its log events make
        the same rows in whatever order they arrive.
        """
        ...

    def sent(self, project: str, *, after: str | None, limit: int) -> Walked[SentSpan]:
        """A stretch of all spans as they were sent; `after` is the `next_cursor` before.

        The order is the store's own, with what arrives meanwhile at the end. Raises ThreadlineError
        for a cursor that is none.
        """
        ...

    def unreported(self, project: str, *, after: str | None, limit: int) -> Walked[UnreportedCost]:
        """Of a stretch of all spans those that report tokens and no cost; as `sent`."""
        ...

    def renew(self, project: str, spans: Sequence[tuple[SentSpan, Span]]) -> tuple[int, Changes]:
        """Put what today's rules make of stored spans in their place, with all that follows for
        their traces and sessions, in one transaction; how many it made something else of.

        It leaves what sending them again would give. A span that is gone or was sent in another
        version since it was read is left alone.
        """
        ...

    def reprice(self, project: str, costs: Sequence[Repriced]) -> tuple[int, Changes]:
        """Give stored spans other costs and their traces and sessions other totals, in one
        transaction; how many that were. As `renew`.
        """
        ...

    def delete_session(self, project: str, session_id: str) -> tuple[Removed, Changes] | None:
        """Remove a session's traces, its scores and theirs, and all that only they used.

        None where there is no such session and no score on it.
        """
        ...

    def rest(self) -> bool:
        """Do one bounded step of what was left for a moment in which nothing arrives; whether
        nothing is left to do.
        """
        ...

    def sessions(self, query: ListQuery) -> Page[SessionRow]:
        """One page of sessions; as every list, it raises ThreadlineError `list_too_broad` where too
        many rows would have to be looked at.
        """
        ...

    def traces(self, query: ListQuery) -> Page[TraceRow]:
        """One page of traces."""
        ...

    def spans(self, query: ListQuery) -> Page[SpanRow]:
        """One page of spans, with previews."""
        ...

    def search(self, query: SearchQuery) -> Found:
        """One page of what was said that has the terms of a query."""
        ...

    def session(self, project: str, session_id: str) -> SessionDetail | None:
        """A session with its metadata and the provenance of its grouping."""
        ...

    def trace(self, project: str, trace_id: str) -> TraceRow | None:
        """A trace's totals."""
        ...

    def trace_spans(
        self, project: str, trace_id: str, *, limit: int, after: tuple[int, str] | None
    ) -> Page[SpanRow]:
        """Spans of a trace by start, then span id; `after` is the last of the page before."""
        ...

    def span(self, project: str, trace_id: str, span_id: str) -> SpanDetail | None:
        """A span with all that was sent."""
        ...

    def scores(self, query: ScoreQuery) -> Page[ScoreRow]:
        """One page of scores."""
        ...

    def steps(self, project: str, trace_ids: Sequence[str], *, limit: int) -> dict[str, list[Step]]:
        """The first steps of each trace that is a workflow, by trace id."""
        ...

    def longest_traces(
        self, project: str, session_ids: Sequence[str], *, limit: int
    ) -> dict[str, list[TraceRow]]:
        """The longest traces of each session, in order of start."""
        ...

    def trace_counts(self, project: str, session_ids: Sequence[str]) -> dict[str, int]:
        """How many traces each session has."""
        ...

    def has_project(self, project: str) -> bool:
        """Whether there is a project of that name."""
        ...

    def stats(self, project: str) -> Stats:
        """How much a project holds."""
        ...

    def close(self) -> None:
        """Give back every file and lock."""
        ...
