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
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from opentelemetry import baggage, context

from threadline.attributes import METADATA_PREFIX, SESSION_ID, USER_ID, attribute_value

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import ReadableSpan, Span

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


@dataclass(slots=True)
class TraceAssociation:
    """What a trace of this process belongs to; changes while the trace runs."""

    session_id: str | None = None
    user_id: str | None = None
    metadata: dict[str, object] = field(default_factory=dict)
    roots: dict[int, Span | None] = field(default_factory=dict)


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


# What traces belong to


def started(span: Span, parent_context: Context | None) -> None:
    """Let a span that starts take, or open, the association of its trace.

    Called by the span processor. A key that the span has already is left alone, and tells an
    association that has none.

    Args:
        span: the span, which already has the attributes it was started with.
        parent_context: the context it was started in; None means the current one.
    """
    trace_id = span.get_span_context().trace_id
    parent = span.parent
    found = _open.get(trace_id)
    if found is None and parent is not None and not parent.is_remote:
        found = _ended.get(trace_id)
    if found is None or parent is None or parent.is_remote:
        found = _open_root(trace_id, span, parent_context)
    attributes = span.attributes or {}
    own = attributes.get(SESSION_ID)
    if own is None:
        if found.session_id:
            span.set_attribute(SESSION_ID, found.session_id)
    elif not found.session_id:
        found.session_id = str(own)
    own = attributes.get(USER_ID)
    if own is None:
        if found.user_id:
            span.set_attribute(USER_ID, found.user_id)
    elif not found.user_id:
        found.user_id = str(own)


def _open_root(trace_id: int, root: Span, parent_context: Context | None) -> TraceAssociation:
    said = ambient(parent_context)
    span_id = root.get_span_context().span_id
    attributes = root.attributes or {}
    with _lock:
        found = _open.get(trace_id)
        if found is None:
            _forget_oldest(_open, MAX_OPEN_TRACES)
            found = _open[trace_id] = _ended.pop(trace_id, TraceAssociation())
        found.roots[span_id] = root
    explicit_session, explicit_user = attributes.get(SESSION_ID), attributes.get(USER_ID)
    if explicit_session is not None:
        found.session_id = str(explicit_session)
    elif not found.session_id:
        found.session_id = _said(said.session_id, SESSION_ID, parent_context)
    if explicit_user is not None:
        found.user_id = str(explicit_user)
    elif not found.user_id:
        found.user_id = _said(said.user_id, USER_ID, parent_context)
    found.metadata = {**_base_metadata, **(said.metadata or {}), **found.metadata}
    for key, value in found.metadata.items():
        name = METADATA_PREFIX + key
        if name not in attributes:
            root.set_attribute(name, attribute_value(value))
    return found


def _said(value: str | None, key: str, parent_context: Context | None) -> str | None:
    if value is not None:
        return value
    carried = baggage.get_baggage(key, parent_context)
    return carried if isinstance(carried, str) and carried else None


def _forget_oldest(traces: dict[int, TraceAssociation], limit: int) -> None:
    while len(traces) >= limit:
        traces.pop(next(iter(traces)))


def ended(span: ReadableSpan) -> None:
    """Close the association of a trace when the last of its local roots ends.

    It is remembered for a while, for spans that outlive their root.
    """
    span_context = span.get_span_context()
    if span_context is None:
        return
    found = _open.get(span_context.trace_id)
    if found is None or (span_context.span_id not in found.roots and found.roots):
        return
    with _lock:
        found.roots.pop(span_context.span_id, None)
        if found.roots or _open.get(span_context.trace_id) is not found:
            return
        del _open[span_context.trace_id]
        _forget_oldest(_ended, MAX_ENDED_TRACES)
        _ended[span_context.trace_id] = found


def is_open(trace_id: int) -> bool:
    """Whether a local root of the trace is running."""
    return trace_id in _open


def of_trace(trace_id: int) -> TraceAssociation | None:
    """The association of a trace that runs, or has ended a short while ago."""
    return _open.get(trace_id) or _ended.get(trace_id)


def session_of(trace_id: int) -> str | None:
    """The session of a trace that runs, or has ended a short while ago; None if it has none."""
    found = of_trace(trace_id)
    return (found.session_id or None) if found is not None else None


# What new traces begin with


def ambient(in_context: Context | None = None) -> Association:
    """What a trace started in a context would belong to.

    Args:
        in_context: an OpenTelemetry context; None means the current one.
    """
    layers = context.get_value(AMBIENT, in_context)
    if not layers:
        return NOTHING
    return _folded(layers)  # type: ignore[arg-type]  # only this module writes that key


def _folded(layers: tuple[Layer, ...]) -> Association:
    if len(layers) == 1:
        return layers[0].said
    session_id = user_id = None
    metadata: dict[str, object] = {}
    for layer in layers:
        said = layer.said
        session_id = said.session_id if said.session_id is not None else session_id
        user_id = said.user_id if said.user_id is not None else user_id
        metadata.update(said.metadata or {})
    return Association(session_id, user_id, metadata)
