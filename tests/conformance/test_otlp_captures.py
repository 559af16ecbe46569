"""Every captured request becomes what its expect.json says."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from expectation import (
    CAPTURES,
    TYPES,
    expected_sessions,
    expected_traces,
    expected_tree,
    requests,
    tree_of,
    value_of,
)
from otlp import send
from started_server import StartedServer, started_server

NAMES = sorted(folder.name for folder in CAPTURES.iterdir() if folder.is_dir())
IN_FULL = [name for name in NAMES if name.startswith("lmnr-")]
"""Captures whose dialect is read in full: every span's content too, not only ids, names and usage."""

WAYS = ["protobuf", "json", "grpc"]


def nanoseconds(time: str) -> int:
    """Give a time of nine decimals as nanoseconds since 1970."""
    whole, decimals = time.removesuffix("Z").split(".")
    seconds = datetime.fromisoformat(whole).replace(tzinfo=UTC).timestamp()
    return int(seconds) * 10**9 + int(decimals)


def in_one_worker(way: str) -> object:
    """Give a way as a parameter whose tests share one server."""
    return pytest.param(way, marks=pytest.mark.xdist_group(f"captures by {way}"))


@pytest.fixture(scope="module", params=[in_one_worker(way) for way in WAYS])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StartedServer]:
    """A server that has read every capture in one way."""
    with started_server(tmp_path_factory.mktemp(request.param)) as started:
        for name in NAMES:
            for signal, body in requests(name):
                send(started, signal, body, request.param)
        yield started


@pytest.fixture(params=NAMES)
def traces(request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    """What one capture's traces should be."""
    return expected_traces(request.param)


@pytest.fixture(params=IN_FULL)
def traces_in_full(request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    """What the traces of a capture should be, of which every span is compared too."""
    return expected_traces(request.param)


@pytest.fixture(scope="module")
def all_traces() -> list[dict[str, Any]]:
    """What the traces of all captures should be: they share some session ids."""
    return [trace for name in NAMES for trace in expected_traces(name)]


def test_the_totals_are_those_of_the_captures(server, all_traces):
    stats = server.get("/stats")
    assert stats["trace_count"] == len(all_traces)
    assert stats["span_count"] == sum(trace["span_count"] for trace in all_traces)
    assert stats["session_count"] == len(expected_sessions(all_traces))
    listed = {trace["trace_id"] for trace in server.items("/traces", limit=7)}
    assert listed == {trace["trace_id"] for trace in all_traces}


def test_the_sessions_are_those_of_the_captures(server, all_traces):
    expected = expected_sessions(all_traces)
    listed = {session["session_id"]: session for session in server.items("/sessions")}
    assert set(listed) == set(expected)
    for session_id, session in expected.items():
        seen = listed[session_id]
        assert seen["trace_count"] == session.trace_count
        assert seen["span_count"] == session.span_count
        assert seen["input_tokens"] == session.input_tokens
        assert seen["output_tokens"] == session.output_tokens
        assert seen["total_tokens"] == session.input_tokens + session.output_tokens
        assert seen["error_count"] == session.error_count
        assert seen["error_trace_count"] == session.error_trace_count
        assert set(seen["user_ids"]) == session.user_ids
        traces = server.items("/traces", session_id=session_id, sort="start_time")
        names = [(nanoseconds(trace["start_time"]), trace["name"]) for trace in traces]
        assert sorted(names) == sorted(session.names)
        assert [start for start, _ in names] == sorted(start for start, _ in session.names)


def test_the_traces_are_those_of_the_capture(server, traces):
    listed = {trace["trace_id"]: trace for trace in server.items("/traces")}
    for trace in traces:
        seen = listed[trace["trace_id"]]
        for key in ("name", "session_id", "user_id", "input_tokens", "output_tokens", "span_count"):
            assert seen[key] == trace[key], key
        assert (seen["status"] == "error") is trace["has_error"]
        assert nanoseconds(seen["start_time"]) == trace["start"]
        assert nanoseconds(seen["end_time"]) == trace["end"]


def test_the_trees_and_what_decided_the_session_are_those_of_the_capture(server, traces):
    for trace in traces:
        whole = server.get(f"/traces/{trace['trace_id']}")
        assert tree_of(whole["spans"]) == expected_tree(trace["tree"])
        if trace["session_id"] is None:
            assert whole["provenance"] is None
            continue
        spans = {span["span_id"]: span for span in trace["spans"]}
        decided = whole["provenance"]
        assert spans[decided["span_id"]]["session_id"] == trace["session_id"]
        assert spans[decided["span_id"]]["session_key"] == decided["key"]
        assert decided["conflict"] is (len(trace["session_ids_seen"]) > 1)


def test_the_spans_are_those_of_the_capture(server, traces_in_full):
    for trace in traces_in_full:
        whole = server.get(f"/traces/{trace['trace_id']}")
        assert set(whole["tags"]) == trace["tags"]
        assert whole["metadata"] == trace["metadata"]
        for span in trace["spans"]:
            seen = server.get(f"/traces/{trace['trace_id']}/spans/{span['span_id']}")
            compare_span(seen, span)


def compare_span(seen: dict[str, Any], span: dict[str, Any]) -> None:
    """Compare one span as the server shows it with what the capture says of it."""
    for key in ("span_id", "parent_span_id", "name"):
        assert seen[key] == span[key]
    assert seen["scope"]["name"] == span["scope"]
    assert seen["type"] in TYPES[span["type"]]
    assert (seen["status"] == "error") is span["error"]
    assert nanoseconds(seen["start_time"]) == span["start_ns"]
    assert nanoseconds(seen["end_time"]) == span["end_ns"]
    for side in ("input", "output"):
        key = seen[f"{side}_key"]
        assert key == span.get(f"{side}_key")
        sent = None if key is None else seen["attributes"][key]
        compare_text(sent, span.get(side))
        assert seen[side] == value_of(sent)
    assert seen["model"] == span.get("model")
    assert seen["input_tokens"] == span.get("input_tokens")
    assert seen["output_tokens"] == span.get("output_tokens")
    assert set(seen["tags"]) == set(span.get("tags", []))
    assert seen["metadata"] == span.get("metadata", {})
    if "status_message" in span:
        assert seen["status_message"] == span["status_message"]
    exceptions = [event for event in seen["events"] if event["name"] == "exception"]
    if "exception_type" in span:
        assert exceptions[0]["attributes"]["exception.type"] == span["exception_type"]
        assert exceptions[0]["attributes"]["exception.message"] == span["exception_message"]
    others = [event["name"] for event in seen["events"] if event["name"] != "exception"]
    assert set(others) >= set(span.get("events", []))


def compare_text(sent: str | None, said: str | dict[str, Any] | None) -> None:
    """Compare an attribute's text with the capture's, which gives long ones by length and start."""
    if isinstance(said, dict):
        assert sent is not None
        assert (len(sent), sent[: len(said["prefix"])]) == (said["length"], said["prefix"])
    else:
        assert sent == said


def test_sending_the_captures_again_changes_nothing(server):
    before = (server.items("/sessions"), server.items("/traces"))
    for name in NAMES:
        for signal, body in requests(name):
            send(server, signal, body, "protobuf")
    assert (server.items("/sessions"), server.items("/traces")) == before
