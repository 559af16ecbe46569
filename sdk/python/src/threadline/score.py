"""Turn a score or a user's feedback into the OpenTelemetry event that carries it."""

from dataclasses import dataclass

from opentelemetry.util.types import AttributeValue

EVENT_NAME = "gen_ai.evaluation.result"
"""Of OpenTelemetry's GenAI semantic conventions:
https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-events/"""


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
