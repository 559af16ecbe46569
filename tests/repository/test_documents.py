"""Holds that what the documents name exists: make targets, settings, flags, endpoints, files."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from repository_tree import ROOT, files, named, text

from threadline_server.settings import Settings, flag, variable

DOCUMENTS = [
    path
    for path in files()
    if path.suffix == ".md"
    and not {"conformance", "bench", "node_modules"} & set(path.parts)
    and path.parent.name != "decisions"
]
READ_BY_PROGRAMS = "\n".join(
    text(path)
    for path in files()
    if path.suffix in (".py", ".ts", ".tsx", ".sh") or path.name in ("Makefile", "pre-commit")
)
# Flags of other programs that a document may tell a reader to use are given with their program.
OWN_COMMAND = re.compile(r"\bthreadline ((?:[a-z]+ )*)((?:[^\s`|&;]+ ?)*)")


def prose(path: Path) -> str:
    """A document without the parts that tell of what is planned or past."""
    return text(path) if path.name != "CHANGELOG.md" else ""


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_a_make_target_that_is_named_exists(path):
    targets = set(re.findall(r"^([a-z-]+):", text(ROOT / "Makefile"), re.MULTILINE))
    named_targets = set(
        re.findall(
            r"`?\bmake ([a-z]+(?:-[a-z]+)*)(?=[`\s]*(?:$|#|`|ARGS))", prose(path), re.MULTILINE
        )
    )
    assert named_targets <= targets


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_a_variable_that_is_named_is_read(path):
    known = {variable(name) for name in Settings.model_fields}
    mentioned = set(re.findall(r"\bTHREADLINE_[A-Z_]+[A-Z]\b", prose(path)))
    assert not {name for name in mentioned - known if name not in READ_BY_PROGRAMS}


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_a_flag_of_serve_that_is_named_exists(path):
    known = {flag(name) for name in Settings.model_fields} | {"--help", "--version"}
    used = re.findall(r"threadline serve([^`\n|]*)", prose(path))
    used += re.findall(r"make serve ARGS=\"([^\"]*)\"", prose(path))
    mentioned = {found for part in used for found in re.findall(r"(?<!\S)--[a-z-]+", part)}
    assert mentioned <= known


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_a_command_that_is_named_exists(path):
    helped = subprocess.run(
        [str(Path(sys.executable).with_name("threadline")), "--help"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for command in set(
        re.findall(r"(?:^\$? ?|`|bin/)threadline ([a-z]+)", prose(path), re.MULTILINE)
    ):
        assert re.search(rf"\b{command}\b", helped), command


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_a_file_that_is_linked_exists(path):
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text(path)):
        if "://" not in target and not target.startswith("mailto:"):
            assert (path.parent / target).exists(), target


def test_the_readme_begins_with_the_two_commands():
    before_first_section = text(ROOT / "README.md").split("\n## ")[0]
    assert "make serve" in before_first_section
    assert "make test" in before_first_section
