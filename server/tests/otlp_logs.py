"""OTLP log export requests for tests: evaluation results, and whatever lies beside them."""

from __future__ import annotations

from typing import Any

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord

EVENT = "gen_ai.evaluation.result"
TIME_NS = 1_790_000_000_000_000_000
TRACE, SPAN = "a" * 32, "b" * 16

_FIELDS = {str: "string_value", bool: "bool_value", int: "int_value", float: "double_value"}
_KEYS = {
    "name": "gen_ai.evaluation.name",
    "value": "gen_ai.evaluation.score.value",
    "label": "gen_ai.evaluation.score.label",
    "comment": "gen_ai.evaluation.explanation",
    "score_id": "threadline.score.id",
    "session_id": "session.id",
}


def evaluation(
    name: str | None = "helpful",
    value: Any = None,
    *,
    trace: str | None = None,
    span: str | None = None,
    event_name: str = EVENT,
    time_ns: int = TIME_NS,
    **stated: Any,
) -> LogRecord:
    """An evaluation result; `label`, `comment`, `score_id` and `session_id` may be given."""
    record = LogRecord(
        event_name=event_name,
        time_unix_nano=time_ns,
        trace_id=bytes.fromhex(trace or ""),
        span_id=bytes.fromhex(span or ""),
    )
    for key, each in {"name": name, "value": value, **stated}.items():
        if each is not None:
            add_attribute(record, _KEYS[key], each)
    return record


def add_attribute(holder: Any, key: str, value: Any) -> None:
    """One attribute more on a log record, scope or resource."""
    setattr(holder.attributes.add(key=key).value, _FIELDS[type(value)], value)


def logs_request(*records: LogRecord) -> ExportLogsServiceRequest:
    """A request with one group of log records."""
    message = ExportLogsServiceRequest()
    message.resource_logs.add().scope_logs.add().log_records.extend(records)
    return message
