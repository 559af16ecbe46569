"""The few fields of a stored span from which totals are computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from threadline_server.model.span import SpanType, Status


@dataclass(slots=True, eq=False)
class RollupSpan:
    """A span as rollups see it; the order of fields is the order in which stores read them.

    `cost_reported` tells that the client stated the cost, zero included; `says_user` and
    `says_assistant` that an llm span carries such a message.
    """

    span_id: str
    parent_span_id: str | None
    name: str
    type: SpanType
    status: Status
    start_ns: int
    end_ns: int | None
    session_value: str | None
    session_key: str | None
    session_rank: int | None
    user_id: str | None
    model: str | None
    response_id: str | None
    scope_name: str
    input_tokens: int | None
    output_tokens: int | None
    cache_read_tokens: int | None
    cache_write_tokens: int | None
    reasoning_tokens: int | None
    total_cost: float | None
    cost_reported: bool
    has_messages: bool
    has_input: bool
    has_output: bool
    says_user: bool
    says_assistant: bool
    tags: list[str]
    metadata: dict[str, Any]

    @property
    def order(self) -> tuple[int, str]:
        """Earliest started first, ties by lowest id."""
        return (self.start_ns, self.span_id)

    def before(self, other: RollupSpan) -> bool:
        """Whether this one is first of the two in that order."""
        if self.start_ns != other.start_ns:
            return self.start_ns < other.start_ns
        return self.span_id < other.span_id

    @property
    def stop_ns(self) -> int:
        """The end, or the start of a span that still runs."""
        return self.start_ns if self.end_ns is None else self.end_ns

    def reports_tokens(self) -> bool:
        """Tokens of all kinds are one quantity; all zeros are no report (design rule 5)."""
        return bool(
            self.input_tokens
            or self.output_tokens
            or self.cache_read_tokens
            or self.cache_write_tokens
            or self.reasoning_tokens
        )
