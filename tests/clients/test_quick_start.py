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


PAGES = ("docs/quick-start.md", "README.md")
SNIPPETS = [
    pytest.param(page, language, text, id=f"{page}-{language}-{number}")
    for page in PAGES
    for number, (language, text) in enumerate(
        re.findall(r"```(python|ts)\n([^`]*initialize.*?)```", (ROOT / page).read_text(), re.DOTALL)
    )
]


def test_both_pages_show_how_to_begin():
    assert len(SNIPPETS) >= 5


@pytest.mark.parametrize(("page", "language", "snippet"), SNIPPETS)
def test_a_pasted_snippet_sends_a_trace_into_its_session(server, page, language, snippet):
    text = re.sub(r"\b8000\b", str(server.port), snippet)
    text = re.sub(r"\b8001\b", str(server.grpc_port), text)
    before = server.get("/stats")["trace_count"]
    run_snippet(language, text, plain_environment())
    until(lambda: server.get("/stats")["trace_count"] > before, "the snippet's trace")
    trace = server.get("/traces")["items"][0]
    assert trace["session_id"] == "conversation-1"
    assert trace["output"] in ("You asked: What is a session?", "You said: Hello")
