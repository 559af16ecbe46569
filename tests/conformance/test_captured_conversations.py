"""Every capture that is made shows the conversation that its program had with the fakes."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from conversation import CARRIERS, alike, shown
from expectation import CAPTURES, is_made, made_traces, without_ids
from started_server import ROOT, StartedServer, started_server
from wire import in_order

GIVEN = {
    *("aisdk-proto-gzip", "genai-content", "lmnr-node", "lmnr-node-checkout", "lmnr-py-http"),
    *("lmnr-py-llm", "lmnr-py-seed", "openinf", "traceloop"),
}
"""Captures without a program, as they were given."""
NAMES = sorted(folder.name for folder in CAPTURES.iterdir() if folder.is_dir())
MADE = [name for name in NAMES if is_made(name)]
TOTALS = ("input_tokens", "output_tokens", "cache_read_tokens", "unpriced_calls")
LARGEST = 500_000
"""Bytes of one capture's requests."""

pytestmark = pytest.mark.xdist_group("captured-conversations")
each_made = pytest.mark.parametrize("name", MADE)


def metas(name: str) -> list[tuple[dict[str, Any], bytes]]:
    """Give how each request of a capture came, and its body."""
    return [
        (json.loads(path.with_suffix(".meta.json").read_text()), path.read_bytes())
        for path in sorted((CAPTURES / name).glob("*.bin"))
    ]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartedServer]:
    """A server to which every made capture came by its client's own path, with its own headers."""
    with started_server(tmp_path_factory.mktemp("made")) as started:
        for name in MADE:
            for meta, body in metas(name):
                headers = {
                    key: value for key, value in meta["headers"] if not key.endswith("-Encoding")
                }
                answer = started.http.post(meta["path"], content=body, headers=headers)
                assert answer.status_code == 200, f"{name}: {answer.text}"
        yield started


@each_made
def test_each_call_and_tool_shows_what_was_said_with_which_model_at_which_usage(server, name):
    for trace in made_traces(name):
        whole = server.get(f"/traces/{trace['trace_id']}")
        types = {span["span_id"]: span["type"] for span in whole["spans"]}
        carriers = [span for span in trace["spans"] if types[span["span_id"]] in CARRIERS]
        meant = trace["meant"]["spans"]
        assert [without_ids(span["name"]) for span in carriers] == [span["name"] for span in meant]
        for span, stated in zip(carriers, meant, strict=True):
            seen = shown(server.get(f"/traces/{trace['trace_id']}/spans/{span['span_id']}"))
            for key in stated.keys() - {"name"}:
                place = f"{trace['name']}, {span['name']}: {key} is {seen[key]!r}"
                assert alike(seen[key], stated[key]), place


@each_made
def test_each_trace_shows_whose_it_is_and_what_it_used(server, name):
    said = json.loads((CAPTURES / name / "expect.json").read_text())
    for trace in made_traces(name):
        seen = server.get(f"/traces/{trace['trace_id']}")
        assert seen["session_id"] == said["session_id"]
        assert seen["provenance"]["key"] == said["session_key"]
        assert seen["user_id"] == said["user_id"]
        for key in TOTALS:
            assert seen[key] == trace["meant"][key], f"{trace['name']}: {key}"
        assert (seen["total_cost"] is None) is bool(trace["meant"]["unpriced_calls"])


@each_made
def test_a_session_adds_up_its_traces(server, name):
    said = json.loads((CAPTURES / name / "expect.json").read_text())
    seen = server.get("/session", session_id=said["session_id"])
    traces = made_traces(name)
    assert seen["trace_count"] == len(traces)
    assert seen["error_trace_count"] == sum(trace["has_error"] for trace in traces)
    for key in TOTALS:
        assert seen[key] == sum(trace["meant"][key] for trace in traces), key
    spans = [span for trace in traces for span in trace["meant"]["spans"]]
    models = {span["model"] for span in spans if span.get("input_tokens") and span.get("model")}
    assert models <= set(seen["models"])


@each_made
def test_a_conversation_has_a_call_that_fails(name):
    assert any(trace["has_error"] for trace in made_traces(name))


@pytest.mark.parametrize("name", NAMES)
def test_a_capture_says_how_it_was_made_or_was_given(name):
    if name in GIVEN:
        assert not is_made(name)
        return
    (program,) = (CAPTURES / name).glob("program.*")
    head = re.search(r"^(?:#|//) packages: (.+)$", program.read_text(), re.MULTILINE)
    assert head, f"{program} does not say of which packages it is"
    requests = metas(name)
    assert requests, f"{name} has no request"
    for meta, body in requests:
        assert list(meta["packages"]) == head[1].split()
        assert all(re.match(r"\d+\.\d+", version) for version in meta["packages"].values())
        assert meta["size"] == len(body)
    assert sum(len(body) for _, body in requests) <= LARGEST


@pytest.mark.parametrize("name", NAMES)
def test_the_readme_lists_a_capture_with_its_packages_and_their_versions(name):
    rows = {
        row[1]: row[0]
        for row in re.finditer(
            r"^\| `([\w-]+)` \| .+$", (CAPTURES / "README.md").read_text(), re.MULTILINE
        )
    }
    assert name in rows
    if name in GIVEN:
        return
    for package, version in metas(name)[0][0]["packages"].items():
        assert f"`{package}` {version}" in rows[name]


@each_made
def test_a_capture_names_no_place_on_the_machine_that_made_it(name):
    for _, body in metas(name):
        for folder in (ROOT, Path(sys.base_prefix), Path.home()):
            assert f"{folder}/".encode() not in body


def test_a_trace_is_walked_from_its_root_inwards():
    spans = [
        {"span_id": "b", "parent_span_id": "a", "start_ns": 1},
        {"span_id": "c", "parent_span_id": "b", "start_ns": 3},
        {"span_id": "d", "parent_span_id": "a", "start_ns": 2},
        {"span_id": "a", "parent_span_id": "lost", "start_ns": 1},
    ]
    assert [span["span_id"] for span in in_order(spans)] == ["a", "b", "c", "d"]
