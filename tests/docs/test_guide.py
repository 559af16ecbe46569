"""The guide says what the code does: its programs, settings, calls and links are checked."""

import re
import shlex
from pathlib import Path

import pytest
from started_server import ROOT

from threadline_server.receive.limits import MIB, Limits
from threadline_server.settings import Settings, flag, variable

GUIDE = sorted((ROOT / "docs").glob("*.md"))
SHOWN = re.compile(r"<!-- (examples/\S+) -->\n```\w+\n(.*?)```\n", re.DOTALL)
pytestmark = pytest.mark.xdist_group("guide")


def test_the_guide_shows_every_program_as_it_is():
    shown = dict(SHOWN.findall("".join(page.read_text() for page in GUIDE)))
    for path, text in shown.items():
        assert text == (ROOT / path).read_text(), f"the guide shows another {path}"
    beside = {"local_threadline.py", "localThreadline.ts", "shop.ts"}
    programs = {
        path.relative_to(ROOT).as_posix()
        for folder in ("python", "typescript")
        for path in (ROOT / "examples" / folder).glob("*.*")
        if path.suffix in {".py", ".ts"} and path.name not in beside
    }
    assert set(shown) == programs


def default_in_words(value: object) -> str:
    """Give a setting's default as the settings page writes it."""
    if value in ("", (), None):
        return "none"
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"`{value}`"


def test_the_settings_page_has_every_setting_with_its_default():
    page = (ROOT / "docs" / "settings.md").read_text()
    rows = re.findall(r"^\| `(--[a-z-]+)` \| `(\w+)` \| (.+?) \| (.+) \|$", page, re.MULTILINE)
    described = {row[0]: row[1:] for row in rows}
    assert list(described) == [flag(name) for name in Settings.model_fields]
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=True)
        # Where the data folder is depends on the machine.
        said = described[flag(name)][1] if name == "data_dir" else default_in_words(default)
        assert described[flag(name)] == (variable(name), said, field.description)


def test_every_call_of_the_rest_page_exists(server):
    page = (ROOT / "docs" / "rest.md").read_text()
    calls = re.findall(r"^\| `(GET|PUT|POST|DELETE) (/\S+?)(?:\?\S*)?` \|", page, re.MULTILINE)
    assert len(calls) >= 10
    paths = server.http.get("/openapi.json").json()["paths"]
    missing = [
        (method, path) for method, path in calls if method.lower() not in paths.get(path, {})
    ]
    assert missing == []


def test_the_trace_written_by_hand_becomes_a_session(server):
    page = (ROOT / "docs" / "sending.md").read_text()
    command = re.search(r"```sh\n(curl -i .*?)```", page, re.DOTALL)
    assert command is not None
    words = shlex.split(command[1])
    body = words[words.index("-d") + 1]
    sent = server.http.post(
        "/v1/traces", content=body, headers={"Content-Type": "application/json"}
    )
    assert sent.status_code == 200, sent.text
    session = server.session_with("by-hand/1", 1)
    assert session["user_ids"] == ["alice"]
    assert (session["input_tokens"], session["output_tokens"]) == (11, 7)
    assert session["first_input"] == "Hello"
    assert session["last_output"] == "Good day"


def test_the_limits_page_gives_the_sizes_that_hold():
    page = (ROOT / "docs" / "limits.md").read_text()
    assert f"at most {Limits().body // MIB} MiB as it is sent" in page
    assert f"{Limits().inflated // MIB} MiB after inflating" in page


@pytest.mark.parametrize("page", GUIDE, ids=[path.name for path in GUIDE])
def test_every_link_of_the_guide_leads_somewhere(page: Path):
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
    missing = [target for target in targets if not (page.parent / target).exists()]
    assert missing == []
