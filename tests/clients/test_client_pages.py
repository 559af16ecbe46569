"""The programs of docs/clients run as they are printed, and each becomes the session it promises."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest
from client_pages import FOLDER, PAGES, run_pages
from fake_models import INPUT_TOKENS, OUTPUT_TOKENS, fake_models, settings
from outline import traces_of
from started_server import StartedServer, started_server, until

from threadline_server.receive.paths import BASES

NO_USER = {"google-adk"}
"""Pages whose package does not tell whose session it is."""
NO_MODEL = {"mcp"}
"""Pages on which no model is asked."""
TOOL_WITHIN = {"google-genai"}
"""Pages whose instrumentor makes one span of the calls around a tool."""
SILENT = {"tools/call get_weather"}
"""Spans that MCP's package makes, which hold nothing of what is said."""

MARKS = {"heavy": pytest.mark.heavy, "others": pytest.mark.heavy}
each_page = pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=MARKS.get(page.environment, pytest.mark.clients))
        for name, page in PAGES.items()
    ],
)
pytestmark = pytest.mark.xdist_group("client-pages")
Held = tuple[StartedServer, dict[str, str]]


@pytest.fixture(scope="module")
def held_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Held]]:
    """Run all pages of an environment against one server; give it, and what each page said."""
    with ExitStack() as stack:

        @cache
        def held(environment: str) -> Held:
            folder = tmp_path_factory.mktemp(environment)
            server = stack.enter_context(started_server(folder))
            providers = settings(stack.enter_context(fake_models()))
            pages = [page for page in PAGES.values() if page.environment == environment]
            return server, run_pages(pages, server, providers, folder)

        yield held


@pytest.fixture
def server(name: str, held_in: Callable[[str], Held]) -> StartedServer:
    """The server that the test's page has sent to."""
    return held_in(PAGES[name].environment)[0]


@pytest.fixture
def said(name: str, held_in: Callable[[str], Held]) -> str:
    """What the test's page said on stderr."""
    return held_in(PAGES[name].environment)[1][name]


def spans(server: StartedServer, name: str):
    """The spans of both turns, once they have arrived."""
    server.session_with(PAGES[name].session_id, 2)
    return [span for trace in traces_of(server, PAGES[name].session_id) for span in trace]


@each_page
def test_a_page_makes_one_session_of_two_turns_without_an_error(server, name):
    session = server.session_with(PAGES[name].session_id, 2)
    assert session["trace_count"] == 2
    assert session["error_count"] == 0


@each_page
def test_a_pages_session_shows_whose_it_is(server, name):
    expected = [] if name in NO_USER else ["ada"]
    assert server.session_with(PAGES[name].session_id, 2)["user_ids"] == expected


@each_page
def test_each_call_of_a_page_shows_its_model_its_tokens_and_its_messages(server, name):
    calls = [span for span in spans(server, name) if span["type"] == "llm" and span["input_tokens"]]
    assert len(calls) >= (0 if name in NO_MODEL else 2)
    for call in calls:
        assert call["model"], call["name"]
        assert call["messages"]["input"], call["name"]
        assert call["messages"]["output"], call["name"]
    session = server.session_with(PAGES[name].session_id, 2)
    assert session["input_tokens"] % INPUT_TOKENS == 0
    assert session["input_tokens"] * OUTPUT_TOKENS == session["output_tokens"] * INPUT_TOKENS


@each_page
def test_each_tool_of_a_page_shows_what_it_was_given_and_gave(server, name):
    tools = [
        span
        for span in spans(server, name)
        if span["type"] == "tool" and span["name"] not in SILENT
    ]
    assert tools or name in TOOL_WITHIN
    for tool in tools:
        assert "get_weather" in tool["tool_name"]
        shown = json.dumps([tool["input"], tool["output"]], ensure_ascii=False)
        assert "Paris" in shown
        assert "18 °C in Paris" in shown


@each_page
def test_a_page_says_nothing_of_a_failure(name, said):
    for word in ("Traceback", "rror", "404", "Failed", "failed"):
        assert word not in said


@pytest.mark.clients
def test_langfuses_scores_are_kept(held_in):
    server = held_in("exporters")[0]
    scores = until(
        lambda: server.items("/scores", session_id="langfuse"), "a score through Langfuse's SDK"
    )
    assert [(score["name"], score["value"]) for score in scores] == [("helpful", 0.8)]


def test_every_page_is_in_the_index_with_its_picture():
    index = (FOLDER / "README.md").read_text()
    for name in PAGES:
        assert f"({name}.md)" in index
        assert f"(../images/clients/{name}.webp)" in (FOLDER / f"{name}.md").read_text()


def test_the_index_lists_the_paths_that_are_taken():
    rows = re.findall(r"^\| `(/\S+)` \| (.+) \|$", (FOLDER / "README.md").read_text(), re.MULTILINE)
    assert dict(rows) == {base: who for base, who in BASES.items() if base}
