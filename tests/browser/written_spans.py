"""Writes traces by hand as OTLP/JSON, with times a moment ago and ids that tell them apart."""

import itertools
import time
from typing import Any

from started_server import StartedServer

_serial = itertools.count(1)


def value(of: Any) -> dict[str, Any]:
    """Give an attribute's value in OTLP/JSON."""
    if isinstance(of, bool):
        return {"boolValue": of}
    if isinstance(of, int):
        return {"intValue": str(of)}
    if isinstance(of, float):
        return {"doubleValue": of}
    return {"stringValue": of}


def attribute_list(attributes: dict[str, Any]) -> list[dict[str, Any]]:
    """Give attributes in OTLP/JSON."""
    return [{"key": key, "value": value(of)} for key, of in attributes.items()]


def span(
    name: str,
    *,
    trace_id: str,
    parent: dict[str, Any] | None = None,
    seconds_ago: float = 60,
    took_ms: float = 100,
    error: str | None = None,
    **attributes: Any,
) -> dict[str, Any]:
    """Give one span; a dunder in an attribute's name stands for a dot."""
    start = time.time_ns() - int(seconds_ago * 10**9)
    written = {
        "traceId": trace_id,
        "spanId": f"{next(_serial):016x}",
        "name": name,
        "startTimeUnixNano": str(start),
        "endTimeUnixNano": str(start + int(took_ms * 10**6)),
        "attributes": attribute_list(
            {key.replace("__", "."): of for key, of in attributes.items()}
        ),
        "status": {} if error is None else {"code": 2, "message": error},
    }
    if parent is not None:
        written["parentSpanId"] = parent["spanId"]
    return written


def new_trace_id() -> str:
    """Give an id that no other trace of the run has."""
    return f"{next(_serial):032x}"


def send(server: StartedServer, *spans: dict[str, Any]) -> None:
    """Send spans in one request; they are stored when this returns."""
    scoped = {"scope": {"name": "by hand"}, "spans": list(spans)}
    reply = server.http.post("/v1/traces", json={"resourceSpans": [{"scopeSpans": [scoped]}]})
    assert reply.status_code == 200, reply.text


def turn(session_id: str, question: str, answer: str, **more: Any) -> dict[str, Any]:
    """Give a trace of one span that belongs to a session and has an input and an output."""
    attributes = {"session__id": session_id, "input__value": question, "output__value": answer}
    return span("turn", trace_id=new_trace_id(), **(attributes | more))
