"""Describe the JSON documents of the REST contract for OpenAPI and for generated clients."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from threadline_server.model.search import Where
from threadline_server.show.part_schemas import Part

Status = Literal["unset", "ok", "error"]
SpanType = Literal[
    "agent", "llm", "tool", "retrieval", "embedding", "chain", "guardrail", "evaluator", "span"
]


class Model(BaseModel):
    """A document whose fields are all written down."""

    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True)


class ErrorDetail(Model):
    """What went wrong, with which input, and what to do."""

    code: str
    message: str
    hint: str


class Error(Model):
    """The body of every answer that is no success."""

    error: ErrorDetail


class Score(Model):
    """A named judgement of a session, a trace or a span: a number, a label, or both.

    `session_id` is the session that it is on, or to which its trace belongs.
    """

    score_id: str
    name: str
    value: float | None
    label: str | None
    comment: str | None
    source: Literal["program"]
    target: Literal["session", "trace", "span"]
    session_id: str | None
    trace_id: str | None
    span_id: str | None
    time: str
    received_time: str


class ScoreList(Model):
    """One page of scores, the latest first."""

    items: list[Score]
    next_cursor: str | None


class Scored(Model):
    """What carries scores, the latest first.

    Beyond 1,000 the list of scores goes on from `scores_next_cursor`.
    """

    scores: list[Score]
    scores_next_cursor: str | None


class Session(Model):
    """Totals of a whole session; times are ISO-8601 UTC, durations milliseconds, cost US dollars."""

    session_id: str
    start_time: str
    end_time: str
    duration_ms: float
    active_ms: float
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


class SessionProvenance(Model):
    """Which attribute keys grouped the traces, and how many traces held more than one id."""

    keys: dict[str, int]
    conflict_trace_count: int


class SessionPage(Session, Scored):
    """A session with the metadata of its traces, and the scores on it, its traces and spans."""

    metadata: dict[str, Any]
    provenance: SessionProvenance


class Hit(Model):
    """A text that a search found, and where: in the first span of its session that says it.

    `snippet` is a part of the text on one line, plain text whatever is in it. `highlights` are the
    start and end of what was searched for, in code points of the snippet. `score` tells how much of
    what was searched for the text has, rare words more than frequent ones: above 0, at most 1.
    `span_id` is null where the trace has too many spans to look for the one.
    """

    session_id: str | None
    trace_id: str
    span_id: str | None
    where: Where
    snippet: str
    highlights: list[tuple[int, int]]
    score: float


class HitList(Model):
    """One page of hits. `truncated`: there are more matches, and only the newest were looked at."""

    items: list[Hit]
    next_cursor: str | None
    truncated: bool


class ListedSession(Session):
    """A session in a list; with `q` its best hit, and how many of its texts have one."""

    hit: Hit | None
    hit_count: int | None


class SessionList(Model):
    """One page of sessions. `truncated`: `q` has more matches, and only the newest were looked at."""

    items: list[ListedSession]
    next_cursor: str | None
    truncated: bool


class RemovedSession(Model):
    """What a deletion took away."""

    session_id: str
    trace_count: int
    span_count: int
    message_count: int
    score_count: int


class ShapeMark(Model):
    """One trace in a session's shape: how long, and how much of it in models and tools."""

    trace_id: str
    start_time: str
    end_time: str
    duration_ms: float
    model_ms: float
    tool_ms: float
    failed: bool


class Shape(Model):
    """A session's shape: its longest traces in order of start."""

    session_id: str
    trace_count: int
    marks: list[ShapeMark]


class ShapeList(Model):
    """The shapes of the sessions that were asked for and exist."""

    items: list[Shape]


class Step(Model):
    """A step of a workflow, with the totals of what ran below it."""

    span_id: str
    name: str
    type: SpanType
    status: Status
    status_message: str
    start_time: str
    end_time: str | None
    duration_ms: float | None
    input: str | None
    output: str | None
    span_count: int
    error_count: int
    input_tokens: int
    output_tokens: int
    total_cost: float | None


class Trace(Model):
    """Totals of a trace; `input` and `output` are previews."""

    trace_id: str
    name: str
    session_id: str | None
    user_id: str | None
    start_time: str
    end_time: str
    duration_ms: float
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
    model_ms: float
    tool_ms: float


class ListedTrace(Trace):
    """A trace in a list; `steps` is null unless they were asked for."""

    steps: list[Step] | None


class TraceList(Model):
    """One page of traces. `truncated`: `q` has more matches, and only the newest were looked at."""

    items: list[ListedTrace]
    next_cursor: str | None
    truncated: bool


class TraceProvenance(Model):
    """Which key on which span put the trace into its session, and whether spans disagreed."""

    key: str
    span_id: str
    conflict: bool


