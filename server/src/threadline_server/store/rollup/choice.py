"""Turn what many spans of a trace claim into the one value that the trace has (design rule 1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from threadline_server.store.rollup.span import RollupSpan

Value = TypeVar("Value")


@dataclass(slots=True)
class SessionChoice:
    """The session of a trace, the key on the span that decided, and whether spans disagreed."""

    session_id: str
    key: str
    span_id: str
    conflict: bool


@dataclass(slots=True)
class Earliest(Generic[Value]):
    """Of the spans that state a value the earliest started, and whether another differs."""

    span: RollupSpan | None = None
    value: Value | None = None
    conflict: bool = False

    def offer(self, span: RollupSpan, value: Value) -> None:
        """One more span that states a value."""
        known = self.span
        if known is None:
            self.span, self.value = span, value
            return
        if value != self.value:
            self.conflict = True
        if span.before(known):
            self.span, self.value = span, value


@dataclass(slots=True)
class Choices:
    """What a trace's spans claim, as they come in: its session, its user and its metadata."""

    sessions: dict[int, Earliest[str]] = field(default_factory=dict)
    user: Earliest[str] = field(default_factory=Earliest)
    metadata: dict[str, Earliest[Any]] = field(default_factory=dict)

    def offer(self, span: RollupSpan) -> None:
        """One more span."""
        if span.session_value is not None and span.session_rank is not None:
            of_rank = self.sessions.get(span.session_rank)
            if of_rank is None:
                of_rank = self.sessions[span.session_rank] = Earliest()
            of_rank.offer(span, span.session_value)
        if span.user_id is not None:
            self.user.offer(span, span.user_id)
        for key, value in span.metadata.items():
            self.metadata.setdefault(key, Earliest()).offer(span, value)

    def session(self, root: RollupSpan | None) -> SessionChoice | None:
        """The session that any span's id claims for the whole trace.

        Conversation keys count only if no span has a session key. On conflict the root's own value
        decides, else the earliest-started span's; a conflict is two values of the deciding rank.
        """
        if not self.sessions:
            return None
        rank = min(self.sessions)
        found = self.sessions[rank]
        span = root if root is not None and root.session_rank == rank else found.span
        if span is None or span.session_value is None:
            return None
        return SessionChoice(
            session_id=span.session_value,
            key=span.session_key or "",
            span_id=span.span_id,
            conflict=found.conflict,
        )

    def user_id(self, root: RollupSpan | None) -> str | None:
        """The root's own user, else the earliest-started span's."""
        return self.user.value if root is None or root.user_id is None else root.user_id

    def merged_metadata(self, root: RollupSpan | None) -> dict[str, Any]:
        """Each key decided as the session is."""
        merged = {key: found.value for key, found in sorted(self.metadata.items())}
        return merged if root is None else merged | root.metadata
