"""Turn the spans of a trace in which every report counts into its usage, by adding them up."""

from __future__ import annotations

from threadline_server.store.rollup.dollars import exact, rounded
from threadline_server.store.rollup.span import RollupSpan
from threadline_server.store.rollup.usage import TraceUsage


def plain_usage(spans: list[RollupSpan]) -> TraceUsage | None:
    """The usage of a whole trace in which plainly every report counts; None where one may not.

    So it is where no cost is reported, nothing is below a span that reports tokens, and one
    instrumentation scope reports them all: most traces are like that, and cost the least so.
    """
    reporting = []
    parents = set()
    for span in spans:
        if span.cost_reported:
            return None
        if span.parent_span_id is not None:
            parents.add(span.parent_span_id)
        if span.reports_tokens():
            reporting.append(span)
    if len({span.scope_name for span in reporting}) > 1:
        return None
    usage = TraceUsage()
    known = 0
    for span in reporting:
        if span.span_id in parents:
            return None
        usage.input_tokens += span.input_tokens or 0
        usage.output_tokens += span.output_tokens or 0
        usage.cache_read_tokens += span.cache_read_tokens or 0
        if span.total_cost is None:
            usage.unpriced_calls += 1
        else:
            known += exact(span.total_cost)
    if usage.unpriced_calls and usage.unpriced_calls == len(reporting):
        usage.total_cost = None
    else:
        usage.total_cost = rounded(known)
    return usage
