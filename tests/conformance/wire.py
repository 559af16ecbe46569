"""Reads a capture's spans off its requests: ids, names, times and status, and nothing of a dialect."""

from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span


def texts(span: Span) -> dict[str, str]:
    """Give the attributes that are texts."""
    return {pair.key: pair.value.string_value for pair in span.attributes}


def is_error(span: Span) -> bool:
    """Whether a span failed: its status says so, or an exception while there is no status."""
    raised = any(event.name == "exception" for event in span.events)
    return span.status.code == 2 or (span.status.code == 0 and raised)


def span_of(span: Span, session_key: str | None) -> dict[str, Any]:
    """Give a span as `traces[].spans[]` of expect.json has it."""
    # MLflow writes each attribute as JSON, a text in its quotes.
    session_id = texts(span).get(session_key or "", "").strip('"') or None
    return {
        "trace_id": span.trace_id.hex(),
        "span_id": span.span_id.hex(),
        "parent_span_id": span.parent_span_id.hex() or None,
        "name": span.name,
        "start_ns": span.start_time_unix_nano,
        "end_ns": span.end_time_unix_nano,
        "error": is_error(span),
        "session_id": session_id,
        "session_key": session_key if session_id else None,
    }


def in_order(spans: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give spans as they are nested, each before what is in it, siblings by start."""
    ids = {span["span_id"] for span in spans}
    ordered: list[dict[str, Any]] = []

    def under(parent: str | None) -> None:
        for span in sorted(spans, key=lambda span: (span["start_ns"], span["span_id"])):
            above = span["parent_span_id"] if span["parent_span_id"] in ids else None
            if above == parent:
                ordered.append(span)
                under(span["span_id"])

    under(None)
    return ordered


def trace_of(spans: list[dict[str, Any]]) -> dict[str, Any]:
    """Give a trace as `traces[]` of expect.json has it, without what its dialect says."""
    ids = {span["span_id"] for span in spans}
    roots = [span for span in spans if span["parent_span_id"] not in ids]

    def nested(parent: str | None, among: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {span["name"]: nested(span["span_id"], [s for s in spans if s not in roots])}
            for span in among
            if span in roots or span["parent_span_id"] == parent
        ]

    return {
        "trace_id": spans[0]["trace_id"],
        "name": min(roots, key=lambda span: (span["start_ns"], span["span_id"]))["name"],
        "start": min(span["start_ns"] for span in spans),
        "end": max(span["end_ns"] for span in spans),
        "span_count": len(spans),
        "tree": nested(None, roots),
        "has_error": any(span["error"] for span in spans),
        "session_ids_seen": sorted({span["session_id"] for span in spans if span["session_id"]}),
        "session_ambiguous": False,
        "spans": in_order(spans),
    }


def traces_on(bodies: list[bytes], session_key: str | None) -> list[dict[str, Any]]:
    """Give the traces in requests by start; spans that Logfire announces come again as they end."""
    by_trace: dict[str, list[dict[str, Any]]] = {}
    for body in bodies:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            for scope in resource.scope_spans:
                for span in scope.spans:
                    if texts(span).get("logfire.span_type") != "pending_span":
                        found = {**span_of(span, session_key), "scope": scope.scope.name}
                        by_trace.setdefault(found["trace_id"], []).append(found)
    return sorted(map(trace_of, by_trace.values()), key=lambda trace: trace["start"])
