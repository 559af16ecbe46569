"""Runs the programs of docs/clients, and the demo, against a server and takes a picture of each session.

`python tools/screenshots.py [NAME ...]` writes docs/images/clients/NAME.webp, all of them without names.
"""

import argparse
import base64
import re
import subprocess
import sys
import tempfile
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests" / name) for name in ("", "clients", "clients/instruments")]

from chromium_browser import opened_browser  # noqa: E402 - tests/ is no package
from client_pages import PAGES, ClientPage, run_pages  # noqa: E402 - as above
from fake_models import fake_models, settings  # noqa: E402 - as above
from playwright.sync_api import Locator, Page, ViewportSize, expect  # noqa: E402 - as above
from started_server import StartedServer, started_server  # noqa: E402 - as above

PICTURES = ROOT / "docs" / "images" / "clients"
SIZE: ViewportSize = {"width": 1280, "height": 1100}
QUALITY = 80
TOTAL_BYTES = 3_000_000
"""What all pictures together may weigh in a clone of the repository."""
DEMO = "demo"


def take_picture(page: Page, file: Path) -> None:
    """Write what the window shows as WebP, which Playwright itself cannot."""
    devtools = page.context.new_cdp_session(page)
    taken = devtools.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    file.write_bytes(base64.b64decode(taken["data"]))


def show_session(page: Page, session_id: str) -> None:
    """Open a session, its first trace beside it, and there the last call, with its messages."""
    panel = page.get_by_role("complementary", name="Trace")
    page.goto("/default/traces?view=sessions")
    first_trace_of(page, session_id).click()
    panel.get_by_role("link", name=f"Session {session_id}", exact=True).click()  # it alone
    expect(page.get_by_role("row", level=1)).to_have_count(1)
    first_trace_of(page, session_id).click()
    expect(panel.get_by_role("treeitem").first).to_be_visible()
    calls = panel.get_by_role("treeitem", name=re.compile(r"^llm, "))
    if not calls.count():
        panel.get_by_role("treeitem", name=re.compile(r"^tool, ")).last.click()
    else:
        calls.last.click()
        panel.get_by_role("tab", name="Messages").click()
        expect(panel.get_by_role("tabpanel", name="Messages")).to_contain_text(re.compile(r"\S"))
    page.wait_for_load_state("networkidle")


def first_trace_of(page: Page, session_id: str) -> Locator:
    """Expand a session in the list; give the link to its first trace."""
    link = page.get_by_role("link", name=session_id, exact=True)
    row = page.get_by_role("row", level=1).filter(has=link)
    if row.get_attribute("aria-expanded") == "false":
        row.get_by_role("gridcell").nth(2).click()
    return page.get_by_role("row", level=2).first.get_by_role("link").first


def send_demo(server: StartedServer) -> str:
    """Send the demo's sessions; give the id of the one that says the most."""
    command = [str(Path(sys.executable).with_name("threadline")), "demo", "--url", server.url]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    sessions = server.items("/sessions")
    most = max(sessions, key=lambda session: session["total_tokens"] or 0)
    return str(most["session_id"])


def send_pages(server: StartedServer, folder: Path, pages: list[ClientPage]) -> None:
    """Run every page's program in its environment, the models being stand-ins."""
    with fake_models() as url:
        for _, group in groupby(sorted(pages, key=environment_of), key=environment_of):
            run_pages(list(group), server, settings(url), folder)


def environment_of(page: ClientPage) -> str:
    """The environment that a page's program runs in."""
    return page.environment


def take_all(names: list[str]) -> None:
    """Send, look and write; fail where the pictures have grown too heavy."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with started_server(folder) as server, opened_browser() as browser:
            pages = [PAGES[name] for name in names if name != DEMO]
            send_pages(server, folder, pages)
            sessions = {page.name: page.session_id for page in pages}
            for session_id in sessions.values():
                server.session_with(session_id, 2)
            if DEMO in names:
                sessions[DEMO] = send_demo(server)
            page = browser.new_page(
                base_url=server.url, viewport=SIZE, color_scheme="dark", reduced_motion="reduce"
            )
            for name, session_id in sessions.items():
                show_session(page, session_id)
                take_picture(page, PICTURES / f"{name}.webp")
    weight = sum(file.stat().st_size for file in PICTURES.iterdir())
    print(f"{len(sessions)} pictures taken; all together {weight / 1000:,.0f} kB")
    if weight > TOTAL_BYTES:
        sys.exit(f"more than {TOTAL_BYTES / 1000:,.0f} kB")


def main() -> None:
    """Take the pictures that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", choices=[*PAGES, DEMO, []])
    take_all(parser.parse_args().names or [*PAGES, DEMO])


if __name__ == "__main__":
    main()
