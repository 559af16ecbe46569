"""Give `Laminar` its methods that say what traces belong to, carry them elsewhere, and score them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from opentelemetry import context as context_api
from opentelemetry import trace

from threadline import association, runtime
from threadline.association import Association, id_text
from threadline.guard import contain, guarded, warn_once
from threadline.session import Session
from threadline.span_context import LaminarSpanContext, parent_of

if TYPE_CHECKING:
    from opentelemetry.context import Context

    from threadline.propagation import Extraction


class TraceMethods:
    """The methods of `Laminar` about traces, their sessions and their scores."""

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
