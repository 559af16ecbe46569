"""Spans in their two states: as OTLP said them, and as Threadline understands them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from threadline_server.model.attributes import Attributes, AttributeValue
from threadline_server.model.previews import NO_PREVIEWS, Previews

SpanType = Literal[
    "agent",
    "llm",
    "tool",
    "retrieval",
    "embedding",
    "chain",
    "guardrail",
    "evaluator",
    "span",
]

Status = Literal["unset", "ok", "error"]

SESSION_RANK = 1
CONVERSATION_RANK = 2


@dataclass(slots=True)
class Resource:
    """Who sent: the attributes of an OTLP Resource, shared by the spans of one group."""

    attributes: Attributes = field(default_factory=dict)


@dataclass(slots=True)
class Scope:
    """Which instrumentation wrote: an OTLP InstrumentationScope, shared by its spans."""

    name: str = ""
    version: str = ""
    attributes: Attributes = field(default_factory=dict)


@dataclass(slots=True)
class Event:
    """A moment within a span; `time_ns` is nanoseconds since 1970, 0 when unknown.

    An event that came as a log record is `logged`, and may have a body.
    """

    name: str
    time_ns: int
    attributes: Attributes
    body: AttributeValue = None
    logged: bool = False


@dataclass(slots=True)
class Link:
    """A pointer to another span; ids are lower-case hex."""

    trace_id: str
    span_id: str
    attributes: Attributes


@dataclass(slots=True)
class DecodedSpan:
    """One span exactly as OTLP said it, ids as lower-case hex and times as nanoseconds.

    `parent_span_id` is None where OTLP had none or all zeros; `end_ns` is 0 while running;
    `status_code` is 0 unset, 1 ok, 2 error; `kind` is OTLP's span kind number.
    """

    trace_id: str
    span_id: str
    parent_span_id: str | None
    name: str
    start_ns: int
    end_ns: int
    attributes: Attributes
    resource: Resource
    scope: Scope
    kind: int = 0
    status_code: int = 0
    status_message: str = ""
    events: list[Event] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    trace_state: str = ""


@dataclass(slots=True)
class Claim:
    """A session id that one span states: the value, the key it came from, and the key's rank.

    Rank 1 are session keys; rank 2, conversation and thread keys, counts in a trace only where no
    span of it has a session key (design rule 1).
    """

    value: str
    key: str
    rank: int


class Tokens(NamedTuple):
    """Tokens that a span reports; None where it says nothing.

    `input` includes cache reads and writes and `output` includes reasoning, whatever the
    dialect's own convention; the other three are parts of these two.
    """

    input: int | None = None
    output: int | None = None
    cache_read: int | None = None
    cache_write: int | None = None
    reasoning: int | None = None

    @property
    def reported(self) -> bool:
        """Tokens of all kinds are one quantity; all zeros are no report (design rule 5)."""
        return bool(
            self.input or self.output or self.cache_read or self.cache_write or self.reasoning
        )


NO_TOKENS = Tokens()


class Cost(NamedTuple):
    """US dollars that a span reports or that were computed for it; None where unknown."""

    input: float | None = None
    output: float | None = None
    total: float | None = None
    source: Literal["reported", "computed"] | None = None


NO_COST = Cost()


@dataclass(slots=True)
class Span:
    """One canonical span: what every page, query and rollup speaks of.

    `end_ns` is None while it runs. `previews` are those that totals are made of: of a span without
    parent its input and output, of a model call what is said in its messages. `marks` name what was
    repaired. `version` orders versions of one span, so that arrival order never matters (design
    rule 10).
    """

    decoded: DecodedSpan
    trace_id: str
    span_id: str
    parent_span_id: str | None
    name: str
    start_ns: int
    end_ns: int | None
    received_ns: int
    type: SpanType = "span"
    status: Status = "unset"
    status_message: str = ""
    session: Claim | None = None
    user_id: str | None = None
    conversation_id: str | None = None
    agent_name: str | None = None
    request_model: str | None = None
    response_model: str | None = None
    response_id: str | None = None
    provider: str | None = None
    tokens: Tokens = NO_TOKENS
    cost: Cost = NO_COST
    tool_name: str | None = None
    tool_call_id: str | None = None
    tags: list[str] = field(default_factory=list)
    metadata: dict[str, AttributeValue] = field(default_factory=dict)
    previews: Previews = NO_PREVIEWS
    pending: bool = False
    marks: list[str] = field(default_factory=list)
    attribute_count: int = 0
    normalizer_version: int = 0

    @property
    def model(self) -> str | None:
        """The response's model, else the requested one."""
        return self.response_model or self.request_model

    @property
    def version(self) -> tuple[bool, int, int]:
        """The greater of two versions of one span wins: a real one before a pending one, then the
        later end (no end: earliest), then more attributes; of equals what was sent decides.
        """
        return (not self.pending, self.end_ns or 0, self.attribute_count)

    def show(self, previews: Previews) -> None:
        """Take over what was said in it, as far as totals are made of it."""
        is_root = self.parent_span_id is None
        self.previews = previews if is_root else previews._replace(input=None, output=None)


@dataclass(slots=True)
class Message:
    """One message of a conversation: who speaks, and the parts of what is said.

    `role` is system, user, assistant or tool, another word where a client has one of its own, and
    empty where nobody is named. `finish_reason` is the provider's word for why the model stopped,
    `name` the speaker's own. `extra` is what else came with the message.

    A part is a JSON object with a `type`, and with `extra` where more came with it than is here:

    - `text`: `text`
    - `reasoning`: `text`, empty where a provider shows none; `encrypted`, what it gives instead
    - `tool_call`: `id`, `name`, `arguments`, a JSON value
    - `tool_result`: `id`, `name` if known, `result`, a JSON value, or null where the result came
      as `parts`; `error`, true where the tool failed
    - `image`, `audio`, `file`: `media_type`, `data` as base64, `url`, each or null; where known
      `name`, `file_id` of the provider's store, `text` or `parts` of a document that came as such,
      `transcript` of audio
    - `refusal`: `text`
    - `json`: `value`, structured output
    - `truncated`: a size limit cut off what followed; `text` is what could not be read of its end
    - `other`: `value`, what is not understood, as it came
    """

    role: str
    parts: list[dict[str, Any]]
    finish_reason: str | None = None
    name: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Carried:
    """What a span carries for people to read, understood anew from its attributes.

    `input_key` and `output_key` name the attributes that `input` and `output` are of.
    `input`, `output` and `system_instructions` are JSON values where the text is JSON, else text;
    None where absent. `tool_definitions` are the tools offered to a model, each as it was sent.
    `time_to_first_token_ns` counts from the start of the span.
    """

    input: Any = None
    output: Any = None
    input_key: str | None = None
    output_key: str | None = None
    input_messages: list[Message] = field(default_factory=list)
    output_messages: list[Message] = field(default_factory=list)
    time_to_first_token_ns: int | None = None
    tool_definitions: list[Any] | None = None
    system_instructions: Any = None
