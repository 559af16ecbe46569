"""The words that stories are told in: sessions of traces, traces of steps, without times and ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Kind = Literal[
    "DEFAULT", "AGENT", "LLM", "TOOL", "RETRIEVAL", "EMBEDDING", "CHAIN", "GUARDRAIL", "EVALUATOR"
]
"""What a span is, as the SDK's `span_type` takes it."""


@dataclass(frozen=True, slots=True)
class Failure:
    """How a step failed: the exception's class, its message and the frames that it came through.

    Without frames it is a status and no exception. A frame is `(place, source line)` as in `('agent/tools/orders.py", line 31, in look_up', 'raise')`.
    """

    kind: str
    message: str
    frames: tuple[tuple[str, str], ...] = ()

    @property
    def stacktrace(self) -> str:
        """The traceback as Python prints it."""
        lines = ["Traceback (most recent call last):"]
        for place, source in self.frames:
            lines += [f"  File {place}", f"    {source}"]
        return "\n".join([*lines, f"{self.kind}: {self.message}"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A step that is no model call: a tool, a request, a guardrail, or a box around other steps.

    It takes `took_ms`, more or less, beside the steps `inside` it; what is `timed` takes no less, and
    hardly more. `events` happen as it ends. `own_trace` makes it a trace of its own that stays in the session.
    """

    name: str
    kind: Kind = "DEFAULT"
    took_ms: int = 0
    timed: bool = False
    input: Any = None
    output: Any = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    events: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    failure: Failure | None = None
    inside: tuple[Step, ...] = ()
    own_trace: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """A tool that a model asks for: how it is named to the model, and the work that answers."""

    name: str
    arguments: Mapping[str, Any]
    result: Any
    work: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCall:
    """What a model answers to all that was said before: text, tools to call, thoughts.

    The calls' work follows it, one after the other or, where `parallel`, at the same time.
    """

    text: str = ""
    calls: tuple[ToolCall, ...] = ()
    reasoning: str = ""
    parallel: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A tool as it is described to a model."""

    name: str
    description: str
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """Who speaks: a model, what it was told, and the tools that it was given."""

    name: str
    model: str
    system: str
    tools: tuple[Tool, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SubAgent:
    """A step in which another agent works on a task of its own, with a history of its own."""

    agent: Agent
    task: str
    steps: tuple[Step, ...]
    input: Any = None
    output: Any = None


Step: TypeAlias = Work | ModelCall | SubAgent


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One message of a person and all that an agent does until it has answered: one trace.

    `pause_s` is how long the person took; `thumb` is what they thought of it, if they said.
    """

    user: str
    steps: tuple[Step, ...]
    pause_s: float = 0
    name: str = "handle_turn"
    tags: tuple[str, ...] = ()
    thumb: bool | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A piece of work without a conversation: one trace, and those that split off from it."""

    work: Work
    pause_s: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A whole session; it ended `ended_s` seconds ago.

    `resolution` is how well an evaluator thinks that it ended, 0 to 1, if one looked at it.
    """

    name: str
    user: str | None
    traces: tuple[Turn | Job, ...]
    ended_s: float
    agent: Agent | None = None
    tags: tuple[str, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)
    resolution: float | None = None


def request(
    name: str, took_ms: int, status: int = 200, failure: Failure | None = None, host: str = ""
) -> Work:
    """An HTTP request as OpenTelemetry's conventions describe it; `name` is method and path."""
    method, _, path = name.partition(" ")
    attributes: dict[str, Any] = {"http.request.method": method, "url.path": path}
    if host:
        attributes["server.address"] = host
    if status:
        attributes["http.response.status_code"] = status
    timed = status == 504
    return Work(name=name, took_ms=took_ms, timed=timed, attributes=attributes, failure=failure)


def tool(
    name: str,
    arguments: Mapping[str, Any],
    result: Any,
    took_ms: int,
    inside: tuple[Step, ...] = (),
) -> ToolCall:
    """A call of a tool that does what it should."""
    work = Work(
        name=name, kind="TOOL", took_ms=took_ms, input=arguments, output=result, inside=inside
    )
    return ToolCall(name=name, arguments=arguments, result=result, work=work)


def retried(
    name: str, arguments: Mapping[str, Any], attempts: tuple[Work, ...], waits_ms: tuple[int, ...]
) -> ToolCall:
    """A call of a tool that fails in every attempt, with the waits between and what is told last."""
    last = attempts[-1].failure
    assert last is not None
    steps: list[Step] = []
    for number, attempt in enumerate(attempts):
        steps.append(attempt)
        if number < len(waits_ms):
            wait = {"retry.attempt": number + 2, "retry.wait_seconds": waits_ms[number] / 1000}
            steps.append(
                Work(name="backoff", took_ms=waits_ms[number], timed=True, attributes=wait)
            )
    told = {"error": last.kind, "message": f"{name} failed {len(attempts)} times: {last.message}"}
    work = Work(
        name=f"{name}_with_retry",
        kind="CHAIN",
        input=arguments,
        failure=Failure("RetriesExhausted", told["message"], last.frames[:1]),
        inside=tuple(steps),
    )
    return ToolCall(name=name, arguments=arguments, result=told, work=work)


def search(query: str, documents: tuple[Mapping[str, Any], ...], took_ms: int) -> Work:
    """A retrieval: the query is embedded, the store is asked, the documents come with their scores."""
    embedding = Work(
        name="embeddings text-embedding-3-small",
        kind="EMBEDDING",
        took_ms=took_ms // 3,
        input=query,
        attributes={
            "gen_ai.operation.name": "embeddings",
            "gen_ai.request.model": "text-embedding-3-small",
        },
    )
    store = Work(
        name="qdrant.query_points",
        took_ms=took_ms - took_ms // 3,
        attributes={
            "db.system.name": "qdrant",
            "db.operation.name": "query",
            "db.collection.name": "policies",
        },
    )
    return Work(
        name="search_policies",
        kind="RETRIEVAL",
        input={"query": query, "top_k": len(documents)},
        output=documents,
        inside=(embedding, store),
    )


def screened(took_ms: int, name: str = "input_screen") -> Work:
    """A guardrail that lets pass what it looked at."""
    return Work(
        name=name,
        kind="GUARDRAIL",
        took_ms=took_ms,
        output={"verdict": "pass", "checks": ["prompt_injection", "personal_data", "tone"]},
    )
