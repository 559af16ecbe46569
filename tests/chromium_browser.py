"""Starts the Chromium that tools/chromium.py finds, without a window, for tests and for pictures."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright
from started_server import ROOT

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
]


@contextmanager
def opened_browser() -> Iterator[Browser]:
    """Give a browser, and close it afterwards."""
    program = (
        os.environ.get("THREADLINE_CHROMIUM")
        or subprocess.run(
            [sys.executable, str(ROOT / "tools" / "chromium.py")],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout.splitlines()[-1]  # before it may stand that another set-up was waited for
    )
    # Playwright's own copy of Node wants a library that a bare Debian lacks.
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(ROOT / ".tools" / "node" / "bin" / "node"))
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield chromium
        chromium.close()
