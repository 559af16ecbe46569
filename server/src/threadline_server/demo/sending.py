"""Send a timeline through the SDK, as the program in which it happened would have sent it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from threadline import Laminar
from threadline_server.demo.story import Failure, Session
from threadline_server.demo.timeline import PlannedSpan, Timeline

NS_PER_SECOND = 1_000_000_000


class StepError(Exception):
    """What a step of a story fails with; the span is told the class that the story names."""


@dataclass(frozen=True, slots=True)
class SentSession:
    """What became of one session."""

    session_id: str
    trace_count: int
    span_count: int
    error_count: int


def send(session: Session, session_id: str, timeline: Timeline, now_ns: int) -> SentSession:
    """Send all traces of a session so that it ended when the story says."""
    shift_ns = now_ns - round(session.ended_s * NS_PER_SECOND) - timeline.duration_ns
    with Laminar.session(session_id, user_id=session.user, metadata=dict(session.metadata)):
        for root in timeline.roots:
            _send(root, shift_ns, tags=session.tags)
    if session.resolution is not None:
        Laminar.score("resolution", session.resolution, session_id=session_id)
    spans = [span for root in timeline.roots for span in _below(root)]
    return SentSession(
        session_id=session_id,
        trace_count=len(timeline.roots) + sum(span.own_trace for span in spans),
        span_count=len(spans),
        error_count=sum(span.failure is not None for span in spans),
    )


def _below(span: PlannedSpan) -> Iterator[PlannedSpan]:
    yield span
    for child in span.children:
        yield from _below(child)


def _send(planned: PlannedSpan, shift_ns: int, tags: tuple[str, ...] = ()) -> None:
    all_tags = [*tags, *planned.tags]
    span = Laminar.start_span(
        planned.name,
        input=planned.input,
        span_type=planned.kind,
        tags=all_tags or None,
        attributes=planned.attributes or None,
        start_time=shift_ns + planned.start_ns,
        new_trace=planned.own_trace,
    )
    with contextlib.suppress(StepError), Laminar.use_span(span, record_exception=False):
        for child in planned.children:
            _send(child, shift_ns, tags if child.own_trace else ())
        for name, at_ns, attributes in planned.events:
            Laminar.event(name, dict(attributes), timestamp=shift_ns + at_ns)
        if planned.output is not None:
            Laminar.set_span_output(planned.output)
        if planned.thumb is not None:
            Laminar.feedback(planned.thumb, name="thumbs_up", comment=planned.comment)
        if planned.failure is not None:
            _fail(planned.failure, shift_ns + planned.end_ns)
    span.end(end_time=shift_ns + planned.end_ns)


def _fail(failure: Failure, at_ns: int) -> None:
    """Raise what the story names; the event carries its class and stack instead of ours.

    A failure without frames is a status alone, as instrumentations of HTTP clients leave it.
    """
    if failure.frames:
        attributes = {
            "exception.type": failure.kind,
            "exception.message": failure.message,
            "exception.stacktrace": failure.stacktrace,
        }
        Laminar.event("exception", attributes, timestamp=at_ns)
    raise StepError(failure.message)