class Span(Model):
    """A span without payloads; tokens and cost as it reports them itself."""

    span_id: str
    parent_span_id: str | None
    name: str
    type: SpanType
    status: Status
    status_message: str
    start_time: str
    end_time: str | None
    duration_ms: float | None
    model: str | None
    provider: str | None
    agent_name: str | None
    tool_name: str | None
    input_tokens: int | None
    output_tokens: int | None
    total_tokens: int | None
    cache_read_tokens: int | None
    cache_write_tokens: int | None
    reasoning_tokens: int | None
    total_cost: float | None
    cost_source: Literal["reported", "computed"] | None
    usage_counted_by: str | None
    scope_name: str
    event_count: int


class TracePage(Trace, Scored):
    """A trace with its spans by start, and the scores on it and on them."""

    provenance: TraceProvenance | None
    spans: list[Span]
    next_cursor: str | None


class ListedSpan(Span):
    """A span in the list of all spans; `input` and `output` are previews."""

    trace_id: str
    session_id: str | None
    input: str | None
    output: str | None


class SpanList(Model):
    """One page of spans. `truncated`: `q` has more matches, and only the newest were looked at."""

    items: list[ListedSpan]
    next_cursor: str | None
    truncated: bool


class Message(Model):
    """Who speaks, and the parts of what is said.

    `role` is system, user, assistant or tool, another word where a client has its own, or empty.
    `extra` is what else came with the message, as it came.
    """

    role: str
    name: str | None
    parts: list[Part]
    finish_reason: str | None
    extra: dict[str, Any]


class Messages(Model):
    """The messages that went into a model call and came out of it."""

    input: list[Message]
    output: list[Message]


class Event(Model):
    """A moment within a span, told by the span itself or by a log record, which may have a body."""

    name: str
    time: str | None
    attributes: dict[str, Any]
    body: Any
    source: Literal["span", "log"]


class Link(Model):
    """A pointer to another span."""

    trace_id: str
    span_id: str
    attributes: dict[str, Any]


class Scope(Model):
    """The instrumentation that wrote the span."""

    name: str
    version: str
    attributes: dict[str, Any]


class SpanPage(Span, Scored):
    """A span with everything that was sent; `input` and `output` are JSON where the text is.

    `tool_definitions` are the tools offered to a model, null where none are told.
    `time_to_first_token_ms` counts from the start of the span.
    """

    trace_id: str
    session_id: str | None
    user_id: str | None
    conversation_id: str | None
    request_model: str | None
    response_model: str | None
    tool_call_id: str | None
    input_cost: float | None
    output_cost: float | None
    input: Any
    output: Any
    input_key: str | None
    output_key: str | None
    time_to_first_token_ms: float | None
    tool_definitions: list[Any] | None
    system_instructions: Any
    messages: Messages
    events: list[Event]
    links: list[Link]
    attributes: dict[str, Any]
    resource: dict[str, Any]
    scope: Scope
    tags: list[str]
    metadata: dict[str, Any]
    received_time: str
    normalizer_version: int
    marks: list[str]


class Rates(Model):
    """US dollars per million tokens of each kind; null where a kind has no rate of its own."""

    input: float | None
    output: float | None
    cache_read: float | None
    cache_write: float | None
    reasoning: float | None
    call: float


class Tier(Rates):
    """The rates of a call with more input tokens than that, for all of its tokens."""

    above_input_tokens: int


class Price(Rates):
    """What a model's tokens cost; `call` is US dollars for each call beside them."""

    model: str
    provider: str | None
    tiers: list[Tier]
    source: Literal["own", "built_in"]


class PriceList(Model):
    """Prices, own ones first; `catalog` names the list that comes with the server."""

    items: list[Price]
    catalog: str


Rate = Annotated[float | None, Field(ge=0, le=1e12)]


class OwnPrice(Model):
    """A price of your own, in US dollars per million tokens.

    `model` is a name, or the beginning of one and a `*`; without `provider` it is for any.
    """

    model: Annotated[str, Field(pattern=r"^\s*([^\s*][^*]*\*?|\*)\s*$", max_length=300)]
    provider: Annotated[str | None, Field(pattern=r"\S", max_length=300)] = None
    input: Rate = None
    output: Rate = None
    cache_read: Rate = None
    cache_write: Rate = None
    reasoning: Rate = None

    @model_validator(mode="after")
    def _has_a_rate(self) -> Self:
        if self.input is None and self.output is None:
            raise ValueError("give a price for input, for output, or for both")
        return self


class RemovedPrice(Model):
    """Which own price was taken away."""

    model: str
    provider: str | None


class RenewFrom(Model):
    """Where a walk over all spans goes on; null at its beginning."""

    cursor: Annotated[str | None, Field(max_length=100)] = None


class Renewed(Model):
    """How many spans the stretch had, how many became other, and where the next begins."""

    span_count: int
    changed_count: int
    next_cursor: str | None


class Stats(Model):
    """How much a project holds, and where the server listens."""

    span_count: int
    trace_count: int
    session_count: int
    disk_bytes: int
    data_may_be_discarded: bool
    http_port: int
    grpc_port: int | None
    received_spans_per_second: float
