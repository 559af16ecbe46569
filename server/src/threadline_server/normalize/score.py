"""Turn log records that judge a generation into scores.

The event is OpenTelemetry's `gen_ai.evaluation.result`
(https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-events/). Threadline's SDKs add
`threadline.score.id`, under which a score is replaced when it is sent again.
"""

from __future__ import annotations

import hashlib
import math

from threadline_server.model.attributes import AttributeValue, encodable, to_json
from threadline_server.model.ids import session_id as cleaned_id
from threadline_server.model.log_record import DecodedLogRecord
from threadline_server.model.score import Score
from threadline_server.normalize.repair import plausible
from threadline_server.normalize.session import session_claim

EVALUATION_EVENT = "gen_ai.evaluation.result"

NAME_KEY = "gen_ai.evaluation.name"
VALUE_KEY = "gen_ai.evaluation.score.value"
LABEL_KEY = "gen_ai.evaluation.score.label"
COMMENT_KEY = "gen_ai.evaluation.explanation"
ID_KEY = "threadline.score.id"

NAME_LIMIT = LABEL_LIMIT = 200
COMMENT_LIMIT = 10_000
"""Characters that are kept; what is longer ends in an ellipsis."""


class UnusableScoreError(Exception):
    """A record that is no score; its message says what it lacks."""


def score_name(record: DecodedLogRecord) -> str:
    """What a record judges, for who is told that it was refused; its event where it says nothing."""
    return _text(record.attributes.get(NAME_KEY), NAME_LIMIT) or record.event_name


def score(record: DecodedLogRecord, received_ns: int) -> Score:
    """The score that a `gen_ai.evaluation.result` record states.

    Raises UnusableScoreError where it has no name, judges nothing, or is on nothing.
    """
    stated = record.attributes
    name = _text(stated.get(NAME_KEY), NAME_LIMIT)
    if name is None:
        raise UnusableScoreError(f"it has no {NAME_KEY}")
    value = _number(stated.get(VALUE_KEY))
    label = _text(stated.get(LABEL_KEY), LABEL_LIMIT)
    comment = _text(stated.get(COMMENT_KEY), COMMENT_LIMIT)
    if value is None and label is None and comment is None:
        raise UnusableScoreError(
            f"it has no finite {VALUE_KEY}, no {LABEL_KEY} and no {COMMENT_KEY}"
        )
    claim = session_claim(record) if record.trace_id is None else None
    if record.trace_id is None and claim is None:
        raise UnusableScoreError("it names no trace, and no session.id says which session it is on")
    session_id = None if claim is None else claim.value
    sent_ns = record.time_ns or record.observed_ns
    target = [record.trace_id, record.span_id, session_id]
    content_hash = _hash([*target, name, value, label, comment])
    return Score(
        # Without an id of its own a record that is sent again is the same by what it says.
        score_id=cleaned_id(stated.get(ID_KEY)) or _hash([content_hash.hex(), sent_ns]).hex(),
        name=name,
        value=value,
        label=label,
        comment=comment,
        source="program",
        session_id=session_id,
        trace_id=record.trace_id,
        span_id=record.span_id,
        time_ns=sent_ns if plausible(sent_ns) else received_ns,
        received_ns=received_ns,
        content_hash=content_hash,
    )


def _text(value: AttributeValue, limit: int) -> str | None:
    """Text without space around it, cut to a limit; None for what is empty or no text."""
    if isinstance(value, bool | int | float):
        value = to_json(value).decode()
    if not isinstance(value, str) or not (text := encodable(value).strip()):
        return None
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _number(value: AttributeValue) -> float | None:
    """A finite number; true is 1 and false 0. None for anything else (design rule 12)."""
    if not isinstance(value, bool | int | float) or not math.isfinite(value):
        return None
    return float(value)


def _hash(content: list[AttributeValue]) -> bytes:
    return hashlib.blake2b(to_json(content), digest_size=16).digest()
