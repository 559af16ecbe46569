"""Lay a story out in time: every span with its start, end, texts, tokens and cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from threadline_server.demo.conversation import Conversation, usage_attributes
from threadline_server.demo.models import MODELS, Usage, tokens
from threadline_server.demo.story import (
    Agent,
    Failure,
    Job,
    Kind,
    ModelCall,
    Session,
    Step,
    SubAgent,
    ToolCall,
    Turn,
    Work,
)

NS_PER_MS = 1_000_000


@dataclass(slots=True, kw_only=True)
class PlannedSpan:
    """A span as it will be sent; times are nanoseconds since the session began."""

    name: str
    kind: Kind
    start_ns: int
    end_ns: int = 0
    input: Any = None
    output: Any = None
    attributes: dict[str, Any] = field(default_factory=dict)
    events: list[tuple[str, int, Mapping[str, Any]]] = field(default_factory=list)
    failure: Failure | None = None
    children: list[PlannedSpan] = field(default_factory=list)
    tags: tuple[str, ...] = ()
    own_trace: bool = False
    thumb: bool | None = None
    comment: str | None = None


class Timeline:
    """A session laid out; `random` decides how long things took and what ids they have."""

    def __init__(self, session: Session, random: Random) -> None:
        self._random = random
        self._now_ns = 0
        self._conversation = Conversation(session.agent, random) if session.agent else None
        self.roots = [self._trace(trace) for trace in session.traces]
        self.duration_ns = max(root.end_ns for root in self.roots)

    def _pass_ms(self, ms: float) -> None:
        self._now_ns += round(ms * NS_PER_MS)

    def _breathe(self) -> None:
        """The program's own time between two steps."""
        self._pass_ms(self._random.uniform(0.4, 6))

    def _trace(self, trace: Turn | Job) -> PlannedSpan:
        self._pass_ms(trace.pause_s * 1000 * self._random.uniform(0.85, 1.2))
        return self._turn(trace) if isinstance(trace, Turn) else self._work(trace.work)

    def _turn(self, turn: Turn) -> PlannedSpan:
        conversation = self._conversation
        assert conversation is not None, "a session with turns has an agent"
        conversation.hear(turn.user)
        root = PlannedSpan(
            name=turn.name,
            kind="AGENT",
            start_ns=self._now_ns,
            input={"message": turn.user},
            attributes=_agent_attributes(conversation.agent),
            tags=turn.tags,
            thumb=turn.thumb,
            comment=turn.comment,
        )
        root.output = self._steps(root, turn.steps, conversation)
        return self._ended(root)

    def _ended(self, span: PlannedSpan) -> PlannedSpan:
        self._breathe()
        span.end_ns = self._now_ns
        return span

    def _steps(
        self, parent: PlannedSpan, steps: tuple[Step, ...], conversation: Conversation | None
    ) -> str | None:
        """Lay steps out below a span; gives the last text that a model said."""
        said = None
        for step in steps:
            self._breathe()
            if isinstance(step, ModelCall):
                assert conversation is not None, "only an agent calls a model"
                said = self._model_call(parent, step, conversation) or said
            else:
                parent.children.append(self._step(step, conversation))
        return said

    def _step(self, step: Work | SubAgent | ModelCall, within: Conversation | None) -> PlannedSpan:
        if isinstance(step, SubAgent):
            return self._sub_agent(step)
        assert isinstance(step, Work), "a model call is laid out by its agent"
        return self._work(step, within)

    def _model_call(
        self, parent: PlannedSpan, answer: ModelCall, conversation: Conversation
    ) -> str | None:
        started_ns = self._now_ns
        attributes, took_ns, call_ids = conversation.call(answer, started_ns)
        self._now_ns += took_ns
        span = PlannedSpan(
            name=f"chat {conversation.agent.model}",
            kind="LLM",
            start_ns=started_ns,
            end_ns=self._now_ns,
            attributes=attributes,
        )
        parent.children.append(span)
        if answer.calls:
            self._calls(parent, answer, call_ids, conversation)
        return answer.text or None

    def _calls(
        self,
        parent: PlannedSpan,
        answer: ModelCall,
        call_ids: list[str],
        conversation: Conversation,
    ) -> None:
        self._breathe()
        began_ns, latest_ns = self._now_ns, self._now_ns
        for call, call_id in zip(answer.calls, call_ids, strict=True):
            if answer.parallel:
                self._now_ns = began_ns + round(self._random.uniform(0.1, 1.5) * NS_PER_MS)
            span = self._step(call.work, None)
            _mark_call(span, call, call_id)
            parent.children.append(span)
            latest_ns = max(latest_ns, self._now_ns)
            self._breathe()
        self._now_ns = latest_ns
        results = zip(call_ids, (call.result for call in answer.calls), strict=True)
        conversation.receive(list(results))

    def _sub_agent(self, step: SubAgent) -> PlannedSpan:
        conversation = Conversation(step.agent, self._random)
        conversation.hear(step.task)
        span = PlannedSpan(
            name=step.agent.name,
            kind="AGENT",
            start_ns=self._now_ns,
            input={"task": step.task} if step.input is None else step.input,
            attributes=_agent_attributes(step.agent),
        )
        said = self._steps(span, step.steps, conversation)
        span.output = said if step.output is None else step.output
        return self._ended(span)

    def _work(self, work: Work, conversation: Conversation | None = None) -> PlannedSpan:
        span = PlannedSpan(
            name=work.name,
            kind=work.kind,
            start_ns=self._now_ns,
            input=work.input,
            output=work.output,
            attributes=dict(work.attributes),
            failure=work.failure,
            own_trace=work.own_trace,
        )
        if work.kind == "EMBEDDING":
            span.attributes |= _embedding_usage(work)
        self._steps(span, work.inside, conversation)
        most, least = (1.003, 1.0) if work.timed else (1.25, 0.85)
        self._pass_ms(work.took_ms * self._random.uniform(least, most))
        span.events = [(name, self._now_ns, attributes) for name, attributes in work.events]
        return self._ended(span)


def _agent_attributes(agent: Agent) -> dict[str, Any]:
    return {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": agent.name}


def _embedding_usage(work: Work) -> dict[str, Any]:
    model = str(work.attributes["gen_ai.request.model"])
    usage = usage_attributes(model, Usage(input=tokens(str(work.input))))
    return {"gen_ai.provider.name": MODELS[model].provider, **usage}


def _mark_call(span: PlannedSpan, call: ToolCall, call_id: str) -> None:
    """Tie the work to the call that asked for it."""
    tools = [span] if span.kind == "TOOL" else [c for c in span.children if c.kind == "TOOL"]
    for tool in tools if span.kind != "AGENT" else ():
        tool.attributes |= {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": call.name,
            "gen_ai.tool.call.id": call_id,
        }
