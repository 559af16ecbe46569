"""Turn what became of an export request into OTLP's answer."""

from __future__ import annotations

from collections.abc import Sequence

from google.protobuf.json_format import MessageToJson
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsPartialSuccess,
    ExportLogsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTracePartialSuccess,
    ExportTraceServiceResponse,
)

from threadline_server.receive.payload import Encoding, Signal
from threadline_server.store.contract import Rejected

NAMED = 10
"""How many rejected records one answer names; the others are counted."""
NAME_LENGTH = 100


def export_reply(signal: Signal, encoding: Encoding, rejected: Sequence[Rejected]) -> bytes:
    """An export response in the request's encoding; where nothing was rejected it is empty."""
    response = _logs_response(rejected) if signal == "logs" else _traces_response(rejected)
    if encoding == "protobuf":
        return response.SerializeToString()
    return MessageToJson(response, indent=None).encode()


def _traces_response(rejected: Sequence[Rejected]) -> ExportTraceServiceResponse:
    """Also metrics' response: where nothing was rejected they are the same message."""
    if not rejected:
        return ExportTraceServiceResponse()
    partial = ExportTracePartialSuccess(
        rejected_spans=len(rejected), error_message=rejection_message("span", rejected)
    )
    return ExportTraceServiceResponse(partial_success=partial)


def _logs_response(rejected: Sequence[Rejected]) -> ExportLogsServiceResponse:
    if not rejected:
        return ExportLogsServiceResponse()
    partial = ExportLogsPartialSuccess(
        rejected_log_records=len(rejected),
        error_message=rejection_message("log record", rejected),
    )
    return ExportLogsServiceResponse(partial_success=partial)


def rejection_message(what: str, rejected: Sequence[Rejected]) -> str:
    """One line that names rejected spans or log records and says why."""
    named = "; ".join(
        f"{what} {each.name[:NAME_LENGTH]!r} ({each.trace_id[:32] or 'no trace id'}/"
        f"{each.span_id[:16] or 'no span id'}): {each.reason}"
        for each in rejected[:NAMED]
    )
    more = len(rejected) - NAMED
    return f"{named}; and {more} more" if more > 0 else named
