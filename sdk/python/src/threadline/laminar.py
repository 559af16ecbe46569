"""Be the face of the SDK: start tracing, make spans, say which session they belong to, stop."""

from __future__ import annotations

import datetime as dt
import logging
import os
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from opentelemetry import context as context_api
from opentelemetry import trace

from threadline import association, beginning, runtime
from threadline.activation import SpanBlock
from threadline.association import Association, id_text
from threadline.attributes import SESSION_ID, USER_ID, Attributes, attributes_from
from threadline.guard import contain, guarded, logger, warn_once
from threadline.session import Session
from threadline.span import NO_SPAN, LaminarSpan
from threadline.span_context import LaminarSpanContext, parent_of

if TYPE_CHECKING:
    from opentelemetry.context import Context

    from threadline.instruments.names import Instruments
    from threadline.propagation import Extraction


class Laminar:
    """The SDK. Every method but `initialize` is a no-op before it, and none of them raises."""

    # The SDK itself

    @classmethod
    def initialize(  # noqa: PLR0917 - Laminar's arguments, in its order
        cls,
        project_api_key: str | None = None,
        base_url: str | None = None,
        base_http_url: str | None = None,
        http_port: int | None = None,
        grpc_port: int | None = None,
        instruments: Iterable[Instruments] | None = None,
        disabled_instruments: Iterable[Instruments] | None = None,
        disable_batch: bool = False,
        max_export_batch_size: int | None = None,
        max_export_batch_size_bytes: int | None = None,
        flush_by_size: bool = False,
        export_timeout_seconds: float | None = None,
        set_global_tracer_provider: bool = True,
        otel_logger_level: int = logging.ERROR,
        session_recording_options: Mapping[str, Any] | None = None,  # noqa: ARG003 - as said below
        force_http: bool = False,
        metadata: Mapping[str, Any] | None = None,
        *,
        sample_rate: float | None = None,
        mask: Callable[[str, str], str] | None = None,
        mask_patterns: Sequence[str] | None = None,
        trace_content: bool | None = None,
        max_attribute_bytes: int | None = None,
    ) -> None:
        """Start tracing. A second call is ignored.

        Argument wins over `LMNR_*` variable, that over `OTEL_*`, that over the default; the table
        is `threadline.settings.SETTINGS`.

        Args:
            project_api_key: key of the project. A server in open mode takes none.
            base_url: the server, `http://localhost:8000` by default.
            base_http_url: the server, where HTTP has a host of its own.
            http_port: port of the server.
            grpc_port: accepted for compatibility; nothing goes over gRPC.
            instruments: packages to trace; by default all that are imported, none for an empty set.
            disabled_instruments: packages to leave alone.
            disable_batch: send each span at once.
            max_export_batch_size: spans in one request.
            max_export_batch_size_bytes: estimated bytes in one request, before compression.
            flush_by_size: accepted for compatibility; batches always obey their size.
            export_timeout_seconds: time limit of one request, and of `shutdown`.
            set_global_tracer_provider: join the program's OpenTelemetry provider, or become it.
                False keeps a provider apart, whose spans are those of this SDK alone.
            otel_logger_level: level of the logger `opentelemetry.trace`.
            session_recording_options: accepted for compatibility; browsers are not recorded.
            force_http: accepted for compatibility; HTTP is all there is.
            metadata: of every trace.
            sample_rate: share of sessions that is kept, 0 to 1.
            mask: called with key and text of every string that would be sent; what it returns is
                sent instead.
            mask_patterns: built-in patterns to mask, out of `keys`, `emails`, `cards`.
            trace_content: False records no inputs and outputs.
            max_attribute_bytes: UTF-8 bytes at which a text is cut, with a mark.

        Raises:
            TypeError: an argument is of a wrong kind.
            ValueError: an argument is out of its range.

        Example:
            ```python
            Laminar.initialize(project_api_key="…", base_url="http://localhost:8000")
            ```
        """
        if runtime.settings is not None:
            logger.debug("Laminar.initialize was called again; the first call holds.")
            return
        from threadline.settings import resolve

        arguments = {
            "project_api_key": project_api_key,
            "base_url": base_url,
            "base_http_url": base_http_url,
            "http_port": http_port,
            "grpc_port": grpc_port,
            "disable_batch": disable_batch or None,
            "max_export_batch_size": max_export_batch_size,
            "max_export_batch_size_bytes": max_export_batch_size_bytes,
            "flush_by_size": flush_by_size,
            "export_timeout_seconds": export_timeout_seconds,
            "force_http": force_http,
            "metadata": metadata,
            "sample_rate": sample_rate,
            "mask": mask,
            "mask_patterns": mask_patterns,
            "trace_content": trace_content,
            "max_attribute_bytes": max_attribute_bytes,
        }
        settings = resolve(arguments, os.environ)
        logging.getLogger("opentelemetry.trace").setLevel(otel_logger_level)
        with guarded("initializing"):
            runtime.begin(
                settings,
                instruments=instruments,
                disabled_instruments=disabled_instruments,
                set_global=set_global_tracer_provider,
            )

    @classmethod
    def is_initialized(cls) -> bool:
        """Whether `initialize` was called, and `shutdown` not since."""
        return runtime.settings is not None

    @classmethod
    def get_base_http_url(cls) -> str | None:
        """The server's URL; None before `initialize`."""
        return None if runtime.settings is None else runtime.settings.base_http_url

    @classmethod
    def get_project_api_key(cls) -> str | None:
        """The project's key; None without one."""
        return None if runtime.settings is None else runtime.settings.project_api_key

    @classmethod
    def flush(cls) -> bool:
        """Send everything that has ended, now; whether it all arrived."""
        running = runtime.current
        return False if running is None else running.processor.force_flush()

    @classmethod
    def force_flush(cls) -> bool:
        """The same as `flush`, which waits for the server's answer: at the end of a Lambda."""
        return cls.flush()

    @classmethod
    def shutdown(cls) -> None:
        """Send what waits, within the export timeout, and stop tracing."""
        with guarded("shutting down"):
            runtime.end()

    # Spans

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

    # What traces belong to

    @classmethod
    def session(
        cls,
        session_id: str | None = None,
        user_id: str | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> Session:
        """A block, or a decorator, whose traces belong to a session.

        Inside a trace, that trace joins the session. Works with `with` and `async with`, nested,
        and on functions, coroutine functions, generators and asynchronous generators.

        Args:
            session_id: of the traces started in the block.
            user_id: of these traces.
            metadata: of these traces, over what is said around the block.

        Example:
            ```python
            with Laminar.session("chat-42", user_id="ada"):
                answer("Where is my parcel?")


            @Laminar.session("nightly")
            def job(): ...
            ```
        """
        return Session(session_id, user_id, metadata)

    @classmethod
    def set_trace_session_id(cls, session_id: str | None = None) -> None:
        """Let the current trace join a session; it ends with the trace.

        It is written on the current span and on the trace's root, and on each span that starts
        later in the trace. Outside of any span it holds for the traces started later in this
        context, which is warned of once: `Laminar.session` says where it ends.

        Args:
            session_id: None clears it for the spans that start later.
        """
        said = Association(session_id=id_text(session_id) or "")
        _say("set_trace_session_id", said)

    @classmethod
    def set_trace_user_id(cls, user_id: str | None = None) -> None:
        """Set the user of the current trace, by the same rules as the session.

        Args:
            user_id: None clears it for the spans that start later.
        """
        _say("set_trace_user_id", Association(user_id=id_text(user_id) or ""))

    @classmethod
    def set_trace_metadata(cls, metadata: Mapping[str, Any] | None) -> None:
        """Merge metadata into that of the current trace, by the same rules as the session.

        It is written on the current span and on the trace's root.

        Args:
            metadata: names and values; what OpenTelemetry has no type for becomes JSON text.
        """
        if isinstance(metadata, Mapping):
            _say("set_trace_metadata", Association(metadata=dict(metadata)))

    # Other processes

    @classmethod
    def get_laminar_span_context(cls, span: trace.Span | None = None) -> LaminarSpanContext | None:
        """Where a span stands in its trace; None outside of any.

        Args:
            span: the current one by default.
        """
        if runtime.current is None:
            return None
        return LaminarSpanContext.of(trace.get_current_span() if span is None else span)

    @classmethod
    def get_laminar_span_context_dict(cls, span: trace.Span | None = None) -> dict[str, Any] | None:
        """The same as what its JSON says."""
        place = cls.get_laminar_span_context(span)
        return None if place is None else place.as_dict()

    @classmethod
    def serialize_span_context(cls, span: trace.Span | None = None) -> str | None:
        """The same as JSON, for `parent_span_context` in another process of either language.

        Example:
            ```python
            queue.put({"task": task, "parent": Laminar.serialize_span_context()})
            # and there
            with Laminar.start_as_current_span("work", parent_span_context=message["parent"]):
                ...
            ```
        """
        place = cls.get_laminar_span_context(span)
        return None if place is None else str(place)

    @classmethod
    def deserialize_span_context(
        cls, span_context: Mapping[str, Any] | str
    ) -> LaminarSpanContext | None:
        """Read what `serialize_span_context` wrote; None, with a warning, if it is none."""
        return parent_of(span_context)

    @classmethod
    def use_span_context(cls, parent_span_context: Any) -> Extraction:
        """A block whose spans continue a trace of another process, without a span of its own.

        Args:
            parent_span_context: as `serialize_span_context` gives it.
        """
        from threadline.propagation import Extraction

        def continuing() -> Context:
            parent = parent_of(parent_span_context)
            return context_api.get_current() if parent is None else parent.as_parent()

        return Extraction(continuing)

    @classmethod
    def inject(cls, carrier: Any = None) -> Any:
        """Add the current trace, session, user and metadata to headers.

        They are W3C `traceparent` and `baggage`. Nothing of it is sent without this call: baggage
        added to every request would tell third parties who the users are.

        Args:
            carrier: a mapping of headers, or a list of pairs; a new dict by default.

        Returns:
            The carrier.

        Example:
            ```python
            httpx.post(url, headers=Laminar.inject({"accept": "application/json"}))
            ```
        """
        from threadline.propagation import inject

        return inject({} if carrier is None else carrier)

    @classmethod
    def extract(cls, carrier: Any) -> Extraction:
        """A block in which what `inject` added goes on; for `with` and `async with`.

        Args:
            carrier: a mapping of headers in any case, or an iterable of pairs, of text or bytes.

        Example:
            ```python
            with Laminar.extract(request.headers):
                handle(request)
            ```
        """
        from threadline.propagation import Extraction, extracted

        return Extraction(lambda: extracted(carrier))

    # Scores

    @classmethod
    def score(
        cls,
        name: str,
        value: float | bool | str,
        *,
        comment: str | None = None,
        span_context: Any = None,
        trace_id: uuid.UUID | str | int | None = None,
        session_id: str | None = None,
        id: str | None = None,  # noqa: A002 - the public name
    ) -> None:
        """Score a span, a trace or a session; the current span by default.

        Args:
            name: of the score, such as `relevance`.
            value: a number; True or False, as 1 or 0 with a label; or a label.
            comment: an explanation.
            span_context: the span it is about, as `serialize_span_context` gives it.
            trace_id: the trace it is about.
            session_id: the session it is about.
            id: names this score; sending the id again replaces it. Random by default.

        Example:
            ```python
            Laminar.score("relevance", 0.9, comment="cites the policy")
            Laminar.score("resolved", True, session_id="chat-42")
            ```
        """
        if runtime.current is None:
            return
        try:
            from threadline.score import record, target_of

            target = target_of(span_context=span_context, trace_id=trace_id, session_id=session_id)
            if target is None:
                warn_once(
                    "score without a target",
                    "A score was given outside of any span: say span_context, trace_id or "
                    "session_id.",
                )
                return
            runtime.put_score(record(target, name, value, comment=comment, id=id))
        except (TypeError, ValueError) as error:
            warn_once(f"score: {error}", "A score is ignored: %s.", error)
        except Exception:  # noqa: BLE001 - a score is not worth the program
            contain("scoring")

    @classmethod
    def feedback(
        cls,
        value: float | bool | str,
        *,
        name: str = "feedback",
        comment: str | None = None,
        span_context: Any = None,
        trace_id: uuid.UUID | str | int | None = None,
        session_id: str | None = None,
        id: str | None = None,  # noqa: A002 - the public name
    ) -> None:
        """Score what a user says: thumbs up or down, stars, a word. As `score`, value first."""
        cls.score(
            name,
            value,
            comment=comment,
            span_context=span_context,
            trace_id=trace_id,
            session_id=session_id,
            id=id,
        )


def _span() -> LaminarSpan:
    if runtime.current is None:
        return NO_SPAN
    return beginning.current_span() or NO_SPAN


def _say(method: str, said: Association) -> None:
    running = runtime.current
    if running is None:
        return
    with guarded("associating a trace"):
        if association.join(trace.get_current_span(), said, adopt=not running.isolated):
            return
        warn_once(
            f"outside: {method}",
            "%s was called outside a span; it holds for the spans started later in this context. "
            "Use Laminar.session(...) to say where it ends.",
            method,
        )
        association.remain(said)
