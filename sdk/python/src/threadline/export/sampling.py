"""Tell which sessions are kept, and hold a trace's spans until its session is known.

A session is kept or dropped whole: the decision hashes its id, so that every process comes to the
same. A trace without a session decides by its own id. Shared with the TypeScript SDK:
`conformance/sdk/sampling.json`.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import TYPE_CHECKING

from threadline import association
from threadline.attributes import SESSION_ID
from threadline.guard import warn_once

if TYPE_CHECKING:
    from collections.abc import Callable

    from opentelemetry.sdk.trace import ReadableSpan

MAX_WAITING_BYTES = 16 * 1024 * 1024
"""Memory of spans whose session is not known yet; beyond it the oldest trace decides by its id."""

MAX_DECISIONS = 10_000
"""Traces whose decision is remembered, for spans that outlive their root."""


def session_hash(identifier: str) -> int:
    """32 bits that spread evenly over ids: murmur3's fmix32 over FNV-1a-32 of the UTF-8.

    Args:
        identifier: a session id, or a trace id in lower-case hex.
    """
    mixed = 0x811C9DC5
    for byte in identifier.encode("utf-8", "replace"):
        mixed = ((mixed ^ byte) * 0x01000193) & 0xFFFFFFFF
    mixed = ((mixed ^ (mixed >> 16)) * 0x85EBCA6B) & 0xFFFFFFFF
    mixed = ((mixed ^ (mixed >> 13)) * 0xC2B2AE35) & 0xFFFFFFFF
    return mixed ^ (mixed >> 16)


@lru_cache(maxsize=1024)
def is_kept(identifier: str, rate: float) -> bool:
    """Whether a session, or a trace without one, is kept.

    Args:
        identifier: the session's id, else the trace's in lower-case hex.
        rate: the share to keep, from 0 to 1.
    """
    return session_hash(identifier) < rate * 2**32


class SessionGate:
    """Passes the spans of kept sessions on, once it is known what they belong to.

    A trace decides when its session is known, or when its local root has ended without one; until
    then its ended spans wait, within a bound. The first decision of a trace holds.

    Args:
        rate: the share of sessions to keep.
        passes: called with each span that is kept and its estimated bytes.
    """

    def __init__(self, rate: float, passes: Callable[[ReadableSpan, int], None]) -> None:
        self._rate = rate
        self._passes = passes
        self.renew()

    def renew(self) -> None:
        """Begin anew, as a forked process must: the parent keeps what waits, and its lock."""
        self._lock = threading.RLock()
        self._decisions: dict[int, bool] = {}
        self._waiting: dict[int, list[tuple[ReadableSpan, int]]] = {}
        self._waiting_bytes = 0

    def put(self, span: ReadableSpan, estimated_bytes: int) -> None:
        """Pass an ended span on, drop it, or let it wait for its trace's session."""
        trace_id = span.get_span_context().trace_id  # type: ignore[union-attr]  # sampled spans have one
        with self._lock:
            kept = self._decisions.get(trace_id)
            if kept is None:
                self._waiting.setdefault(trace_id, []).append((span, estimated_bytes))
                self._waiting_bytes += estimated_bytes
                session_id = association.session_of(trace_id) or _own_session(span)
                if session_id is not None or not association.is_open(trace_id):
                    self._decide(trace_id, session_id)
                else:
                    self._make_room()
                return
        if kept:
            self._passes(span, estimated_bytes)

    def decide_all(self) -> None:
        """Decide every trace that waits: by its session if that is known by now, else by its id."""
        with self._lock:
            for trace_id in list(self._waiting):
                self._decide(trace_id, association.session_of(trace_id))

    def _make_room(self) -> None:
        while self._waiting_bytes > MAX_WAITING_BYTES:
            warn_once(
                "sampling room",
                "More spans wait for their session than fit: sampling decides some traces by their "
                "own id. Set the session where a trace begins, so that none needs to wait.",
            )
            self._decide(next(iter(self._waiting)), None)

    def _decide(self, trace_id: int, session_id: str | None) -> None:
        kept = is_kept(session_id or f"{trace_id:032x}", self._rate)
        while len(self._decisions) >= MAX_DECISIONS:
            del self._decisions[next(iter(self._decisions))]
        self._decisions[trace_id] = kept
        for span, estimated_bytes in self._waiting.pop(trace_id, ()):
            self._waiting_bytes -= estimated_bytes
            if kept:
                self._passes(span, estimated_bytes)


def _own_session(span: ReadableSpan) -> str | None:
    value = (span.attributes or {}).get(SESSION_ID)
    return value if isinstance(value, str) and value else None
