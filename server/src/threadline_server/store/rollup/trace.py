"""Turn all spans of one trace into its row of totals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from threadline_server.model.span import Status
from threadline_server.store.rollup.choice import (
    SessionChoice,
    chosen,
    merged_metadata,
    root,
    session_choice,
)
from threadline_server.store.rollup.forest import Forest, forest
from threadline_server.store.rollup.interval import union_ns
from threadline_server.store.rollup.span import RollupSpan
from threadline_server.store.rollup.usage import TraceUsage, trace_usage

Carried = Literal["input", "output", "first_user", "last_assistant"]
"""Which of a span's previews stands for the trace."""


@dataclass(slots=True)
class TextSource:
    """The span, and which of its previews, from which a trace's input or output comes."""

    span_id: str
    carried: Carried


@dataclass(slots=True)
class TraceRollup:
    """A trace's totals; `end_ns` is the last known end, or the start of a span still running."""

    name: str
    root_span_id: str | None
    session: SessionChoice | None
    user_id: str | None
    start_ns: int
    end_ns: int
    running: bool
    status: Status
    span_count: int
    error_count: int
    usage: TraceUsage
    models: list[str]
    tags: list[str]
    metadata: dict[str, Any]
    input_source: TextSource | None
    output_source: TextSource | None
    step_count: int
    model_ns: int
    tool_ns: int


def _status(top: RollupSpan | None, error_count: int) -> Status:
    if error_count:
        return "error"
    return "unset" if top is None else top.status


def _input_source(top: RollupSpan | None, calls: list[RollupSpan]) -> TextSource | None:
    """Design rule 8: the root's input, else the first user message of the earliest call."""
    if top is not None and top.has_input:
        return TextSource(top.span_id, "input")
    asked = min((span for span in calls if span.says_user), key=_started, default=None)
    return None if asked is None else TextSource(asked.span_id, "first_user")


def _output_source(top: RollupSpan | None, calls: list[RollupSpan]) -> TextSource | None:
    """Design rule 8: the root's output, else the last assistant message of the latest call."""
    if top is not None and top.has_output:
        return TextSource(top.span_id, "output")
    answered = [span for span in calls if span.says_assistant]
    if not answered:
        return None
    latest = max(span.stop_ns for span in answered)
    last = min((span for span in answered if span.stop_ns == latest), key=_started)
    return TextSource(last.span_id, "last_assistant")


def _started(span: RollupSpan) -> tuple[int, str]:
    return span.order


def steps(top: RollupSpan | None, tree: Forest) -> list[RollupSpan]:
    """The steps of a trace that is a workflow: the direct children of a root that hands all work
    on to two or more of them and speaks to no model itself. Other traces have none.
    """
    children = tree.children.get(top.span_id, []) if top is not None else []
    if len(children) < 2 or any(child.type == "llm" for child in children):
        return []
    return children


def roll_up_trace(spans: list[RollupSpan]) -> TraceRollup:
    """The totals of a trace of one or more spans, the same in whatever order they came."""
    by_start = sorted(spans, key=_started)
    tree = forest(by_start)
    top = root(by_start)
    calls = [span for span in by_start if span.type == "llm"]
    tools = [span for span in by_start if span.type == "tool"]
    error_count = sum(span.status == "error" for span in spans)
    user = chosen(by_start, lambda span: span.user_id)
    return TraceRollup(
        name=(top or by_start[0]).name,
        root_span_id=None if top is None else top.span_id,
        session=session_choice(by_start),
        user_id=None if user is None else user[1],
        start_ns=by_start[0].start_ns,
        end_ns=max(span.stop_ns for span in spans),
        running=any(span.end_ns is None for span in spans),
        status=_status(top, error_count),
        span_count=len(spans),
        error_count=error_count,
        usage=trace_usage(tree),
        models=list(dict.fromkeys(span.model for span in by_start if span.model)),
        tags=sorted({tag for span in spans for tag in span.tags}),
        metadata=merged_metadata(by_start),
        input_source=_input_source(top, calls),
        output_source=_output_source(top, calls),
        step_count=len(steps(top, tree)),
        model_ns=union_ns([(span.start_ns, span.stop_ns) for span in calls]),
        tool_ns=union_ns([(span.start_ns, span.stop_ns) for span in tools]),
    )
