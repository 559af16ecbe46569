"""The snippets of the quick start and of the README work as they are printed, but for the ports of the test's server."""

import re
from collections.abc import Iterator

import pytest
from programs import run_snippet
from started_server import ROOT, StartedServer, plain_environment, started_server, until

pytestmark = [pytest.mark.clients, pytest.mark.xdist_group("clients")]


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, official_packages: None
) -> Iterator[StartedServer]:
    """A server that nothing was sent to."""
    with started_server(tmp_path_factory.mktemp("quick-start")) as started:
        yield started


@pytest.mark.parametrize(
    ("page", "language", "output"),
    [
        ("docs/quick-start.md", "python", "You asked: What is a session?"),
        ("docs/quick-start.md", "ts", "You asked: What is a session?"),
        ("README.md", "python", "You said: Hello"),
    ],
)
def test_a_pasted_snippet_sends_a_trace(server, page, language, output):
    snippet = re.search(
        rf"```{language}\n([^`]*initialize.*?)```", (ROOT / page).read_text(), re.DOTALL
    )
    assert snippet is not None
    text = re.sub(r"\b8000\b", str(server.port), snippet[1])
    text = re.sub(r"\b8001\b", str(server.grpc_port), text)
    before = server.get("/stats")["trace_count"]
    run_snippet(language, text, plain_environment())
    until(lambda: server.get("/stats")["trace_count"] > before, "the snippet's trace")
    assert server.get("/traces")["items"][0]["output"] == output
