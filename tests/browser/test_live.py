"""What arrives is on the page without a reload, from the very first span on."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from programs import run_snippet
from started_server import StartedServer, plain_environment, started_server
from trace_reader import open_tab
from written_spans import new_trace_id, send, span, turn


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartedServer]:
    """A server of the test's own: each begins with an empty project."""
    with started_server(tmp_path_factory.mktemp("live")) as started:
        yield started


def mark_the_page(page: Page) -> None:
    """Leave something that a reload would take away."""
    page.evaluate("window.notReloaded = true")


def expect_no_reload(page: Page) -> None:
    assert page.evaluate("window.notReloaded") is True


def test_an_empty_project_says_how_to_send_and_flips_when_the_first_trace_arrives(page, server):
    page.goto("/")
    expect(page.get_by_text("Waiting for the first span")).to_be_visible()
    snippet = page.get_by_role("tabpanel")
    expect(snippet).to_contain_text(str(server.port))
    expect(snippet).to_contain_text(str(server.grpc_port))
    page.get_by_role("tab", name="TypeScript").click()
    expect(snippet).to_contain_text("@lmnr-ai/lmnr")
    expect(snippet).to_contain_text(str(server.port))
    mark_the_page(page)
    send(server, turn("first-session", "Is anybody there?", "Yes."))
    expect(page.get_by_text("First span received")).to_be_visible()
    page.get_by_role("link", name="Open the sessions").click()
    expect(page.get_by_role("link", name="first-session", exact=True)).to_be_visible()
    expect_no_reload(page)


@pytest.mark.usefixtures("official_packages")
@pytest.mark.parametrize(
    ("tab", "language", "session_id"),
    [("Python", "python", "conversation-1"), ("TypeScript", "ts", "checkout-u_1")],
)
def test_a_snippet_copied_from_an_empty_project_sends_its_first_trace(
    page, server, tab, language, session_id
):
    page.goto("/")
    page.get_by_role("tab", name=tab).click()
    text = page.get_by_role("tabpanel").locator("pre").last.inner_text()
    run_snippet(language, text, plain_environment())
    page.get_by_role("link", name="Open the sessions").click()
    expect(page.get_by_role("link", name=session_id, exact=True)).to_be_visible()


def test_new_sessions_and_new_traces_of_an_open_session_appear_by_themselves(page, server):
    send(server, turn("session-1", "One?", "First answer", seconds_ago=90))
    page.goto("/traces?view=sessions")
    page.get_by_role("link", name="session-1", exact=True).click()
    traces = page.get_by_role("row", level=2)
    expect(traces).to_have_count(1)
    mark_the_page(page)
    send(server, turn("session-1", "Two?", "Second answer", seconds_ago=30))
    expect(traces).to_have_count(2)
    expect(traces.nth(1)).to_contain_text("Second answer")
    expect(page.get_by_role("row", level=1).first).to_contain_text("Second answer")
    page.get_by_role("row", level=1).first.get_by_role("gridcell").nth(2).click()
    expect(traces).to_have_count(0)
    send(server, turn("session-2", "Three?", "Third answer"))
    pill_or_row = page.get_by_role("link", name="session-2", exact=True).or_(
        page.get_by_role("button", name="newer session")
    )
    expect(pill_or_row.first).to_be_visible()
    expect_no_reload(page)


def test_the_spans_of_an_open_trace_appear_as_they_arrive(page, server):
    trace_id = new_trace_id()
    root = span("agent", trace_id=trace_id, seconds_ago=40, took_ms=3000, session__id="growing")
    first = span("look_up", trace_id=trace_id, parent=root, seconds_ago=39, output__value="found")
    send(server, first)
    page.goto(f"/default/traces/{trace_id}")
    expect(page.get_by_role("treeitem")).to_have_count(2)
    expect(page.get_by_role("tree")).to_contain_text("parent not received")
    mark_the_page(page)
    send(server, span("answer", trace_id=trace_id, parent=root, seconds_ago=38), root)
    expect(page.get_by_role("treeitem")).to_have_count(3)
    expect(page.get_by_role("tree")).not_to_contain_text("parent not received")
    page.get_by_role("treeitem").get_by_role("link", name="look_up").click()
    expect(open_tab(page, "Output")).to_contain_text("found")
    expect_no_reload(page)


def test_a_session_that_is_deleted_leaves_the_list(page, server):
    send(server, turn("stays", "One?", "Yes"), turn("goes", "Two?", "Yes"))
    page.goto("/traces?view=sessions")
    expect(page.get_by_role("row", level=1)).to_have_count(2)
    mark_the_page(page)
    removed = server.http.delete("/api/v1/session", params={"session_id": "goes"})
    assert removed.status_code == 200
    expect(page.get_by_role("row", level=1)).to_have_count(1)
    expect(page.get_by_role("link", name="stays", exact=True)).to_be_visible()
    expect_no_reload(page)
