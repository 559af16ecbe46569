"""Turn times that cannot be true into times that can, and say which were changed."""

from __future__ import annotations

from threadline_server.model.span import DecodedSpan

EARLIEST_NS = 31_536_000_000_000_000
"""1971-01-01T00:00:00Z: what lies before is a clock that was never set."""

LATEST_NS = 9_214_646_400_000_000_000
"""2262-01-01T00:00:00Z: what lies after does not fit 63 bits of nanoseconds for long."""


def plausible(time_ns: int) -> bool:
    """Whether a time lies in the years 1971 to 2261."""
    return EARLIEST_NS <= time_ns < LATEST_NS


def repaired_times(span: DecodedSpan, received_ns: int) -> tuple[int, int | None, list[str]]:
    """Start, end (None while running) and the marks of what was repaired (design rule 12)."""
    marks = []
    start_ns = span.start_ns
    if not plausible(start_ns):
        start_ns = received_ns
        marks.append("start_outside_range")
    if span.end_ns == 0:
        return start_ns, None, marks
    if not plausible(span.end_ns):
        marks.append("end_outside_range")
        return start_ns, start_ns, marks
    if span.end_ns < start_ns:
        marks.append("end_before_start")
        return start_ns, start_ns, marks
    return start_ns, span.end_ns, marks
