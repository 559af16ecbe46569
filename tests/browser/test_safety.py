"""Whatever a span says is text: nothing of it runs, loads or deceives. And both themes are legible."""

import json
import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from started_server import StartedServer, started_server
from trace_reader import TABS, open_tab
from written_spans import new_trace_id, send, span

SCRIPT = "<script>window.taken = true</script><img src=x onerror='window.taken = true'>"
REMOTE = "http://tracker.invalid/pixel.png"
MARKDOWN = f"![pixel]({REMOTE}) [click](javascript:window.taken=true) <iframe src='{REMOTE}'>"
REVERSED = "safe\u202egnp.exe"
SESSION = f"<b>bold</b> {REVERSED}"


@pytest.fixture(scope="module")
def trace_id() -> str:
    return new_trace_id()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, trace_id: str) -> Iterator[StartedServer]:
    """A server whose only trace is hostile in every text it has."""
    messages = json.dumps([{"role": "user", "content": MARKDOWN}])
    with started_server(tmp_path_factory.mktemp("safety")) as started:
        root = span(
            SCRIPT,
            trace_id=trace_id,
            error=SCRIPT,
            session__id=SESSION,
            user__id=SCRIPT,
            input__value=SCRIPT,
            output__value=MARKDOWN,
        )
        call = span(
            "chat",
            trace_id=trace_id,
            parent=root,
            seconds_ago=59,
            gen_ai__operation__name="chat",
            gen_ai__request__model=SCRIPT,
            gen_ai__input__messages=messages,
            gen_ai__output__messages=messages,
        )
        send(started, root, call)
        yield started


@pytest.fixture
def watched(page: Page) -> Iterator[tuple[Page, list[str]]]:
    """A page, and the addresses that it asked for outside the server."""
    outside: list[str] = []
    own = re.compile(r"http://127\.0\.0\.1:\d+/|data:|blob:|about:")
    page.on("request", lambda asked: None if own.match(asked.url) else outside.append(asked.url))
    page.on("dialog", lambda dialog: outside.append(f"dialog: {dialog.message}"))
    yield page, outside
    assert page.evaluate("window.taken") is None
    assert outside == []


def test_hostile_text_is_shown_and_does_not_run(watched, trace_id):
    page, _ = watched
    page.goto("/traces?view=sessions")
    row = page.get_by_role("row", level=1)
    expect(row).to_contain_text("<b>bold</b>")
    row.get_by_role("link").first.click()
    expect(page.get_by_role("row", level=2)).to_contain_text("<script>")
    page.goto(f"/default/traces/{trace_id}")
    for name in ("<script>", "chat"):
        page.get_by_role("treeitem").get_by_role("link").filter(has_text=name).first.click()
        for tab in TABS:
            open_tab(page, tab)
    page.get_by_role("treeitem").get_by_role("link", name="chat").click()
    expect(open_tab(page, "Messages")).to_contain_text("tracker.invalid")
    assert page.locator("#root img[src^=http], iframe, a[href^=javascript]").count() == 0


def test_a_text_that_turns_its_direction_is_unmasked(watched):
    page, _ = watched
    page.goto("/traces?view=sessions")
    shown = page.get_by_role("row", level=1).get_by_role("link").first.inner_text()
    assert "\u202e" not in shown


def test_the_pages_carry_a_strict_content_security_policy(server):
    policy = server.http.get("/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy or "default-src 'none'" in policy
    script = re.search(r"script-src ([^;]+)", policy)
    assert script is None or "unsafe" not in script[1]


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_both_themes_are_legible_and_kept(page, theme, trace_id):
    page.goto("/traces?view=sessions")
    page.get_by_role("button", name="Theme").click()
    page.get_by_role("menuitemradio", name=theme.capitalize()).click()
    expect(page.locator("html")).to_have_attribute("data-theme", theme)
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", theme)
    expect(page.get_by_role("row", level=1)).to_be_visible()
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    channels = [int(channel) for channel in re.findall(r"\d+", background)[:3]]
    assert (sum(channels) < 3 * 128) is (theme == "dark")
    assert violations(page) == []
    page.goto(f"/default/traces/{trace_id}")
    expect(page.get_by_role("treeitem").first).to_be_visible()
    assert violations(page) == []


def violations(page: Page) -> list[str]:
    """Give the accessibility rules that what is shown breaks, each with its first element."""
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]}).response
    return [f"{rule['id']}: {rule['nodes'][0]['html']}" for rule in found["violations"]]
