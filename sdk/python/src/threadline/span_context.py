"""Turn the place of a span in its trace into JSON that another process continues from, and back."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import SpanContext, TraceFlags

from threadline import association
from threadline.association import Association
from threadline.encode import encode
from threadline.guard import warn_once


@dataclass(frozen=True, slots=True)
class LaminarSpanContext:
    """Where a span stands, and which session, user and metadata go with it.

    Its JSON is the one of Laminar's SDKs, in either spelling: `{"trace_id", "span_id",
    "is_remote", "session_id", "user_id", "metadata"}` or `{"traceId", …}`; ids are UUIDs, a span's
    padded with zeros in front, or plain hexadecimal digits.

    Attributes:
        trace_id: of the trace.
        span_id: of the span, as the last 8 bytes.
        is_remote: the span is of another process.
        session_id: of the trace, or None.
        user_id: of the trace, or None.
        metadata: of the trace.
    """

    trace_id: uuid.UUID
    span_id: uuid.UUID
    is_remote: bool = False
    session_id: str | None = None
    user_id: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return encode(self.as_dict())

    def as_dict(self) -> dict[str, Any]:
        """What the JSON says, with ids as text; what is unknown is left out."""
        members: dict[str, Any] = {
            "trace_id": str(self.trace_id),
            "span_id": str(self.span_id),
            "is_remote": self.is_remote,
        }
        if self.session_id is not None:
            members["session_id"] = self.session_id
        if self.user_id is not None:
            members["user_id"] = self.user_id
        if self.metadata:
            members["metadata"] = dict(self.metadata)
        return members

    @classmethod
    def of(cls, span: trace.Span) -> LaminarSpanContext | None:
        """The place of a span of any tracer; None if it has none."""
        place = span.get_span_context()
        if not place.is_valid:
            return None
        found = association.of_trace(place.trace_id)
        known = association.ambient() if found is None else found
        return cls(
            trace_id=uuid.UUID(int=place.trace_id),
            span_id=uuid.UUID(int=place.span_id),
            is_remote=place.is_remote,
            session_id=known.session_id or None,
            user_id=known.user_id or None,
            metadata=dict(known.metadata or {}),
        )

    @classmethod
    def deserialize(cls, data: Mapping[str, Any] | str) -> LaminarSpanContext:
        """Read a serialized span context.

        Args:
            data: the JSON, or what it says.

        Raises:
            ValueError: it is no span context.
        """
        members = json.loads(data) if isinstance(data, str) else data
        if not isinstance(members, Mapping):
            raise ValueError("a span context is a JSON object")  # noqa: TRY004 - as json.loads

        def member(snake: str, camel: str) -> Any:
            value = members.get(snake)
            return members.get(camel) if value is None else value

        metadata = members.get("metadata")
        return cls(
            trace_id=_id(member("trace_id", "traceId"), 32),
            span_id=_id(member("span_id", "spanId"), 16),
            is_remote=member("is_remote", "isRemote") is True,
            session_id=association.id_text(member("session_id", "sessionId")),
            user_id=association.id_text(member("user_id", "userId")),
            metadata=dict(metadata) if isinstance(metadata, Mapping) else {},
        )

    @classmethod
    def parse(cls, given: object) -> LaminarSpanContext | None:
        """Read whatever stands for a place in a trace; None if it is none."""
        if isinstance(given, cls):
            return given
        if isinstance(given, SpanContext):
            if not given.is_valid:
                return None
            return cls(uuid.UUID(int=given.trace_id), uuid.UUID(int=given.span_id), given.is_remote)
        if not isinstance(given, (str, Mapping)):
            return None
        try:
            return cls.deserialize(given)
        except (ValueError, RecursionError):
            return None

    @property
    def association(self) -> Association:
        """What a trace that continues from here belongs to."""
        return Association(self.session_id, self.user_id, self.metadata)

    def to_otel_span_context(self) -> SpanContext:
        """The same place as OpenTelemetry has it: remote, and sampled."""
        return SpanContext(
            self.trace_id.int,
            self.span_id.int & (2**64 - 1),
            is_remote=True,
            trace_flags=TraceFlags(TraceFlags.SAMPLED),
        )

    def as_parent(self, in_context: Context | None = None) -> Context:
        """A context whose spans continue from here, with session, user and metadata."""
        remote = trace.NonRecordingSpan(self.to_otel_span_context())
        parent = trace.set_span_in_context(remote, in_context)
        return association.with_layer(None, self.association, parent)


def parent_of(given: object) -> LaminarSpanContext | None:
    """Read a `parent_span_context` argument; warn once if it is nothing to continue from."""
    parsed = LaminarSpanContext.parse(given)
    if parsed is None:
        warn_once(
            "parent_span_context",
            "A parent_span_context of type %s is no span context; the span starts without it.",
            type(given).__name__,
        )
    return parsed


def _id(value: object, digits: int) -> uuid.UUID:
    if isinstance(value, uuid.UUID):
        number = value.int
    elif isinstance(value, str):
        text = value.replace("-", "")
        if len(text) not in {digits, 32} or not text.isascii() or not text.isalnum():
            raise ValueError(f"an id has {digits} hexadecimal digits, or is a UUID")
        number = int(text, 16)
    else:
        raise ValueError("an id is text")  # noqa: TRY004 - one kind of error for what is no context
    if not 0 < number < 16**digits:
        raise ValueError("an id is not zero, and of a span has zeros in front as a UUID")
    return uuid.UUID(int=number)
