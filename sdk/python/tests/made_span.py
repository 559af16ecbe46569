"""Ended spans with ids that count, without a tracer provider."""

from collections.abc import Mapping, Sequence
from itertools import count

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import Link, SpanContext, Status, StatusCode, TraceFlags
from opentelemetry.util.types import AttributeValue

START_NS = 1_800_000_000_000_000_000
RESOURCE = Resource({"service.name": "test"})
SCOPE = InstrumentationScope("threadline", "0")

_ids = count(1)


def made_span(
    name: str = "step",
    attributes: Mapping[str, AttributeValue] | None = None,
    *,
    trace_id: int | None = None,
    events: Sequence[Event] = (),
    links: Sequence[Link] = (),
    description: str | None = None,
) -> ReadableSpan:
    """A span that ended a second after it started."""
    number = next(_ids)
    context = SpanContext(trace_id or number, number, False, TraceFlags(TraceFlags.SAMPLED))
    return ReadableSpan(
        name=name,
        context=context,
        resource=RESOURCE,
        attributes=attributes or {},
        events=events,
        links=links,
        status=Status(StatusCode.ERROR, description) if description else Status(),
        start_time=START_NS,
        end_time=START_NS + 1_000_000_000,
        instrumentation_scope=SCOPE,
    )
