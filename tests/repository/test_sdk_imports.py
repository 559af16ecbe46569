"""Holds what the Python SDK imports, and when: a program that imports it pays for what it uses."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from repository_tree import ROOT, files, named, text

SDK = ROOT / "sdk" / "python" / "src" / "threadline"
MODULES = [path for path in files() if path.suffix == ".py" and SDK in path.parents]
# Loaded by the modules that make providers, process spans or send them; never by `import threadline`.
WITH_THE_SDK = ("processor", "export", "laminar", "sampler", "testing")
HEAVY = ("opentelemetry.sdk", "opentelemetry.exporter", "opentelemetry.proto", "google", "requests")


def place(path: Path) -> str:
    """A module as one names it inside the package: `export/queue`."""
    return path.relative_to(SDK).with_suffix("").as_posix()


def imported(nodes: list[ast.stmt]) -> Iterator[str]:
    """The modules that statements import as soon as they run, not those that only type checkers see."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)
        elif isinstance(node, ast.If) and "TYPE_CHECKING" not in ast.unparse(node.test):
            yield from imported(node.body + node.orelse)
        elif isinstance(node, ast.Try):
            yield from imported(node.body + node.orelse + node.finalbody)
        elif isinstance(node, ast.ClassDef):
            yield from imported(node.body)


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_only_what_makes_or_sends_spans_loads_the_opentelemetry_sdk(path):
    if place(path).split("/")[0] not in WITH_THE_SDK:
        loaded = list(imported(ast.parse(text(path)).body))
        assert not [name for name in loaded if re.match(r"opentelemetry\.sdk\b", name)]


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_only_export_knows_otlp_and_http(path):
    if not place(path).startswith("export/"):
        statements = [
            node for node in ast.walk(ast.parse(text(path))) if isinstance(node, ast.stmt)
        ]
        loaded = list(
            imported([s for s in statements if isinstance(s, ast.Import | ast.ImportFrom)])
        )
        only_export = r"(opentelemetry\.(exporter|proto)|google|requests|urllib3)\b"
        assert not [name for name in loaded if re.match(only_export, name)], named(path)


def test_importing_the_sdk_loads_only_the_opentelemetry_api():
    probe = "import sys; from threadline import Laminar, observe; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True, cwd=ROOT
    )
    loaded = done.stdout.split()
    assert "threadline" in loaded
    assert not [name for name in loaded for heavy in HEAVY if f"{name}.".startswith(f"{heavy}.")]


def test_the_sdk_never_loads_the_server():
    for path in MODULES:
        assert "threadline_server" not in text(path), named(path)
