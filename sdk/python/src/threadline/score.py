"""Turn a score or a user's feedback into the OpenTelemetry event that carries it."""

import math
import secrets
import time
import uuid
from dataclasses import dataclass

from opentelemetry import trace
from opentelemetry.util.types import AttributeValue

from threadline.association import id_text
from threadline.attributes import SESSION_ID
from threadline.span_context import LaminarSpanContext

EVENT_NAME = "gen_ai.evaluation.result"
"""Of OpenTelemetry's GenAI semantic conventions:
https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-events/"""

NAME = "gen_ai.evaluation.name"
VALUE = "gen_ai.evaluation.score.value"
LABEL = "gen_ai.evaluation.score.label"
EXPLANATION = "gen_ai.evaluation.explanation"
SCORE_ID = "threadline.score.id"


@dataclass(frozen=True, slots=True)
class ScoreRecord:
    """One OTLP log record: a score on a span, a trace or a session.

    Attributes:
        time_ns: when it was given, in nanoseconds since the epoch.
        trace_id: 32 lower-case hex digits, or None for a session.
        span_id: 16 lower-case hex digits, or None for a trace or a session.
        attributes: name, value, label, explanation, id and session of the score.
    """

    time_ns: int
    trace_id: str | None
    span_id: str | None
    attributes: dict[str, AttributeValue]


@dataclass(frozen=True, slots=True)
class Target:
    """What a score is about: a span, a trace, or a session.

    Attributes:
        trace_id: 32 lower-case hex digits, or None.
        span_id: 16 lower-case hex digits, or None.
        session_id: or None.
    """

    trace_id: str | None = None
    span_id: str | None = None
    session_id: str | None = None


def record(
    target: Target,
    name: str,
    value: float | bool | str,
    *,
    comment: str | None = None,
    id: str | None = None,  # noqa: A002 - the public name
) -> ScoreRecord:
    """The event that carries a score.

    Args:
        target: what it is about.
        name: of the score, such as `feedback` or `relevance`.
        value: a number is the score; True and False are 1 and 0 with a label; text is a label.
        comment: an explanation.
        id: names the score; sending the same id again replaces it. Random by default.

    Raises:
        TypeError: the value is none of these.
        ValueError: the name is empty, or the value is not finite.
    """
    if not name:
        raise ValueError("a score needs a name")
    attributes: dict[str, AttributeValue] = {NAME: name}
    if isinstance(value, str):
        attributes[LABEL] = value
    elif isinstance(value, (bool, int, float)):
        number = float(value)
        if not math.isfinite(number):
            raise ValueError("a score is a finite number")
        attributes[VALUE] = number
        if isinstance(value, bool):
            attributes[LABEL] = "true" if value else "false"
    else:
        raise TypeError("a score is a number, True, False, or a label")
    if comment:
        attributes[EXPLANATION] = comment
    attributes[SCORE_ID] = id or secrets.token_hex(16)
    if target.session_id is not None:
        attributes[SESSION_ID] = target.session_id
    return ScoreRecord(time.time_ns(), target.trace_id, target.span_id, attributes)


def target_of(
    *,
    span_context: object = None,
    trace_id: object = None,
    session_id: object = None,
) -> Target | None:
    """What the arguments of `Laminar.score` are about; the current span if they say nothing.

    Args:
        span_context: of a span, in any form that `LaminarSpanContext.parse` reads.
        trace_id: of a trace: UUID, number, or hexadecimal digits.
        session_id: of a session.

    Returns:
        None if there is nothing to score: outside of any span, or by an id that is none.
    """
    if span_context is not None:
        place = LaminarSpanContext.parse(span_context)
        return None if place is None else _span_target(place.to_otel_span_context())
    if trace_id is not None:
        digits = _trace_digits(trace_id)
        return None if digits is None else Target(trace_id=digits)
    if session_id is not None:
        text = id_text(session_id)
        return None if text is None else Target(session_id=text)
    current = trace.get_current_span().get_span_context()
    return _span_target(current) if current.is_valid else None


def _span_target(place: trace.SpanContext) -> Target:
    return Target(f"{place.trace_id:032x}", f"{place.span_id:016x}")


def _trace_digits(trace_id: object) -> str | None:
    if isinstance(trace_id, uuid.UUID):
        return trace_id.hex
    if isinstance(trace_id, int):
        return f"{trace_id:032x}" if 0 < trace_id < 2**128 else None
    digits = str(trace_id).replace("-", "").lower()
    hexadecimal = len(digits) == 32 and set(digits) <= set("0123456789abcdef")
    return digits if hexadecimal and digits.strip("0") else None
