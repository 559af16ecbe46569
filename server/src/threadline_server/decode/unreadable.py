"""Tell a request that is none, and a span or log record that is none, from what can be kept."""

from __future__ import annotations

from threadline_server.errors import ThreadlineError, bad_request

NESTING_LIMIT = 30
"""How many arrays and maps an attribute value may have around its innermost value. Protobuf
parsers stop at 100 nested messages, three for each map: with this limit both encodings agree."""

TRACE_ID_BYTES = 16
SPAN_ID_BYTES = 8


class UnreadableError(Exception):
    """One span or log record cannot be read; its message says why, and the others go on."""


def malformed(what: str) -> ThreadlineError:
    """The answer for a request of which nothing can be kept (OTLP: do not send it again)."""
    return bad_request(
        "malformed",
        f"the request body is no OTLP export request: {what}",
        "check that Content-Type and Content-Encoding say what the body is",
    )


def nested_too_deeply(what: str) -> UnreadableError:
    """Why a span or log record with a value beyond the nesting limit is refused."""
    return UnreadableError(f"{what} is nested over {NESTING_LIMIT} levels")


def checked_id(what: str, raw: bytes, length: int) -> str:
    """An id as lower-case hex; raises where it has another length or is all zeros."""
    if len(raw) != length:
        raise UnreadableError(f"{what} has {len(raw)} bytes, not {length}")
    if not any(raw):
        raise UnreadableError(f"{what} is all zeros")
    return raw.hex()


def parent_id(raw: bytes) -> str | None:
    """A parent's id as lower-case hex; None where OTLP had none or all zeros."""
    if not any(raw):
        return None
    return checked_id("parent span id", raw, SPAN_ID_BYTES)


def record_ids(trace_id: bytes, span_id: bytes) -> tuple[str | None, str | None]:
    """The trace and the span that a log record belongs to, as lower-case hex.

    An id that is absent, all zeros or of another length is none, and without a trace there is no
    span (opentelemetry/proto/logs/v1/logs.proto).
    """
    if len(trace_id) != TRACE_ID_BYTES or not any(trace_id):
        return None, None
    if len(span_id) != SPAN_ID_BYTES or not any(span_id):
        return trace_id.hex(), None
    return trace_id.hex(), span_id.hex()
