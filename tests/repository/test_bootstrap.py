"""Holds what set-up says and does on machines that lack something."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import bootstrap
import chromium

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bare_path(tmp_path, monkeypatch):
    """A PATH with one empty folder on it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("THREADLINE_CHROMIUM", raising=False)
    return folder


@pytest.fixture
def no_installing(monkeypatch):
    """A user who may not install, and who never ran `playwright install`."""
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr(chromium, "from_playwright", lambda: None)


def program(path: Path, says: str, status: int = 0) -> Path:
    path.write_text(f"#!/bin/sh\necho '{says}'\nexit {status}\n")
    path.chmod(0o755)
    return path


def test_a_python_that_is_too_old_can_still_read_that_it_is():
    source = (ROOT / "tools" / "bootstrap.py").read_text()
    ast.parse(source, feature_version=(3, 8))
    told = source.index("if sys.version_info < (3, 11)")
    assert told < source.index("import contextlib")


def test_without_ensurepip_and_rights_set_up_names_the_command(monkeypatch, bare_path):
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    monkeypatch.setattr(sys, "executable", "/usr/bin/python3")
    with pytest.raises(SystemExit, match="apt-get install -y python3-venv"):
        bootstrap.require_venv_module()


def test_a_failing_step_shows_its_output_and_its_command(capfd):
    with pytest.raises(SystemExit, match="status 3: sh -c"):
        bootstrap.run(["sh", "-c", "echo no space left; exit 3"])
    assert "no space left" in capfd.readouterr().err


def test_a_mirror_set_for_pip_is_used_by_uv_too(monkeypatch):
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.example/simple")
    assert bootstrap.uv_environment()["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"


def test_a_step_is_done_again_when_an_input_changes(tmp_path):
    lock = tmp_path / "lock"
    lock.write_text("one")
    stamp = tmp_path / "stamp"
    stamp.write_text(bootstrap.digest(lock, "3.11"))
    assert bootstrap.is_stamped(stamp, bootstrap.digest(lock, "3.11"))
    assert not bootstrap.is_stamped(stamp, bootstrap.digest(lock, "3.12"))
    lock.write_text("two")
    assert not bootstrap.is_stamped(stamp, bootstrap.digest(lock, "3.11"))


def test_the_named_browser_is_taken_before_any_other(tmp_path, monkeypatch, bare_path):
    program(bare_path / "chromium", "Chromium 1")
    mine = program(tmp_path / "mine", "Chromium 2")
    monkeypatch.setenv("THREADLINE_CHROMIUM", str(mine))
    assert chromium.find() == mine


def test_a_named_browser_that_does_not_start_is_not_replaced(tmp_path, monkeypatch, bare_path):
    program(bare_path / "chromium", "Chromium 1")
    monkeypatch.setenv("THREADLINE_CHROMIUM", str(tmp_path / "none"))
    assert chromium.find() is None


def test_a_stand_in_on_path_is_passed_over(bare_path, no_installing):
    program(bare_path / "chromium", "install me with a store", status=1)
    real = program(bare_path / "google-chrome", "Google Chrome 3")
    assert chromium.find() == real


def test_the_sources_are_asked_in_their_order(monkeypatch, bare_path):
    asked = []
    for name in ("on_path", "from_playwright", "from_apt", "from_npm"):
        monkeypatch.setattr(chromium, name, lambda name=name: asked.append(name))
    assert chromium.find() is None
    assert asked == ["on_path", "from_playwright", "from_apt", "from_npm"]


def test_without_a_browser_the_tests_fail_and_say_what_to_run(monkeypatch, tmp_path, bare_path):
    environment = {"PATH": str(bare_path), "THREADLINE_CHROMIUM": str(tmp_path / "none")}
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "chromium.py")],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert "apt-get install chromium" in done.stderr
