"""Turns a session, asked for over REST, into the outline of its traces that tests compare."""

import re
from typing import Any

from started_server import StartedServer

Span = dict[str, Any]


def traces_of(server: StartedServer, session_id: str) -> list[list[Span]]:
    """Give the spans of each trace of a session with their content, each by start."""
    traces = server.items("/traces", session_id=session_id, sort="start_time", limit=50)
    return [spans_of(server, trace["trace_id"]) for trace in traces]


def spans_of(server: StartedServer, trace_id: str) -> list[Span]:
    """Give the spans of a trace with their content, by start."""
    spans = server.get(f"/traces/{trace_id}")["spans"]
    whole = [server.get(f"/traces/{trace_id}/spans/{span['span_id']}") for span in spans]
    return sorted(whole, key=lambda span: span["start_time"])


def outline(spans: list[Span]) -> list[str]:
    """Give one line for each span of a trace, `type name`, indented as it is nested."""
    known = {span["span_id"] for span in spans}

    def below(parent: str | None, depth: int) -> list[str]:
        lines = []
        for span in spans:
            above = span["parent_span_id"] if span["parent_span_id"] in known else None
            if above == parent:
                # CrewAI names a crew by a random id.
                name = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", span["name"])
                lines.append("  " * depth + f"{span['type']} {name}")
                lines += below(span["span_id"], depth + 1)
        return lines

    return below(None, 0)
