"""The coding story's project: its tools answer what is there, and its last state works."""

import subprocess
import sys

import pytest

from threadline_server.demo.coding import script
from threadline_server.demo.coding.desk import Desk
from threadline_server.demo.coding.workspace import Workspace


def test_reading_numbers_the_lines_and_searching_names_the_places():
    workspace = Workspace()
    first = workspace.read("conveyor/clock.py", 1, 2)
    assert first.splitlines()[0].startswith("   1  ")
    assert len(first.splitlines()) == 2
    assert "conveyor/service.py:25: " in workspace.search(r"drain\(")
    assert workspace.search("nothing like this") == "no matches"


def test_an_edit_gives_its_diff_and_one_that_does_not_fit_is_refused():
    workspace = Workspace()
    diff = workspace.edit("CHANGELOG.md", "## [0.6.0]", "## [0.6.1]")
    assert "-## [0.6.0]\n+## [0.6.1]" in diff
    with pytest.raises(ValueError, match="occurs 0 times"):
        workspace.edit("CHANGELOG.md", "## [0.6.0]", "")
    assert "1 files changed, 1 insertions(+), 1 deletions(-)" in workspace.change_counts()


def written(workspace, folder):
    for path in workspace.paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(workspace.text(path))
    (folder / "conveyor" / "__init__.py").touch()


def test_the_project_that_the_agent_leaves_passes_its_own_tests(tmp_path):
    desk = Desk()
    for write in script.PARTS:
        write(desk)
    written(desk.workspace, tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-o", "asyncio_mode=auto", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "11 passed" in done.stdout
