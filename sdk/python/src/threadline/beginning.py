"""Turn what is said about a new span into a running one, under the right parent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from opentelemetry import context as context_api
from opentelemetry import trace

from threadline import association, runtime
from threadline.attributes import (
    LINK,
    METADATA_PREFIX,
    SESSION_ID,
    SPAN_INPUT,
    SPAN_TYPE,
    TAGS,
    USER_ID,
    attribute_value,
    attributes_from,
    span_type_of,
    tag_list,
)
from threadline.encode import encode
from threadline.guard import contain, warn_once
from threadline.span import NO_SPAN, LaminarSpan
from threadline.span_context import parent_of

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.util.types import AttributeValue

    from threadline.runtime import Runtime


def start(name: str, **said: Any) -> LaminarSpan:
    """Start a span; a no-op where tracing is not running. Never raises.

    Args:
        name: of the span.
        **said: as of `started`.
    """
    running = runtime.current
    if running is None:
        return NO_SPAN
    try:
        return LaminarSpan(started(running, name, **said))
    except Exception:  # noqa: BLE001 - a span is not worth the program
        contain("starting a span")
        return NO_SPAN


def started(
    running: Runtime,
    name: str,
    *,
    input: Any = None,  # noqa: A002 - Laminar's name
    span_type: str = "DEFAULT",
    context: Context | None = None,
    parent_span_context: object = None,
    tags: Sequence[str] | None = None,
    user_id: str | None = None,
    session_id: str | None = None,
    metadata: Mapping[str, Any] | None = None,
    attributes: Mapping[Any, Any] | None = None,
    start_time: int | None = None,
    new_trace: bool = False,
    preserve_global_context: bool = False,
) -> trace.Span:
    """Start a span.

    Args:
        running: the tracing that it is part of.
        name: of the span.
        input: recorded as JSON.
        span_type: DEFAULT, or one of `attributes.SPAN_TYPES`, in any case.
        context: an OpenTelemetry context to start in; None means the current one.
        parent_span_context: a place in another process to continue from.
        tags: of the span.
        user_id: of the span, and of its trace if that has none.
        session_id: the same.
        metadata: of the span, and merged into the trace's.
        attributes: more, under those above.
        start_time: in nanoseconds since the epoch.
        new_trace: start a trace of its own, with the current one's association and a link to it.
        preserve_global_context: in a provider of our own, let foreign spans be parents.
    """
    if parent_span_context is not None and (parent := parent_of(parent_span_context)) is not None:
        session_id = parent.session_id if session_id is None else session_id
        user_id = parent.user_id if user_id is None else user_id
        metadata = {**parent.metadata, **(metadata or {})}
        remote = trace.NonRecordingSpan(parent.to_otel_span_context())
        context = trace.set_span_in_context(remote, context)
        new_trace = False
    links: tuple[trace.Link, ...] = ()
    if new_trace:
        links, context = own_trace(context)
    elif running.isolated:
        context = running.own_parent(context, foreign=preserve_global_context)
    given = attributes_from(attributes) if attributes else {}
    given.update(
        said_at_start(span_type, session_id, user_id, metadata, tags),
    )
    if input is not None and running.content:
        given[SPAN_INPUT] = encode(input)
    span = running.tracer.start_span(
        str(name), context, attributes=given, links=links, start_time=start_time
    )
    if metadata:
        association.add_metadata(span, metadata)
    return span


def said_at_start(
    span_type: str,
    session_id: object,
    user_id: object,
    metadata: Mapping[str, Any] | None,
    tags: object,
) -> dict[str, AttributeValue]:
    """The attributes that the options of a span are written as."""
    given: dict[str, AttributeValue] = {}
    if (kind := span_type_of(span_type)) is not None:
        given[SPAN_TYPE] = kind
    if (session := association.id_text(session_id)) is not None:
        given[SESSION_ID] = session
    if (user := association.id_text(user_id)) is not None:
        given[USER_ID] = user
    for key, value in (metadata or {}).items():
        given[METADATA_PREFIX + key] = attribute_value(value)
    if tags:
        names = tag_list(tags)
        if names is None:
            warn_once("tags", "Tags must be a list of strings; these are ignored.")
        else:
            given[TAGS] = names
    return given


def own_trace(parent_context: Context | None) -> tuple[tuple[trace.Link, ...], Context]:
    """A link to the current span, and a context in which a root begins with its association."""
    left = trace.get_current_span(parent_context).get_span_context()
    found = association.of_trace(left.trace_id)
    said = association.ambient(parent_context) if found is None else found
    carried = association.Association(said.session_id or "", said.user_id or "", said.metadata)
    root = trace.set_span_in_context(trace.INVALID_SPAN, parent_context)
    links = (trace.Link(left, {LINK: "new_trace"}),) if left.is_valid else ()
    return links, association.with_only(carried, root)


def current_span(context: Context | None = None) -> LaminarSpan | None:
    """The current span of a context, of any tracer; None if there is none."""
    span = trace.get_current_span(context if context is not None else context_api.get_current())
    return LaminarSpan.of(span) if span.get_span_context().is_valid else None
