"""Scores for tests, on a session, a trace or a span, with quiet defaults."""

from __future__ import annotations

from typing import Any

from threadline_server.model.score import Score

TIME_NS = 1_790_000_100_000_000_000


def a_score(score_id: str = "s1", **changes: Any) -> Score:
    """A score of 1 named `helpful`; without a target of its own it is on the session `s`."""
    values: dict[str, Any] = {
        "score_id": score_id,
        "name": "helpful",
        "value": 1.0,
        "label": None,
        "comment": None,
        "source": "program",
        "session_id": None if "trace_id" in changes else "s",
        "trace_id": None,
        "span_id": None,
        "time_ns": TIME_NS,
        "received_ns": TIME_NS + 5,
        "content_hash": b"",
    }
    return Score(**(values | changes))
