"""Name the index of each column of a list, and the key by which it has the column."""

from __future__ import annotations

from threadline_server.store.contract import Noun

PREVIEW_KEY = 32
"""Characters of a preview by which a list of sessions or traces is sorted."""

_PREVIEWS: dict[Noun, frozenset[str]] = {
    "sessions": frozenset({"first_input", "last_output"}),
    "traces": frozenset({"input", "output"}),
    "spans": frozenset(),
}

_NUMBERS = (
    "start_ns", "end_ns", "duration_ns", "running", "span_count", "error_count", "input_tokens",
    "output_tokens", "total_tokens", "cache_read_tokens", "total_cost", "unpriced_calls",
)  # fmt: skip
_INDEXED: dict[Noun, tuple[str, ...]] = {
    "sessions": (*_NUMBERS, "active_ns", "trace_count", "error_trace_count", "first_input",
                 "last_output"),
    "traces": (*_NUMBERS, "session_id", "name", "user_id", "status", "root_span_id", "step_count",
               "input", "output"),
    "spans": ("start_ns",),
}  # fmt: skip

INDEXES: dict[Noun, dict[str, str]] = {
    noun: {
        column: f"{noun}_by_{column.removesuffix('_ns').removesuffix('_id')}" for column in columns
    }
    for noun, columns in _INDEXED.items()
}
"""The index that begins with the project and then has a column's key, by the column."""

INDEXES["sessions"]["session_id"] = "sqlite_autoindex_sessions_1"
INDEXES["traces"]["trace_id"] = "sqlite_autoindex_traces_1"

ERROR_SPANS = "spans_of_errors"
"""The index of the spans whose status is error, by start."""

BY_SPAN = "sqlite_autoindex_spans_1"
"""The spans themselves, by trace and span."""


def key(noun: Noun, name: str, expression: str) -> str:
    """What an index has of a column, which is that expression in SQL; all of most columns."""
    return f"substr({expression}, 1, {PREVIEW_KEY})" if name in _PREVIEWS[noun] else expression


def is_cut(noun: Noun, name: str) -> bool:
    """Whether an index has the beginning of a column alone."""
    return name in _PREVIEWS[noun]
