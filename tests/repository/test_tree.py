"""Holds what the repository promises about its own files."""

import ast
import re
from pathlib import Path

import pytest
from repository_tree import ROOT, files, named, text

# A place that only one machine has: someone's home, a checkout, what a mirror was unpacked to.
PLACE = re.compile(r"(?<![\w./~$-])/(?:home|root|Users|work|opt|mnt)/\w")
# Written in halves, so that this file does not hold what it looks for.
FOREIGN = (
    "../" + "shared",
    "pypi" + ".org",
    "python" + "hosted.org",
    "registry." + "npmjs.org",
    "registry." + "yarnpkg.com",
    "deb." + "debian.org",
)
VAGUE = ("utils", "util", "helpers", "helper", "common", "misc", "manager", "base")
CODE = (".py", ".ts", ".tsx")
GENERATED = ("web/src/api/schema.d.ts",)
LONGEST = 600
# The captured programs stand as they were when they were captured.
COPIED = {"conformance"}
PACKAGES = (
    ROOT / "server" / "src" / "threadline_server",
    ROOT / "sdk" / "python" / "src" / "threadline",
)
SDK_TYPESCRIPT = ROOT / "sdk" / "typescript" / "src"
# What both SDKs are made of, under the name that each language writes it by.
SHARED_MODULES = (
    *(
        "association",
        "attributes",
        "content",
        "encode",
        "guard",
        "laminar",
        "masking",
        "middleware",
    ),
    *(
        "observe",
        "processor",
        "propagation",
        "score",
        "session",
        "settings",
        "span",
        "span_context",
    ),
    *(
        "version",
        "export/sampling",
        "export/otlp",
        "export/outgoing",
        "export/queue",
        "export/size_limit",
        "export/transport",
        "export/worker",
    ),
)


def code() -> list[Path]:
    return [path for path in files() if path.suffix in CODE and named(path) not in GENERATED]


def test_nothing_names_a_place_of_one_machine_or_a_registry():
    found = [
        f"{named(path)}: {foreign}"
        for path in files()
        for foreign in (*FOREIGN, *PLACE.findall(text(path)))
        if foreign in text(path)
    ]
    assert not found, "\n".join(found)


def test_no_module_is_longer_than_its_limit():
    long = {named(path): lines for path in code() if (lines := text(path).count("\n")) > LONGEST}
    assert not long


def test_no_module_has_a_name_that_says_nothing():
    assert not [named(path) for path in code() if path.stem in VAGUE]


def test_every_python_module_says_in_a_sentence_what_it_does():
    silent = []
    for path in files():
        # The name of a test is its sentence.
        counted = path.suffix == ".py" and not path.name.startswith("test_")
        if counted and not COPIED & set(path.parts) and text(path).strip():
            docstring = ast.get_docstring(ast.parse(text(path))) or ""
            if not re.match(r"[A-Z#`'\"].*[.:]", docstring.splitlines()[0] if docstring else ""):
                silent.append(named(path))
    assert not silent


def test_every_typescript_module_of_the_sdk_says_in_a_sentence_what_it_does():
    opening = re.compile(r"/\*\*\s+(\* )?[A-Z`][^\n]*[.:]( \*/)?$", re.MULTILINE)
    sources = [path for path in files() if SDK_TYPESCRIPT in path.parents and path.suffix == ".ts"]
    assert sources
    assert not [named(path) for path in sources if not opening.match(text(path))]


@pytest.mark.parametrize("module", SHARED_MODULES)
def test_a_module_has_the_same_name_in_both_sdks(module):
    camel = re.sub(r"_(\w)", lambda found: found[1].upper(), module)
    assert (PACKAGES[1] / f"{module}.py").is_file()
    assert (SDK_TYPESCRIPT / f"{camel}.ts").is_file()


def test_no_test_is_skipped_or_only_stated():
    marks = re.compile(
        r"\bpytest\." + r"(skip|importorskip|xfail)\b|\bmark\." + r"(skip|skipif|xfail)\b"
        r"|\b(it|test|describe)\." + r"(skip|todo|only)\b"
    )
    found = [named(path) for path in code() if marks.search(text(path))]
    assert not found


@pytest.mark.parametrize("package", PACKAGES, ids=named)
def test_every_folder_of_a_package_is_one_to_an_installer(package):
    folders = {path.parent for path in files() if path.suffix == ".py" and package in path.parents}
    assert not [named(folder) for folder in folders if not (folder / "__init__.py").is_file()]


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE"])
def test_the_files_that_every_project_has_are_there(name):
    assert len(text(ROOT / name)) > 500


@pytest.mark.parametrize("member", ["server", "sdk/python", "sdk/typescript"])
def test_the_license_travels_with_the_distribution(member):
    assert text(ROOT / member / "LICENSE") == text(ROOT / "LICENSE")


def test_the_changelog_keeps_room_for_what_comes_next():
    assert "## [Unreleased]" in text(ROOT / "CHANGELOG.md")


def test_a_decision_is_numbered_once_and_has_every_part():
    decisions = [path for path in files() if path.parent == ROOT / "docs" / "decisions"]
    numbers = [path.name[:3] for path in decisions if re.match(r"\d{3}-[a-z0-9-]+\.md", path.name)]
    assert len(numbers) == len(set(numbers)) == len(decisions)
    for path in decisions:
        for part in ("## Context", "## Decision", "## Consequences", "## Rejected"):
            assert part in text(path), f"{named(path)} lacks {part}"
