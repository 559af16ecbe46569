"""Turn the rows of a session's traces into the row of its totals."""

from __future__ import annotations

from dataclasses import dataclass

from threadline_server.store.rollup.interval import union_ns


@dataclass(slots=True, eq=False)
class RollupTrace:
    """The few fields of a trace from which a session's totals are computed."""

    trace_id: str
    start_ns: int
    end_ns: int
    running: bool
    span_count: int
    error_count: int
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    total_cost: float | None
    unpriced_calls: int
    user_id: str | None
    models: list[str]
    tags: list[str]
    has_input: bool
    has_output: bool


@dataclass(slots=True)
class SessionRollup:
    """A session's totals; `input_trace_id` and `output_trace_id` name whose previews stand for it.

    All of them are totals of the whole session, whatever a page selects (design rule 3).
    """

    start_ns: int
    end_ns: int
    active_ns: int
    running: bool
    trace_count: int
    span_count: int
    error_count: int
    error_trace_count: int
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    total_cost: float | None
    unpriced_calls: int
    user_ids: list[str]
    models: list[str]
    tags: list[str]
    input_trace_id: str | None
    output_trace_id: str | None


def _total_cost(traces: list[RollupTrace]) -> tuple[float | None, int]:
    """The known sum and the unpriced calls; None only if every call is unknown (rule 9)."""
    unpriced = sum(trace.unpriced_calls for trace in traces)
    known = [
        trace.total_cost
        for trace in traces
        if trace.total_cost is not None and not _no_usage(trace)
    ]
    if known:
        return sum(known), unpriced
    return (None if unpriced else 0.0), unpriced


def _no_usage(trace: RollupTrace) -> bool:
    """A trace whose cost is 0 because it called no model says nothing of its session's cost."""
    return not (
        trace.total_cost or trace.input_tokens or trace.output_tokens or trace.unpriced_calls
    )


def roll_up_session(traces: list[RollupTrace]) -> SessionRollup:
    """The totals of a session of one or more traces, the same in whatever order they came."""
    by_start = sorted(traces, key=lambda trace: (trace.start_ns, trace.trace_id))
    total_cost, unpriced = _total_cost(by_start)
    latest = sorted(traces, key=lambda trace: (-trace.start_ns, trace.trace_id))
    return SessionRollup(
        start_ns=by_start[0].start_ns,
        end_ns=max(trace.end_ns for trace in traces),
        active_ns=union_ns((trace.start_ns, trace.end_ns) for trace in traces),
        running=any(trace.running for trace in traces),
        trace_count=len(traces),
        span_count=sum(trace.span_count for trace in traces),
        error_count=sum(trace.error_count for trace in traces),
        error_trace_count=sum(trace.error_count > 0 for trace in traces),
        input_tokens=sum(trace.input_tokens for trace in traces),
        output_tokens=sum(trace.output_tokens for trace in traces),
        cache_read_tokens=sum(trace.cache_read_tokens for trace in traces),
        total_cost=total_cost,
        unpriced_calls=unpriced,
        user_ids=list(dict.fromkeys(trace.user_id for trace in by_start if trace.user_id)),
        models=list(dict.fromkeys(model for trace in by_start for model in trace.models)),
        tags=sorted({tag for trace in traces for tag in trace.tags}),
        input_trace_id=next((trace.trace_id for trace in by_start if trace.has_input), None),
        output_trace_id=next((trace.trace_id for trace in latest if trace.has_output), None),
    )
