"""Lists sort, filter, search and page, and their address is their whole state."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect
from started_server import StartedServer, started_server
from written_spans import send, turn

SESSIONS = 230


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartedServer]:
    """A server with more sessions than fit on a page, three of them unlike the others."""
    with started_server(tmp_path_factory.mktemp("lists")) as started:
        plain = [
            turn(f"plain-{at:03}", f"Question {at}?", f"Answer {at}", seconds_ago=600 + at)
            for at in range(SESSIONS)
        ]
        send(started, *plain)
        send(
            started,
            turn("long", "How long?", "Very", seconds_ago=500, took_ms=90_000),
            turn(
                "failed",
                "Can it fail?",
                "",
                seconds_ago=400,
                error="the disk is full",
                user__id="eve",
            ),
            turn("rare-word", "Say quixotrel please", "No", seconds_ago=86_400 * 3),
        )
        yield started


def rows(page: Page) -> Locator:
    return page.get_by_role("row", level=1)


def first_session(page: Page) -> Locator:
    return rows(page).first.get_by_role("link").first


def search(page: Page, text: str) -> None:
    field = page.get_by_role("textbox", name="Search sessions")
    field.fill(text)
    field.press("Enter")


def reopened(page: Page) -> None:
    """Open the page's address in a window that remembers nothing."""
    address = page.url
    page.goto("about:blank")
    page.goto(address)


def test_newest_sessions_come_first_and_the_day_before_yesterday_is_out_of_range(page):
    page.goto("/traces?view=sessions")
    expect(first_session(page)).to_have_text("failed")
    expect(page.get_by_role("tab", name="Sessions")).to_contain_text("2")
    expect(page.get_by_role("link", name="rare-word", exact=True)).to_have_count(0)


def test_a_column_head_sorts_and_the_address_keeps_it(page):
    page.goto("/traces?view=sessions")
    expect(first_session(page)).to_have_text("failed")
    wall = page.get_by_role("columnheader", name="Wall")
    wall.get_by_role("button").click()
    expect(wall).to_have_attribute("aria-sort", "descending")
    expect(first_session(page)).to_have_text("long")
    reopened(page)
    expect(wall).to_have_attribute("aria-sort", "descending")
    expect(first_session(page)).to_have_text("long")
    wall.get_by_role("button").click()
    expect(wall).to_have_attribute("aria-sort", "ascending")
    expect(first_session(page)).not_to_have_text("long")
    page.go_back()
    expect(first_session(page)).to_have_text("long")


def test_a_typed_filter_becomes_a_chip_and_the_address_keeps_it(page):
    page.goto("/traces?view=sessions")
    search(page, "error_count > 0")
    expect(rows(page)).to_have_count(1)
    expect(first_session(page)).to_have_text("failed")
    reopened(page)
    expect(rows(page)).to_have_count(1)
    page.get_by_role("button", name="Remove filter").click()
    expect(rows(page).nth(5)).to_be_visible()


def test_words_find_sessions_by_what_was_said_in_them(page):
    page.goto("/traces?view=sessions&range=all")
    search(page, "quixotrel")
    expect(rows(page)).to_have_count(1)
    expect(first_session(page)).to_have_text("rare-word")
    reopened(page)
    expect(page.get_by_role("textbox", name="Search sessions")).to_have_value("quixotrel")
    expect(rows(page)).to_have_count(1)
    search(page, "quixotrelx")
    expect(rows(page)).to_have_count(0)
    expect(page.get_by_role("main")).to_contain_text("quixotrelx")


def test_the_time_range_is_chosen_from_a_menu(page):
    page.goto("/traces?view=sessions")
    expect(first_session(page)).to_have_text("failed")
    page.get_by_role("button", name="Time range").click()
    page.get_by_text("All time", exact=True).click()
    search(page, "session_id = rare-word")
    expect(first_session(page)).to_have_text("rare-word")


def test_scrolling_to_the_end_brings_every_session(page):
    page.goto("/traces?view=sessions&range=all&sort=session_id")
    expect(first_session(page)).to_have_text("failed")
    last = page.get_by_role("link", name="rare-word", exact=True)
    grid = page.get_by_role("treegrid")
    grid.hover()
    for _ in range(60):
        if last.is_visible():
            break
        page.mouse.wheel(0, 1500)
        page.wait_for_timeout(50)
    expect(last).to_be_visible()


def test_the_traces_and_spans_tabs_open_the_same_trace_beside_the_list(page):
    page.goto("/traces?view=traces")
    page.get_by_role("textbox", name="Search traces").fill("status = error")
    page.get_by_role("textbox", name="Search traces").press("Enter")
    panel = page.get_by_role("complementary", name="Trace")
    page.get_by_role("treegrid").or_(page.get_by_role("grid")).get_by_role("link").first.click()
    expect(panel).to_contain_text("the disk is full")
    page.get_by_role("button", name="Close panel").click()
    expect(panel).to_have_count(0)
    page.get_by_role("tab", name="Spans").click()
    page.get_by_role("textbox", name="Search spans").fill("status = error")
    page.get_by_role("textbox", name="Search spans").press("Enter")
    page.get_by_role("treegrid").or_(page.get_by_role("grid")).get_by_role("link").first.click()
    expect(panel).to_contain_text("the disk is full")


def test_the_keyboard_walks_the_list_expands_opens_and_closes(page):
    page.goto("/traces?view=sessions")
    expect(first_session(page)).to_have_text("failed")
    page.keyboard.press("j")
    page.keyboard.press("ArrowRight")
    expect(rows(page).first).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("row", level=2)).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    panel = page.get_by_role("complementary", name="Trace")
    expect(panel).to_contain_text("the disk is full")
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    page.keyboard.press("/")
    expect(page.get_by_role("textbox", name="Search sessions")).to_be_focused()
