"""What decoding an export request gives: the spans that can be read, and the others by name."""

from __future__ import annotations

from dataclasses import dataclass, field

from threadline_server.errors import ThreadlineError, bad_request
from threadline_server.model.span import DecodedSpan
from threadline_server.store.contract import RejectedSpan

NESTING_LIMIT = 30
"""How many arrays and maps an attribute value may have around its innermost value. Protobuf
parsers stop at 100 nested messages, three for each map: with this limit both encodings agree."""

TRACE_ID_BYTES = 16
SPAN_ID_BYTES = 8


@dataclass(slots=True)
class DecodedTraces:
    """The spans of one export request in the order they came, and those that were refused."""

    spans: list[DecodedSpan] = field(default_factory=list)
    rejected: list[RejectedSpan] = field(default_factory=list)


class UnreadableSpanError(Exception):
    """One span cannot be read; its message says why, and the request's other spans go on."""


def malformed(what: str) -> ThreadlineError:
    """The answer for a request of which nothing can be kept (OTLP: do not send it again)."""
    return bad_request(
        "malformed",
        f"the request body is no OTLP export request: {what}",
        "check that Content-Type and Content-Encoding say what the body is",
    )


def nested_too_deeply(key: str) -> UnreadableSpanError:
    """Why a span with an attribute value beyond the nesting limit is refused."""
    return UnreadableSpanError(f"attribute {key[:100]!r} is nested over {NESTING_LIMIT} levels")


def checked_id(what: str, raw: bytes, length: int) -> str:
    """An id as lower-case hex; raises where it has another length or is all zeros."""
    if len(raw) != length:
        raise UnreadableSpanError(f"{what} has {len(raw)} bytes, not {length}")
    if not any(raw):
        raise UnreadableSpanError(f"{what} is all zeros")
    return raw.hex()


def parent_id(raw: bytes) -> str | None:
    """A parent's id as lower-case hex; None where OTLP had none or all zeros."""
    if not any(raw):
        return None
    return checked_id("parent span id", raw, SPAN_ID_BYTES)
