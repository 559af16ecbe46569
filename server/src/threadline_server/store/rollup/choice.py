"""Turn what many spans of a trace claim into the one value that the trace has (design rule 1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from threadline_server.store.rollup.span import RollupSpan

Value = TypeVar("Value")


@dataclass(slots=True)
class SessionChoice:
    """The session of a trace, the key on the span that decided, and whether spans disagreed."""

    session_id: str
    key: str
    span_id: str
    conflict: bool


def root(by_start: list[RollupSpan]) -> RollupSpan | None:
    """The span without parent, of several the earliest started."""
    return next((span for span in by_start if span.parent_span_id is None), None)


def chosen(
    by_start: list[RollupSpan], value: Callable[[RollupSpan], Value | None]
) -> tuple[RollupSpan, Value] | None:
    """The root's own value, else the value on the earliest-started span that has one."""
    top = root(by_start)
    if top is not None and (own := value(top)) is not None:
        return top, own
    for span in by_start:
        if (found := value(span)) is not None:
            return span, found
    return None


def session_choice(by_start: list[RollupSpan]) -> SessionChoice | None:
    """The session that any span's id claims for the whole trace.

    Conversation keys count only if no span has a session key; a conflict is two values of the
    rank that decides. Never dependent on the order of arrival.
    """
    claims = [span for span in by_start if span.session_value is not None]
    if not claims:
        return None
    rank = min(span.session_rank or 0 for span in claims)
    claims = [span for span in claims if span.session_rank == rank]
    found = chosen(by_start, lambda span: span.session_value if span.session_rank == rank else None)
    assert found is not None  # claims of this rank exist
    span, value = found
    return SessionChoice(
        session_id=value,
        key=span.session_key or "",
        span_id=span.span_id,
        conflict=len({claim.session_value for claim in claims}) > 1,
    )


def merged_metadata(by_start: list[RollupSpan]) -> dict[str, Any]:
    """Each metadata key decided as the session is: the root's, else the earliest span's."""
    merged: dict[str, Any] = {}
    top = root(by_start)
    for span in ([top] if top is not None else []) + by_start:
        for key, value in span.metadata.items():
            merged.setdefault(key, value)
    return merged
