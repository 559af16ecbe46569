"""Give `Laminar` its methods that start spans and write on the current one."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from opentelemetry import trace

from threadline import beginning, runtime
from threadline.activation import SpanBlock
from threadline.association import id_text
from threadline.attributes import SESSION_ID, USER_ID, Attributes, attributes_from
from threadline.guard import guarded
from threadline.span import NO_SPAN, LaminarSpan

if TYPE_CHECKING:
    from opentelemetry.context import Context


class SpanMethods:
    """The methods of `Laminar` about spans."""

    @classmethod
    def start_as_current_span(  # noqa: PLR0917 - Laminar's arguments, in its order
        cls,
        name: str,
        input: Any = None,  # noqa: A002 - Laminar's name
        span_type: str = "DEFAULT",
        context: Context | None = None,
        labels: Sequence[str] | None = None,
        parent_span_context: Any = None,
        tags: Sequence[str] | None = None,
        user_id: str | None = None,
        session_id: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        attributes: Mapping[Any, Any] | None = None,
        *,
        new_trace: bool = False,
    ) -> SpanBlock:
        """A block that is a span, and in which this is the current span.

        Args:
            name: of the span.
            input: recorded as JSON; None records nothing.
            span_type: DEFAULT, LLM, TOOL, EXECUTOR, EVALUATOR, EVALUATION, AGENT, RETRIEVAL,
                EMBEDDING, CHAIN or GUARDRAIL, in any case.
            context: an OpenTelemetry context to start in, instead of the current one.
            labels: the older name of `tags`.
            parent_span_context: a place in another process to continue from, as
                `serialize_span_context` gives it.
            tags: of the span.
            user_id: user of the span, and of its trace if that has none yet.
            session_id: session of the span, and of its trace if that has none yet.
            metadata: of the span, merged into its trace's.
            attributes: more attributes; values that OpenTelemetry has no type for become JSON.
            new_trace: start a trace of its own, in the session of the current one.

        Example:
            ```python
            with Laminar.start_as_current_span("search", input={"q": "shoes"}, span_type="TOOL"):
                Laminar.set_span_output(search("shoes"))
            ```
        """
        return SpanBlock(
            lambda: beginning.start(
                name,
                input=input,
                span_type=span_type,
                context=context,
                parent_span_context=parent_span_context,
                tags=tags if tags is not None else labels,
                user_id=user_id,
                session_id=session_id,
                metadata=metadata,
                attributes=attributes,
                new_trace=new_trace,
            ),
            end_on_exit=True,
        )

    @classmethod
    def start_span(  # noqa: PLR0917 - Laminar's arguments, in its order
        cls,
        name: str,
        input: Any = None,  # noqa: A002 - Laminar's name
        span_type: str = "DEFAULT",
        context: Context | None = None,
        parent_span_context: Any = None,
        labels: Sequence[str] | Mapping[str, str] | None = None,
        tags: Sequence[str] | None = None,
        user_id: str | None = None,
        session_id: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        attributes: Mapping[Any, Any] | None = None,
        start_time: int | None = None,
        *,
        new_trace: bool = False,
    ) -> LaminarSpan:
        """Start a span that is not the current one; end it with `span.end()`.

        Args:
            name: of the span.
            input: as of `start_as_current_span`, and so are those below.
            span_type: the same.
            context: the same.
            parent_span_context: the same.
            labels: the older name of `tags`.
            tags: the same.
            user_id: the same.
            session_id: the same.
            metadata: the same.
            attributes: the same.
            start_time: in nanoseconds since the epoch; now by default.
            new_trace: the same.

        Example:
            ```python
            span = Laminar.start_span("upload")
            with Laminar.use_span(span, end_on_exit=True):
                upload()
            ```
        """
        older = None if isinstance(labels, Mapping) else labels
        return beginning.start(
            name,
            input=input,
            span_type=span_type,
            context=context,
            parent_span_context=parent_span_context,
            tags=tags if tags is not None else older,
            user_id=user_id,
            session_id=session_id,
            metadata=metadata,
            attributes=attributes,
            start_time=start_time,
            new_trace=new_trace,
        )

    @classmethod
    def start_active_span(  # noqa: PLR0917 - Laminar's arguments, in its order
        cls,
        name: str,
        input: Any = None,  # noqa: A002 - Laminar's name
        span_type: str = "DEFAULT",
        context: Context | None = None,
        parent_span_context: Any = None,
        tags: Sequence[str] | None = None,
        user_id: str | None = None,
        session_id: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        attributes: Mapping[Any, Any] | None = None,
        *,
        new_trace: bool = False,
    ) -> LaminarSpan:
        """Start a span and make it the current one until it ends: call its `end()`.

        In whatever order several of them end, the current span is the innermost that goes on.

        Args:
            name: of the span.
            input: as of `start_as_current_span`, and so are those below.
            span_type: the same.
            context: the same.
            parent_span_context: the same.
            tags: the same.
            user_id: the same.
            session_id: the same.
            metadata: the same.
            attributes: the same.
            new_trace: the same.
        """
        span = beginning.start(
            name,
            input=input,
            span_type=span_type,
            context=context,
            parent_span_context=parent_span_context,
            tags=tags,
            user_id=user_id,
            session_id=session_id,
            metadata=metadata,
            attributes=attributes,
            new_trace=new_trace,
        )
        with guarded("activating a span"):
            span.activate()
        return span

    @classmethod
    def use_span(
        cls,
        span: trace.Span,
        end_on_exit: bool = False,
        record_exception: bool = True,
        set_status_on_exception: bool = True,
    ) -> SpanBlock:
        """A block in which a span is the current one.

        Args:
            span: a span of this SDK, or any OpenTelemetry span.
            end_on_exit: end the span with the block.
            record_exception: write an exception that leaves the block on the span.
            set_status_on_exception: and give the span status ERROR.
        """
        return SpanBlock(
            lambda: LaminarSpan.of(span),
            end_on_exit=end_on_exit,
            record_exception=record_exception,
            set_status_on_exception=set_status_on_exception,
        )

    @classmethod
    def get_current_span(cls, context: Context | None = None) -> LaminarSpan | None:
        """The current span, of any tracer; None outside of any.

        Args:
            context: an OpenTelemetry context to look in, instead of the current one.
        """
        return beginning.current_span(context)

    @classmethod
    def get_trace_id(cls) -> uuid.UUID | None:
        """The id of the current trace; None outside of any."""
        place = trace.get_current_span().get_span_context()
        return uuid.UUID(int=place.trace_id) if place.is_valid else None

    @classmethod
    def set_span_output(cls, output: Any = None) -> None:
        """Record the output of the current span, as JSON; None records nothing."""
        _span().set_output(output)

    @classmethod
    def set_span_attributes(cls, attributes: Mapping[Attributes | str, Any]) -> None:
        """Set attributes of the current span.

        Args:
            attributes: by `Attributes`, or by any name. Values that OpenTelemetry has no type for
                become JSON text; None is left out.

        Example:
            ```python
            Laminar.set_span_attributes({Attributes.REQUEST_MODEL: "gpt-4o"})
            ```
        """
        with guarded("setting attributes"):
            _span().set_attributes(attributes_from(attributes))

    @classmethod
    def set_span_tags(cls, tags: list[str]) -> None:
        """Set the tags of the current span, in place of those it has."""
        _span().set_tags(tags)

    @classmethod
    def add_span_tags(cls, tags: list[str]) -> None:
        """Add tags to those of the current span."""
        _span().add_tags(tags)

    @classmethod
    def event(
        cls,
        name: str,
        attributes: Mapping[str, Any] | None = None,
        timestamp: dt.datetime | int | None = None,
        *,
        user_id: str | None = None,
        session_id: str | None = None,
    ) -> None:
        """Record an event on the current span; outside of any, as a span of its own.

        Args:
            name: of the event.
            attributes: of the event; values that OpenTelemetry has no type for become JSON text.
            timestamp: when it happened, in nanoseconds since the epoch or as a datetime; now by
                default.
            user_id: whom it is about, if not the trace's user.
            session_id: what it belongs to, if not the trace's session.
        """
        if runtime.current is None:
            return
        with guarded("recording an event"):
            at = timestamp
            if isinstance(at, dt.datetime):
                at = int(at.timestamp() * 1_000_000) * 1_000
            given = attributes_from(attributes or {})
            if (session := id_text(session_id)) is not None:
                given[SESSION_ID] = session
            if (user := id_text(user_id)) is not None:
                given[USER_ID] = user
            span = trace.get_current_span()
            if span.get_span_context().is_valid:
                if span.is_recording():
                    span.add_event(name, given, at)
            else:
                beginning.start(name, attributes=given, start_time=at).end()


def _span() -> LaminarSpan:
    if runtime.current is None:
        return NO_SPAN
    return beginning.current_span() or NO_SPAN
