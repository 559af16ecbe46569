"""A person goes to Traces, picks Sessions, opens one and reads its traces, whoever's SDKs sent them."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from fake_openai import fake_openai
from playwright.sync_api import Locator, Page, expect
from programs import AWKWARD, EXAMPLES, official_examples, run_program
from started_server import StartedServer, plain_environment, started_server
from trace_reader import open_span, open_tab, read_trace

PROGRAMS = [
    ["python/chatbot.py", "conversation-1"],
    ["python/chatbot.py", AWKWARD, "Does this id work?"],
    ["python/chatbot_openai.py", "conversation-openai"],
    ["typescript/checkoutSteps.ts", "user-2"],
    ["typescript/checkoutSteps.ts", "user-broke", "expired"],
]

SESSION_KEY = {"threadline": "session.id", "official": "lmnr.association.properties.session_id"}
MODEL_CALL = {"threadline": "ChatCompletion", "official": "openai.chat"}
"""What differs by whose SDKs sent: the key of a session, and an instrumented call's name."""


@pytest.fixture(scope="module", params=["threadline", "official"])
def sent_by(request: pytest.FixtureRequest) -> str:
    """Whose SDKs send."""
    return str(request.param)


@pytest.fixture(scope="module")
def server(
    sent_by: str, tmp_path_factory: pytest.TempPathFactory, official_packages: None
) -> Iterator[StartedServer]:
    """A server that the guide's programs have sent to."""
    folder = EXAMPLES
    if sent_by == "official":
        folder = official_examples(tmp_path_factory.mktemp("examples") / "examples")
    with started_server(tmp_path_factory.mktemp("sessions")) as started, fake_openai() as url:
        environment = {
            **plain_environment(),
            **started.client_environment(),
            "OPENAI_BASE_URL": url,
            "OPENAI_API_KEY": "no-secret",
        }
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            list(pool.map(lambda program: run_program(program, environment, folder), PROGRAMS))
        yield started


def open_session(page: Page, session_id: str) -> None:
    """Go to Traces, pick the tab Sessions, and expand a session by a click on its row."""
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Traces").click()
    page.get_by_role("tab", name="Sessions").click()
    row = session_row(page, session_id)
    expect(row).to_have_attribute("aria-expanded", "false")
    row.get_by_role("gridcell").nth(2).click()
    expect(row).to_have_attribute("aria-expanded", "true")


def session_row(page: Page, session_id: str) -> Locator:
    return page.get_by_role("row", level=1).filter(
        has=page.get_by_role("link", name=session_id, exact=True)
    )


def link_in_session(page: Page, name: str) -> Locator:
    """The traces, or the steps of a workflow, of that name below an expanded session."""
    return (
        page.get_by_role("grid")
        .or_(page.get_by_role("treegrid"))
        .get_by_role("link", name=name, exact=True)
    )


def panel(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Trace")


def test_an_expanded_session_shows_its_traces_and_each_opens_with_input_and_output(page, sent_by):
    open_session(page, "conversation-1")
    turns = link_in_session(page, "handle_turn")
    expect(turns).to_have_count(3)
    expect(page.get_by_role("row", level=2)).to_have_count(3)
    expect(page.get_by_role("row", level=2).nth(1)).to_contain_text("You said: What is a session?")
    turns.nth(1).click()
    expect(panel(page).get_by_role("heading", name="handle_turn").first).to_be_visible()
    expect(open_tab(panel(page), "Input")).to_contain_text("What is a session?")
    expect(open_tab(panel(page), "Input")).to_contain_text("conversation-1")
    expect(open_tab(panel(page), "Output")).to_contain_text("You said: What is a session?")
    expect(open_tab(panel(page), "Attributes")).to_contain_text(SESSION_KEY[sent_by])


@pytest.mark.parametrize(
    ("session_id", "name"),
    [("conversation-openai", "handle_turn"), ("checkout-user-broke", "checkout")],
)
def test_a_trace_in_a_session_shows_the_same_as_on_its_own(page, session_id, name):
    open_session(page, session_id)
    link_in_session(page, name).first.click()
    in_session = read_trace(panel(page))
    trace_id = page.url.split("trace=")[1].split("&")[0]
    page.goto(f"/default/traces/{trace_id}")
    on_its_own = read_trace(page)
    assert in_session == on_its_own
    assert len(in_session) > 2


def test_every_step_of_a_checkout_opens_with_its_own_input_output_and_status(page):
    open_session(page, "checkout-user-2")
    steps = {
        "validateCart": ("lamp", "40"),
        "processPayment": ("4242", "paid"),
        "createOrder": ("paid", "order of 2 for 40"),
    }
    for step, (read_in_input, read_in_output) in steps.items():
        link_in_session(page, step).click()
        expect(panel(page).get_by_role("heading", name=step, exact=True)).to_be_visible()
        expect(panel(page).locator(".span-head")).to_contain_text("ms")
        expect(open_tab(panel(page), "Input")).to_contain_text(read_in_input)
        expect(open_tab(panel(page), "Output")).to_contain_text(read_in_output)
        page.keyboard.press("Escape")
        expect(panel(page)).to_have_count(0)


def test_a_failed_step_says_why(page):
    open_session(page, "checkout-user-broke")
    expect(page.get_by_role("row", level=2)).to_contain_text("2")
    link_in_session(page, "processPayment").click()
    expect(panel(page).locator(".span-head")).to_contain_text("error")
    expect(open_tab(panel(page), "Output")).to_contain_text("the card has expired")
    open_span(panel(page), "validateCart")
    expect(panel(page).locator(".span-head")).not_to_contain_text("error")


def test_a_model_call_shows_its_messages(page, sent_by):
    open_session(page, "conversation-openai")
    link_in_session(page, "handle_turn").nth(1).click()
    open_span(panel(page), MODEL_CALL[sent_by])
    messages = open_tab(panel(page), "Messages")
    expect(messages).to_contain_text("Be brief.")
    expect(messages).to_contain_text("Echo: What is a session?")
    expect(panel(page).locator(".span-head")).to_contain_text("gpt-4o-mini")


def test_an_awkward_session_id_opens_by_click_and_by_its_address(page):
    open_session(page, AWKWARD)
    link_in_session(page, "handle_turn").click()
    expect(open_tab(panel(page), "Output")).to_contain_text("Does this id work?")
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    expect(session_row(page, AWKWARD)).to_have_attribute("aria-expanded", "true")
    expect(panel(page).get_by_role("link", name=f"Session {AWKWARD}")).to_be_visible()
    expect(open_tab(panel(page), "Output")).to_contain_text("Does this id work?")
    panel(page).get_by_role("link", name=f"Session {AWKWARD}").click()
    expect(page.get_by_role("row", level=1)).to_have_count(1)
    expect(session_row(page, AWKWARD)).to_have_attribute("aria-expanded", "true")
