"""Holds that what is installed is what was locked, from wherever a machine installs."""

import json
import re
from pathlib import Path

import pytest
from repository_tree import ROOT, files, named, text

PYTHON_LOCKS = [
    path
    for path in files()
    if path.suffix == ".txt" and "--hash=" in text(path) and "==" in text(path)
]
NPM_LOCKS = [path for path in files() if path.name == "package-lock.json"]


def requirements(lock: Path) -> list[str]:
    """The requirements of a lock, each with its hashes on one line."""
    lines = text(lock).replace("\\\n", " ").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def pins(lock: Path) -> dict[str, str]:
    return {line.split("==")[0]: line.split()[0].split("==")[1] for line in requirements(lock)}


def test_the_locks_that_set_up_reads_are_there():
    locks = {named(path) for path in PYTHON_LOCKS}
    assert {f"requirements/{name}.txt" for name in ("bootstrap", "dev", "runtime")} <= locks


@pytest.mark.parametrize("lock", PYTHON_LOCKS, ids=named)
def test_every_requirement_has_one_version_and_hashes(lock):
    assert requirements(lock)
    for line in requirements(lock):
        assert re.match(r"[a-z0-9._-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line), line


@pytest.mark.parametrize("lock", PYTHON_LOCKS, ids=named)
def test_a_python_lock_holds_no_address(lock):
    assert "://" not in text(lock)
    assert "index-url" not in text(lock)
    assert "find-links" not in text(lock)


@pytest.mark.parametrize("lock", NPM_LOCKS, ids=named)
def test_an_npm_lock_holds_hashes_and_no_address(lock):
    packages = json.loads(text(lock))["packages"]
    assert packages
    for name, package in packages.items():
        # A link is to a folder of this repository, whose own lock holds its packages.
        ours = name.startswith("../") or package.get("link")
        if ours:
            folder = lock.parent / package.get("resolved", name)
            assert (folder / "package-lock.json").resolve() in NPM_LOCKS, name
        else:
            assert "resolved" not in package, name
        if name and not ours and not package.get("inBundle"):
            assert package["integrity"].startswith("sha512-"), name


def test_a_server_alone_gets_the_versions_that_were_tested():
    tested = pins(ROOT / "requirements" / "dev.txt")
    alone = pins(ROOT / "requirements" / "runtime.txt")
    assert alone
    assert {name: tested.get(name) for name in alone} == alone


def test_what_pip_itself_installs_is_uv_and_nothing_else():
    assert list(pins(ROOT / "requirements" / "bootstrap.txt")) == ["uv"]
