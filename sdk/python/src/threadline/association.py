"""Keep which session, user and metadata each running trace belongs to, and what later ones take.

A *trace association* lives from the start of a trace's first local root (a span without a parent
in this process) to the end of its last. Spans of that trace take session and user from it, by
whatever tracer, thread or task they are started. The *ambient association* is what a new trace
begins with: an immutable value of the OpenTelemetry context, in layers, so that a block of
`Laminar.session` can take its own layer away again, in whatever order blocks are left.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opentelemetry import baggage, context, trace

from threadline.attributes import METADATA_PREFIX, SESSION_ID, USER_ID, attribute_value, put

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import ReadableSpan, Span
    from opentelemetry.util.types import AttributeValue

MAX_OPEN_TRACES = 10_000
"""Traces known at once; beyond it the oldest is forgotten, and its later spans have no session."""

MAX_ENDED_TRACES = 2_000
"""Ended traces still remembered for spans that outlive their root, such as background tasks."""

AMBIENT = "threadline.ambient"
"""The key of the ambient association in an OpenTelemetry context."""


@dataclass(frozen=True, slots=True)
class Association:
    """Session, user and metadata; None says nothing, an empty id says that there is none."""

    session_id: str | None = None
    user_id: str | None = None
    metadata: Mapping[str, object] | None = None


NOTHING = Association()


class TraceAssociation:
    """What a trace of this process belongs to; changes while the trace runs.

    Attributes:
        session_id: of later spans, or None.
        user_id: of later spans, or None.
        metadata: of later local roots; replaced whole, never changed in place.
        roots: the local roots that run, by span id.
    """

    __slots__ = ("metadata", "roots", "session_id", "user_id")

    def __init__(self, metadata: Mapping[str, object]) -> None:
        self.session_id: str | None = None
        self.user_id: str | None = None
        self.metadata = metadata
        self.roots: dict[int, Span] = {}


@dataclass(frozen=True, slots=True)
class Layer:
    """What one owner said about later traces: a block of `session`, or None outside of any."""

    owner: object
    said: Association


_open: dict[int, TraceAssociation] = {}
_ended: dict[int, TraceAssociation] = {}
_lock = threading.Lock()
_base_metadata: Mapping[str, object] = {}


def _after_fork() -> None:
    global _lock  # noqa: PLW0603 - the parent's may be held by a thread that the child lacks
    _lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def set_base_metadata(metadata: Mapping[str, object]) -> None:
    """Set the metadata that every trace begins with, under whatever is said nearer to it."""
    global _base_metadata  # noqa: PLW0603 - one SDK in a process
    _base_metadata = metadata


def base_metadata() -> Mapping[str, object]:
    """The metadata that every trace begins with."""
    return _base_metadata


def id_text(value: object) -> str | None:
    """A session or user id as text: UUIDs and numbers too; None of an empty text and of None."""
    if value is None or value.__class__ is str:
        return value or None
    return str(value) or None


# What traces belong to


def started(span: Span, parent_context: Context | None) -> None:
    """Let a span that starts take, or open, the association of its trace.

    Called by the span processor. A key that the span has already is left alone, and tells an
    association that has none.

    Args:
        span: the span, with the attributes it was started with.
        parent_context: the context it was started in; None means the current one.
    """
    trace_id = span.context.trace_id
    parent = span.parent
    found = _open.get(trace_id)
    if found is None and parent is not None and not parent.is_remote:
        found = _ended.get(trace_id)
    attributes = _attributes(span)
    if found is None or parent is None or parent.is_remote:
        # Of a span whose parent this process never saw start, too.
        found = _rooted(span, attributes, parent_context)
    own_session, own_user = attributes.get(SESSION_ID), attributes.get(USER_ID)
    if own_session is None:
        if found.session_id is not None:
            put(span, SESSION_ID, found.session_id)
    elif found.session_id is None:
        found.session_id = id_text(own_session)
    if own_user is None:
        if found.user_id is not None:
            put(span, USER_ID, found.user_id)
    elif found.user_id is None:
        found.user_id = id_text(own_user)


def _attributes(span: Span) -> Mapping[str, object]:
    try:
        # The public property makes a view, whose misses cost an exception each.
        return span._attributes._dict  # type: ignore[union-attr,no-any-return]  # noqa: SLF001
    except AttributeError:
        return span.attributes or {}


def _rooted(
    root: Span, attributes: Mapping[str, object], parent_context: Context | None
) -> TraceAssociation:
    around = context.get_current() if parent_context is None else parent_context
    made = TraceAssociation(_base_metadata)
    if around:
        said = ambient(around)
        made.session_id = _said(said.session_id, SESSION_ID, around)
        made.user_id = _said(said.user_id, USER_ID, around)
        if said.metadata:
            made.metadata = {**_base_metadata, **said.metadata}
    trace_id, span_id = root.context.trace_id, root.context.span_id
    with _lock:
        found = _open.get(trace_id)
        if found is None:
            found = made
            before = _ended.pop(trace_id, None)
            if before is not None:
                found.session_id = found.session_id or before.session_id
                found.user_id = found.user_id or before.user_id
                found.metadata = {**before.metadata, **found.metadata}
            if len(_open) >= MAX_OPEN_TRACES:
                del _open[next(iter(_open))]
            _open[trace_id] = found
        found.roots[span_id] = root
    found.session_id = id_text(attributes.get(SESSION_ID)) or found.session_id
    found.user_id = id_text(attributes.get(USER_ID)) or found.user_id
    if found.metadata:
        written = attributes_of(Association(metadata=found.metadata))
        root.set_attributes({key: written[key] for key in written if key not in attributes})
    return found


def _said(value: str | None, key: str, around: Context) -> str | None:
    if value is not None:
        return value or None
    return id_text(baggage.get_baggage(key, around))


def ended(span: ReadableSpan) -> None:
    """Close the association of a trace when the last of its local roots ends.

    It is remembered for a while, for spans that outlive their root.
    """
    trace_id = span.context.trace_id
    found = _open.get(trace_id)
    if found is None or (found.roots and span.context.span_id not in found.roots):
        return
    with _lock:
        found.roots.pop(span.context.span_id, None)
        if not found.roots and _open.get(trace_id) is found:
            del _open[trace_id]
            if found.session_id is None and found.user_id is None and not found.metadata:
                return  # a span that outlives it takes nothing from it
            if len(_ended) >= MAX_ENDED_TRACES:
                del _ended[next(iter(_ended))]
            _ended[trace_id] = found


def is_open(trace_id: int) -> bool:
    """Whether a local root of the trace is running."""
    return trace_id in _open


def of_trace(trace_id: int) -> TraceAssociation | None:
    """The association of a trace that runs, or has ended a short while ago."""
    return _open.get(trace_id) or _ended.get(trace_id)


def session_of(trace_id: int) -> str | None:
    """The session of a trace that runs, or has ended a short while ago; None if it has none."""
    found = of_trace(trace_id)
    return found.session_id if found is not None else None


def join(span: trace.Span, said: Association, *, adopt: bool = True) -> bool:
    """Let the trace of a span join a session: for its later spans, the span and its local roots.

    Args:
        span: a span of the trace, of any tracer.
        said: what to change; an empty id clears it for later spans.
        adopt: take in a trace of which no local root was seen to start, if the span records.

    Returns:
        False if the span belongs to no trace that is known here, or only remotely.
    """
    span_context = span.get_span_context()
    if not span_context.is_valid:
        return False
    if isinstance(span, trace.NonRecordingSpan) and not span_context.is_remote:
        return True  # sampled out: there is nothing to keep
    records = span.is_recording()
    found = _open.get(span_context.trace_id)
    if found is None and records:
        found = _ended.get(span_context.trace_id) or (_adopted(span_context) if adopt else None)
    if found is None:
        return False
    if said.session_id is not None:
        found.session_id = said.session_id or None
    if said.user_id is not None:
        found.user_id = said.user_id or None
    if said.metadata:
        found.metadata = {**found.metadata, **said.metadata}
    attributes = attributes_of(said)
    if attributes:
        for each in (span, *found.roots.values()):
            if each.is_recording():
                each.set_attributes(attributes)
    return True


def _adopted(span_context: trace.SpanContext) -> TraceAssociation:
    found = TraceAssociation(_base_metadata)
    with _lock:
        if len(_open) >= MAX_OPEN_TRACES:
            del _open[next(iter(_open))]
        return _open.setdefault(span_context.trace_id, found)


def add_metadata(span: trace.Span, metadata: Mapping[str, object]) -> None:
    """Merge metadata that a span was started with into what its trace hands on."""
    found = of_trace(span.get_span_context().trace_id)
    if found is not None:
        found.metadata = {**found.metadata, **metadata}


def attributes_of(said: Association) -> dict[str, AttributeValue]:
    """The span attributes that an association is written as."""
    attributes: dict[str, AttributeValue] = {}
    if said.session_id:
        attributes[SESSION_ID] = said.session_id
    if said.user_id:
        attributes[USER_ID] = said.user_id
    for key, value in (said.metadata or {}).items():
        attributes[METADATA_PREFIX + key] = attribute_value(value)
    return attributes


def current() -> Association:
    """What the current trace belongs to; outside of any, what a trace started now would."""
    found = of_trace(trace.get_current_span().get_span_context().trace_id)
    if found is None:
        return ambient()
    return Association(found.session_id, found.user_id, found.metadata)


# What new traces begin with


def ambient(in_context: Context | None = None) -> Association:
    """What a trace started in a context begins with.

    Args:
        in_context: an OpenTelemetry context; None means the current one.
    """
    layers = _layers(in_context)
    if not layers:
        return NOTHING
    if len(layers) == 1:
        return layers[0].said
    said = layers[0].said
    for layer in layers[1:]:
        said = over(said, layer.said)
    return said


def over(under: Association, said: Association) -> Association:
    """One association over another: what the nearer one says wins, metadata is merged."""
    return Association(
        under.session_id if said.session_id is None else said.session_id,
        under.user_id if said.user_id is None else said.user_id,
        {**(under.metadata or {}), **(said.metadata or {})} or None,
    )


def _layers(in_context: Context | None) -> tuple[Layer, ...]:
    layers = context.get_value(AMBIENT, in_context)
    return layers if isinstance(layers, tuple) else ()


def with_layer(owner: object, said: Association, in_context: Context | None = None) -> Context:
    """A context in which later traces begin with what the owner says."""
    return context.set_value(AMBIENT, (*_layers(in_context), Layer(owner, said)), in_context)


def with_only(said: Association, in_context: Context | None = None) -> Context:
    """A context in which later traces begin with this alone, whatever was said before."""
    return context.set_value(AMBIENT, (Layer(None, said),), in_context)


def enter(owner: object, said: Association) -> None:
    """Begin a block of the current context in which later traces start with what is said."""
    context.attach(with_layer(owner, said))


def leave(owner: object) -> None:
    """End the owner's innermost block, and only that, whatever else has been entered since."""
    layers = _layers(None)
    for index in range(len(layers) - 1, -1, -1):
        if layers[index].owner is owner:
            rest = layers[:index] + layers[index + 1 :]
            context.attach(context.set_value(AMBIENT, rest))
            return


def remain(said: Association) -> None:
    """Let something hold for the traces started later in this context, up to its block's end."""
    layers = _layers(None)
    if not layers:
        context.attach(with_layer(None, said))
        return
    top = layers[-1]
    changed = Layer(top.owner, over(top.said, said))
    context.attach(context.set_value(AMBIENT, (*layers[:-1], changed)))


def forget() -> None:
    """Forget every trace, so that a test begins with none."""
    _open.clear()
    _ended.clear()
