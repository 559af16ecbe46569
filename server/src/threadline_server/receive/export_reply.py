"""Turn what became of an export request into OTLP's answer."""

from __future__ import annotations

from collections.abc import Sequence

from google.protobuf.json_format import MessageToJson
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTracePartialSuccess,
    ExportTraceServiceResponse,
)

from threadline_server.receive.payload import Encoding
from threadline_server.store.contract import RejectedSpan

NAMED = 10
"""How many rejected spans one answer names; the others are counted."""
NAME_LENGTH = 100


def export_reply(encoding: Encoding, rejected: Sequence[RejectedSpan]) -> bytes:
    """An export response in the request's encoding; without rejected spans it is empty.

    The empty response is the same message for traces, logs and metrics.
    """
    response = ExportTraceServiceResponse()
    if rejected:
        response.partial_success.CopyFrom(
            ExportTracePartialSuccess(
                rejected_spans=len(rejected), error_message=rejection_message(rejected)
            )
        )
    if encoding == "protobuf":
        return response.SerializeToString()
    return MessageToJson(response, indent=None).encode()


def rejection_message(rejected: Sequence[RejectedSpan]) -> str:
    """One line that names rejected spans and says why."""
    named = "; ".join(
        f"span {span.name[:NAME_LENGTH]!r} ({span.trace_id[:32] or 'no trace id'}/"
        f"{span.span_id[:16] or 'no span id'}): {span.reason}"
        for span in rejected[:NAMED]
    )
    more = len(rejected) - NAMED
    return f"{named}; and {more} more" if more > 0 else named
