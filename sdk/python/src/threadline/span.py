"""Wrap an OpenTelemetry span with what sessions, inputs, outputs and tags need."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from opentelemetry import context as context_api
from opentelemetry import trace

from threadline import association, runtime
from threadline.association import Association, id_text
from threadline.attributes import SPAN_INPUT, SPAN_OUTPUT, TAGS, attributes_from, tag_list
from threadline.encode import encode
from threadline.guard import guarded, warn_once
from threadline.span_context import LaminarSpanContext

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import SpanContext
    from opentelemetry.util.types import Attributes as OtelAttributes
    from opentelemetry.util.types import AttributeValue

IdFormat = Literal["int", "uuid"]

_ACTIVE = "threadline.active"
"""The key of the span that `start_active_span` made current, in its OpenTelemetry context."""


class LaminarSpan(trace.Span):
    """A span, with all of OpenTelemetry's span and more.

    Attributes:
        span: the OpenTelemetry span itself; what this class does not know is asked of it.
    """

    __slots__ = ("_ended", "before", "span")

    def __init__(self, span: trace.Span) -> None:
        self.span = span
        self.before: Context | None = None  # the context to return to, of an active span
        self._ended = False

    @classmethod
    def of(cls, span: trace.Span) -> LaminarSpan:
        """The span itself if it is one of ours, else wrapped."""
        return span if isinstance(span, cls) else cls(span)

    # What it belongs to

    def set_trace_session_id(self, session_id: str | None = None) -> None:
        """Let the span's trace join a session; None clears it for later spans."""
        self._join(Association(session_id=id_text(session_id) or ""))

    def set_trace_user_id(self, user_id: str | None = None) -> None:
        """Set the user of the span's trace; None clears it for later spans."""
        self._join(Association(user_id=id_text(user_id) or ""))

    def set_trace_metadata(self, metadata: Mapping[str, Any]) -> None:
        """Merge metadata into that of the span's trace."""
        self._join(Association(metadata=dict(metadata)))

    def _join(self, said: Association) -> None:
        with guarded("associating a trace"):
            association.join(self.span, said)

    def get_laminar_span_context(self) -> LaminarSpanContext | None:
        """Where the span stands, for another process to continue from; None if it is a no-op."""
        return LaminarSpanContext.of(self.span)

    def span_id(self, format: IdFormat = "int") -> int | uuid.UUID:  # noqa: A002 - Laminar's name
        """The id of the span, as a number or as a UUID with zeros in front."""
        return _formatted(self.span.get_span_context().span_id, format)

    def trace_id(self, format: IdFormat = "int") -> int | uuid.UUID:  # noqa: A002 - Laminar's name
        """The id of the trace, as a number or as a UUID."""
        return _formatted(self.span.get_span_context().trace_id, format)

    def parent_span_id(
        self,
        format: IdFormat = "int",  # noqa: A002 - Laminar's name
    ) -> int | uuid.UUID | None:
        """The id of the parent, or None."""
        parent = getattr(self.span, "parent", None)
        return None if parent is None else _formatted(parent.span_id, format)

    @property
    def laminar_association_properties(self) -> dict[str, Any]:
        """Session, user and metadata of the trace, as far as they are known."""
        found = association.of_trace(self.span.get_span_context().trace_id)
        if found is None:
            return {}
        known = {"session_id": found.session_id, "user_id": found.user_id}
        said = {key: value for key, value in known.items() if value is not None}
        return {**said, "metadata": dict(found.metadata)} if found.metadata else said

    # What is in it

    def set_input(self, input: Any = None) -> None:  # noqa: A002 - Laminar's name
        """Record an input, as JSON; None records nothing."""
        self._set_content(SPAN_INPUT, input)

    def set_output(self, output: Any = None) -> None:
        """Record an output, as JSON; None records nothing."""
        self._set_content(SPAN_OUTPUT, output)

    def _set_content(self, key: str, value: object) -> None:
        running = runtime.current
        if value is None or running is None or not running.content:
            return
        with guarded("recording content"):
            if self.span.is_recording():
                self.span.set_attribute(key, encode(value))

    @property
    def tags(self) -> list[str]:
        """The tags of the span."""
        tags = (getattr(self.span, "attributes", None) or {}).get(TAGS, ())
        return list(tags)

    def set_tags(self, tags: list[str]) -> None:
        """Set the tags of the span, in place of those it has."""
        self._set_tags((), tags)

    def add_tags(self, tags: list[str]) -> None:
        """Add tags to those of the span."""
        self._set_tags(self.tags, tags)

    def _set_tags(self, before: Iterable[str], given: object) -> None:
        tags = tag_list(given)
        if tags is None:
            warn_once("tags", "Tags must be a list of strings; these are ignored.")
        elif self.span.is_recording():
            self.span.set_attribute(TAGS, list(dict.fromkeys([*before, *tags])))

    # OpenTelemetry's span

    def end(self, end_time: int | None = None) -> None:
        """End the span; one of `start_active_span` is then no longer the current one."""
        self._ended = True
        if self.before is not None:
            with guarded("leaving an active span"):
                self._deactivate()
        if self.span.is_recording():
            self.span.end(end_time)

    def activate(self) -> None:
        """Make this the current span of this context, until it ends."""
        if self.span.get_span_context().is_valid:
            self.before = context_api.get_current()
            holding = context_api.set_value(_ACTIVE, self)
            context_api.attach(trace.set_span_in_context(self.span, holding))

    def _deactivate(self) -> None:
        before = self.before
        if before is None or trace.get_current_span() is not self.span:
            return  # elsewhere, or under a span started later, whose end then passes this one over
        while (
            (outer := _active(before)) is not None
            and outer.was_left(before)
            and outer.before is not None
        ):
            before = outer.before
        restored = trace.set_span_in_context(trace.get_current_span(before))
        context_api.attach(context_api.set_value(_ACTIVE, _active(before), restored))

    def was_left(self, in_context: Context) -> bool:
        """Whether this is the current span of a context although it has ended."""
        return self._ended and trace.get_current_span(in_context) is self.span

    def get_span_context(self) -> SpanContext:
        """As OpenTelemetry's."""
        return self.span.get_span_context()

    def set_attributes(self, attributes: Mapping[str, AttributeValue]) -> None:
        """As OpenTelemetry's; values that it has no type for become JSON text."""
        with guarded("setting attributes"):
            if self.span.is_recording():
                self.span.set_attributes(attributes_from(attributes))

    def set_attribute(self, key: str, value: AttributeValue) -> None:
        """As OpenTelemetry's; a value that it has no type for becomes JSON text."""
        self.set_attributes({key: value})

    def add_event(
        self, name: str, attributes: OtelAttributes = None, timestamp: int | None = None
    ) -> None:
        """As OpenTelemetry's; values that it has no type for become JSON text."""
        with guarded("adding an event"):
            if self.span.is_recording():
                self.span.add_event(name, attributes_from(attributes or {}), timestamp)

    def add_link(self, context: SpanContext, attributes: OtelAttributes = None) -> None:
        """As OpenTelemetry's."""
        self.span.add_link(context, attributes)

    def update_name(self, name: str) -> None:
        """As OpenTelemetry's."""
        self.span.update_name(name)

    def is_recording(self) -> bool:
        """As OpenTelemetry's: False once it has ended, and where it is a no-op."""
        return self.span.is_recording()

    def set_status(
        self, status: trace.Status | trace.StatusCode, description: str | None = None
    ) -> None:
        """As OpenTelemetry's."""
        self.span.set_status(status, description)

    def record_exception(
        self,
        exception: BaseException,
        attributes: OtelAttributes = None,
        timestamp: int | None = None,
        escaped: bool = False,
    ) -> None:
        """As OpenTelemetry's."""
        self.span.record_exception(exception, attributes, timestamp, escaped)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.span, name)

    def __repr__(self) -> str:
        return f"LaminarSpan({self.span!r})"


def _active(context: Context) -> LaminarSpan | None:
    span = context.get(_ACTIVE)
    return span if isinstance(span, LaminarSpan) else None


NO_SPAN = LaminarSpan(trace.INVALID_SPAN)


def _formatted(number: int, format: IdFormat) -> int | uuid.UUID:  # noqa: A002 - Laminar's name
    return uuid.UUID(int=number) if format == "uuid" else number
