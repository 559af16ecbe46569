"""Turns a capture's expect.json into what a server shows, its open choices decided by rule."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wire import traces_on

CAPTURES = Path(__file__).resolve().parents[2] / "conformance" / "otlp"

TYPES = {"LLM": {"llm", "embedding"}, "TOOL": {"tool"}, "DEFAULT": {"span"}}
"""Types a server may show for one that the client states; DEFAULT leaves it to inference."""


def deciding(spans: list[dict[str, Any]], name: str) -> Any:
    """Give the value of a trace: the root's own, else the one on the earliest-started span.

    Of several roots the earliest started; ties go to the lower span id.
    """
    ordered = sorted(spans, key=lambda span: (span["start_ns"], span["span_id"]))
    roots = [span for span in ordered if span["parent_span_id"] is None]
    return next((span[name] for span in [*roots[:1], *ordered] if span.get(name) is not None), None)


def deciding_metadata(spans: list[dict[str, Any]]) -> dict[str, Any]:
    """Give the metadata of a trace: each key decided by itself."""
    flat = [
        {**span, **{("metadata", key): value for key, value in span.get("metadata", {}).items()}}
        for span in spans
    ]
    keys = {key for span in flat for key in span if isinstance(key, tuple)}
    return {key[1]: deciding(flat, key) for key in keys}


def value_of(text: str | None) -> Any:
    """Give what a span's input or output reads as: JSON where the text is JSON, else the text."""
    if text is None:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text


def tree_of(spans: Iterable[dict[str, Any]]) -> list[Any]:
    """Give names inside names, the order of siblings left out: it is free where starts tie."""
    spans = list(spans)
    ids = {span["span_id"] for span in spans}

    def under(parent: str | None) -> list[Any]:
        inner = [
            [span["name"], under(span["span_id"])]
            for span in spans
            if span["parent_span_id"] == parent
            or (parent is None and span["parent_span_id"] not in ids)
        ]
        return sorted(inner, key=json.dumps)

    return under(None)


def expected_tree(tree: list[dict[str, Any]]) -> list[Any]:
    """Give a `tree` of expect.json in the same form."""
    return sorted(
        ([name, expected_tree(inner)] for node in tree for name, inner in node.items()),
        key=json.dumps,
    )


@dataclass(slots=True)
class ExpectedSession:
    """A session's counts, added up from its traces."""

    trace_count: int = 0
    span_count: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    error_count: int = 0
    error_trace_count: int = 0
    names: list[tuple[int, str]] = field(default_factory=list)
    user_ids: set[str] = field(default_factory=set)


def is_made(name: str) -> bool:
    """Whether a capture has the program that makes it anew; the others were given."""
    return any((CAPTURES / name).glob("program.*"))


def made_traces(name: str) -> list[dict[str, Any]]:
    """Give the traces of a capture that is made: what its requests are, and what is said of them.

    `expect.json` has neither ids nor times, which are others each time the capture is made.
    """
    said = json.loads((CAPTURES / name / "expect.json").read_text())
    bodies = [body for signal, body in requests(name) if signal == "traces"]
    traces = traces_on(bodies, said["session_key"])
    assert len(traces) == len(said["traces"]), f"{name} has {len(traces)} traces"
    for trace, meant in zip(traces, said["traces"], strict=True):
        assert without_ids(trace["name"]) == meant["name"]
        assert trace["has_error"] is meant["has_error"], meant["name"]
        assert trace["session_ids_seen"] == [said["session_id"]], meant["name"]
        trace |= {"input_tokens": meant["input_tokens"], "output_tokens": meant["output_tokens"]}
        trace |= {"session_id": said["session_id"], "user_id": said["user_id"]}
        trace["meant"] = meant
    return traces


def without_ids(name: str) -> str:
    """Give a name with ID in place of a UUID: CrewAI names a crew by a random one."""
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", name)


def expected_traces(name: str) -> list[dict[str, Any]]:
    """Read one capture's traces and decide by rule what expect.json leaves open."""
    if is_made(name):
        return made_traces(name)
    said = json.loads((CAPTURES / name / "expect.json").read_text())
    traces: list[dict[str, Any]] = said["traces"]
    for trace in traces:
        spans = trace["spans"]
        trace["session_id"] = deciding(spans, "session_id")
        trace["user_id"] = deciding(spans, "user_id")
        trace["metadata"] = deciding_metadata(spans)
        trace["tags"] = {tag for span in spans for tag in span.get("tags", [])}
    agree_with_the_file(said, expected_sessions(traces))
    return traces


def expected_sessions(traces: list[dict[str, Any]]) -> dict[str, ExpectedSession]:
    """Add traces up to their sessions; traces without one are left out."""
    sessions: dict[str, ExpectedSession] = {}
    for trace in traces:
        if trace["session_id"] is None:
            continue
        session = sessions.setdefault(trace["session_id"], ExpectedSession())
        session.trace_count += 1
        session.span_count += trace["span_count"]
        session.input_tokens += trace["input_tokens"]
        session.output_tokens += trace["output_tokens"]
        session.error_count += sum(span["error"] for span in trace["spans"])
        session.error_trace_count += trace["has_error"]
        session.names.append((trace["start"], trace["name"]))
        session.user_ids |= {trace["user_id"]} - {None}
    return sessions


def requests(name: str) -> list[tuple[str, bytes]]:
    """Give a capture's requests in order of arrival: the signal (traces, logs, metrics) and body."""
    return [
        (json.loads(path.with_suffix(".meta.json").read_text())["signal"], path.read_bytes())
        for path in sorted((CAPTURES / name).glob("*.bin"))
    ]


def agree_with_the_file(said: dict[str, Any], sessions: dict[str, ExpectedSession]) -> None:
    """Check the recomputed sessions against the file's, but for those an open choice touches."""
    open_ids = {
        session_id
        for trace in said["traces"]
        if trace["session_ambiguous"]
        for session_id in trace["session_ids_seen"]
    }
    for session in said["sessions"]:
        if session["session_id"] in open_ids:
            continue
        ours = sessions[session["session_id"]]
        names = [name for _, name in sorted(ours.names, key=lambda pair: pair[0])]
        counts = ("trace_count", "input_tokens", "output_tokens", "error_trace_count")
        assert {key: getattr(ours, key) for key in counts} == {key: session[key] for key in counts}
        assert sorted(names) == sorted(session["traces"])
        assert ours.user_ids == set(session["user_ids"])
