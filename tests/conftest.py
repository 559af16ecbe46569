"""What the tests of the whole share: a started server for each module, and a browser."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent / "clients"))

from chromium_browser import opened_browser
from started_server import StartedServer, started_server


@pytest.fixture(scope="session")
def official_packages() -> None:
    """The official client packages, installed once in environments of their own."""
    setup = Path(__file__).parent / "clients" / "setup.py"
    subprocess.run([sys.executable, str(setup)], check=True)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartedServer]:
    """A server of the module's own, empty at first."""
    with started_server(tmp_path_factory.mktemp("server")) as started:
        yield started


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run, the one that tools/chromium.py finds."""
    with opened_browser() as chromium:
        yield chromium


@pytest.fixture
def page(browser: Browser, server: StartedServer) -> Iterator[Page]:
    """A fresh window on the module's server; the test fails if a script of the page does."""
    context = browser.new_context(
        base_url=server.url, viewport={"width": 1440, "height": 900}, reduced_motion="reduce"
    )
    context.set_default_timeout(15_000)
    fresh = context.new_page()
    failures: list[str] = []
    fresh.on("pageerror", lambda error: failures.append(str(error)))
    yield fresh
    context.close()
    assert not failures
