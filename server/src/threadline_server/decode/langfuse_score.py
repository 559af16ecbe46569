"""Turn a score as Langfuse's SDKs post it into the log record that OTLP would have brought.

The fields are those of `CreateScoreRequest` (https://api.reference.langfuse.com).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from threadline_server.model.attributes import Attributes
from threadline_server.model.log_record import DecodedLogRecord
from threadline_server.model.span import Resource, Scope
from threadline_server.model.time import from_iso

_TRACE_ID = re.compile(r"[0-9a-f]{32}")
_SPAN_ID = re.compile(r"[0-9a-f]{16}")


def score_record(stated: Mapping[str, Any]) -> DecodedLogRecord:
    """The `gen_ai.evaluation.result` record that says the same.

    A number is the score's value, a text its label. Raises ValueError, with a reason to show,
    where the score is on something that OpenTelemetry cannot have made.
    """
    value = stated.get("value")
    return DecodedLogRecord(
        event_name="gen_ai.evaluation.result",
        trace_id=_id(stated, "traceId", _TRACE_ID),
        span_id=_id(stated, "observationId", _SPAN_ID),
        time_ns=_time_ns(stated.get("timestamp")),
        observed_ns=0,
        body=None,
        attributes=_present(
            {
                "gen_ai.evaluation.name": stated.get("name"),
                "gen_ai.evaluation.score.value": None if isinstance(value, str) else value,
                "gen_ai.evaluation.score.label": value if isinstance(value, str) else None,
                "gen_ai.evaluation.explanation": stated.get("comment"),
                "threadline.score.id": stated.get("id"),
                "session.id": stated.get("sessionId"),
            }
        ),
        resource=Resource(),
        scope=Scope("langfuse"),
    )


def _id(stated: Mapping[str, Any], field: str, shape: re.Pattern[str]) -> str | None:
    value = stated.get(field)
    if value is None:
        return None
    if isinstance(value, str) and shape.fullmatch(value.lower()):
        return value.lower()
    raise ValueError(f"its {field} is no OpenTelemetry id")


def _time_ns(value: object) -> int:
    """When it was given, 0 where nothing readable says so."""
    try:
        return from_iso(value) if isinstance(value, str) else 0
    except ValueError:
        return 0


def _present(attributes: dict[str, Any]) -> Attributes:
    return {
        key: value
        for key, value in attributes.items()
        if isinstance(value, str | bool | int | float)
    }
