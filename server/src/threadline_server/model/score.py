"""A judgement of a session, a trace or a span: a named number, a label, or both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ScoreSource = Literal["program"]
"""Who judged; what arrives as telemetry comes from a program."""

ScoreTarget = Literal["session", "trace", "span"]


@dataclass(slots=True)
class Score:
    """One score as Threadline understands it.

    It is on the span that `trace_id` and `span_id` name, else on the trace, else on the session;
    `session_id` is None where there is a trace, whose session is its own affair. `value` is
    finite. `time_ns` says when it was given. Sending one `score_id` again replaces the score, and
    `version_key` orders the versions so that arrival order never matters.
    """

    score_id: str
    name: str
    value: float | None
    label: str | None
    comment: str | None
    source: ScoreSource
    session_id: str | None
    trace_id: str | None
    span_id: str | None
    time_ns: int
    received_ns: int
    content_hash: bytes = b""

    @property
    def target(self) -> ScoreTarget:
        """What kind of thing it is on."""
        if self.trace_id is None:
            return "session"
        return "trace" if self.span_id is None else "span"

    @property
    def version_key(self) -> tuple[int, bytes]:
        """The greater of two versions wins: the later one, then the greater content hash."""
        return (self.time_ns, self.content_hash)
