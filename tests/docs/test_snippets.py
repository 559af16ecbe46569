"""The SDK pages and the migration pages run as they are printed, page by page as one program."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from programs import run_snippet
from started_server import ROOT, plain_environment

SNIPPET = re.compile(r"(<!-- before -->\n)?```python\n(.*?)```", re.DOTALL)
MIGRATION = sorted((ROOT / "docs" / "migrate").glob("*.md"))
PAGES = [ROOT / "docs" / "sdk" / "python.md", *MIGRATION]
TYPESCRIPT = ROOT / "docs" / "sdk" / "typescript.md"
SESSION = re.compile(
    r'(session\(|session_id=|session_id == |turn\(|sessionId: |SessionId\(|session-id": )"([\w-]+)"'
)
pytestmark = pytest.mark.xdist_group("guide")


def named(page):
    return page.stem


def snippets(page: Path, before: bool) -> list[str]:
    """The page's Python, either of the other product or ours."""
    return [text for mark, text in SNIPPET.findall(page.read_text()) if bool(mark) == before]


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_our_snippets_run_and_their_sessions_are_there(page, server, tmp_path):
    # Each page in sessions of its own, since one server takes them all.
    program = SESSION.sub(rf'\1"{page.stem}-\2"', "\n".join(snippets(page, before=False)))
    program = program.replace("http://localhost:8000", server.url)
    done = subprocess.run(
        [sys.executable, "-W", "error::SyntaxWarning", "-c", program],
        cwd=tmp_path,
        env=plain_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    said = {session_id for _, session_id in SESSION.findall(program)}
    assert len(said) >= 1
    for session_id in said:
        assert server.session_with(session_id, 0)["session_id"] == session_id


@pytest.mark.clients
def test_the_typescript_page_runs_and_its_sessions_are_there(server, official_packages):
    program = "\n".join(re.findall(r"```ts\n(.*?)```", TYPESCRIPT.read_text(), re.DOTALL))
    program = program.replace("http://localhost:8000", server.url)
    run_snippet("ts", program, plain_environment())
    said = {session_id for _, session_id in SESSION.findall(program)}
    assert len(said) >= 6
    # What is captured by `threadline/testing` is not sent.
    for session_id in said - {"conversation-6"}:
        assert server.session_with(session_id, 1)["session_id"] == session_id


@pytest.mark.parametrize("page", MIGRATION, ids=named)
def test_what_was_there_before_is_python(page):
    for text in snippets(page, before=True):
        compile(text, page.name, "exec")


@pytest.mark.parametrize("page", MIGRATION, ids=named)
def test_every_option_and_method_of_ours_that_a_page_names_exists(page):
    from threadline import Laminar

    for name in set(re.findall(r"\bLaminar\.(\w+)\(", page.read_text())):
        assert callable(getattr(Laminar, name)), name
