"""Turn spans and scores into the bodies of OTLP requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, InstrumentationScope, KeyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord, ResourceLogs, ScopeLogs
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.trace import Status

from threadline.attributes import SCOPE
from threadline.guard import warn_once
from threadline.score import EVENT_NAME, ScoreRecord
from threadline.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from opentelemetry.util.types import AttributeValue

    from threadline.export.outgoing import Outgoing


def traces_body(spans: Sequence[ReadableSpan], largest: int, outgoing: Outgoing) -> bytes:
    """The body of a request to `/v1/traces`.

    A span that cannot be encoded is left out with one warning; the others go.

    Args:
        spans: what to send.
        largest: estimated bytes of the largest of them.
        outgoing: what may leave.
    """
    request = _trace_request(spans)
    if outgoing.changes_all() or outgoing.may_exceed(largest):
        outgoing.clean_traces(request)
    return request.SerializeToString()


def _trace_request(spans: Sequence[ReadableSpan]) -> ExportTraceServiceRequest:
    try:
        return encode_spans(spans)
    except Exception:  # noqa: BLE001 - one span's odd value must not cost the others
        request = ExportTraceServiceRequest()
        for span in spans:
            try:
                alone = encode_spans([_mended(span)])
            except Exception as error:  # noqa: BLE001 - as above
                warn_once(
                    "encode span",
                    "The span %r could not be encoded (%s) and is dropped.",
                    span.name,
                    type(error).__name__,
                )
                continue
            request.resource_spans.extend(alone.resource_spans)
        return request


def _mended(span: ReadableSpan) -> ReadableSpan:
    """A copy whose texts have UTF-8: an exception's message may hold half a character."""
    description = span.status.description
    status = Status(span.status.status_code, None if description is None else _text(description))
    return ReadableSpan(
        name=_text(span.name),
        context=span.get_span_context(),
        parent=span.parent,
        resource=span.resource,
        attributes=_texts(span.attributes),
        events=[Event(_text(e.name), _texts(e.attributes), e.timestamp) for e in span.events],
        links=span.links,
        kind=span.kind,
        status=status,
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _texts(attributes: Mapping[str, AttributeValue] | None) -> dict[str, AttributeValue]:
    return {
        _text(key): _text(value) if isinstance(value, str) else value
        for key, value in (attributes or {}).items()
    }


def _text(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def logs_body(scores: Sequence[ScoreRecord], outgoing: Outgoing) -> bytes:
    """The body of a request to `/v1/logs`: each score an event `gen_ai.evaluation.result`.

    Args:
        scores: what to send.
        outgoing: what may leave.
    """
    scope = ScopeLogs(
        scope=InstrumentationScope(name=SCOPE, version=VERSION),
        log_records=[_log_record(score) for score in scores],
    )
    request = ExportLogsServiceRequest(resource_logs=[ResourceLogs(scope_logs=[scope])])
    outgoing.clean_logs(request)
    return request.SerializeToString()


def _log_record(score: ScoreRecord) -> LogRecord:
    record = LogRecord(
        time_unix_nano=score.time_ns,
        observed_time_unix_nano=score.time_ns,
        trace_id=bytes.fromhex(score.trace_id or ""),
        span_id=bytes.fromhex(score.span_id or ""),
        attributes=[
            KeyValue(key=key, value=_any_value(value)) for key, value in score.attributes.items()
        ],
    )
    if "event_name" in LogRecord.DESCRIPTOR.fields_by_name:
        record.event_name = EVENT_NAME
    else:
        # Messages of opentelemetry-proto 1.33 do not know the field, which was an attribute before.
        record.attributes.append(KeyValue(key="event.name", value=_any_value(EVENT_NAME)))
    return record


def _any_value(value: object) -> AnyValue:
    if isinstance(value, bool):
        return AnyValue(bool_value=value)
    if isinstance(value, int | float):
        return AnyValue(double_value=value)
    return AnyValue(string_value=_text(str(value)))
