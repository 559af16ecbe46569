"""Someone who sees Threadline for the first time finds the failing tool call in three clicks."""

import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page, expect
from started_server import StartedServer, plain_environment


def run_demo(server: StartedServer) -> str:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("threadline")), "demo", "--url", server.url],
        env=plain_environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout


def test_the_failing_tool_call_is_three_clicks_from_the_list(page: Page, server: StartedServer):
    run_demo(server)
    page.goto("/default/traces?view=sessions")
    broken = page.get_by_role("row").filter(has_text="workshop/mikkel-dahl/brakes").first
    broken.get_by_role("gridcell").nth(2).click()
    page.get_by_role("row").filter(has_text="09:30 please").click()
    page.get_by_text("reserve_slot", exact=True).first.click()
    expect(page.get_by_text("did not answer within 8.0 s").first).to_be_visible()
    expect(page.get_by_text("in reserve_slot").first).to_be_visible()


def test_each_address_that_the_demo_prints_opens_its_session(page: Page, server: StartedServer):
    said = run_demo(server)
    addresses = [line.strip() for line in said.splitlines() if "expand=" in line]
    assert len(addresses) == 4
    for address in addresses:
        page.goto(address)
        opened = page.get_by_role("row", expanded=True)
        expect(opened).to_have_count(1)
