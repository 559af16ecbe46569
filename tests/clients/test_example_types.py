"""The TypeScript programs agree with the types of the official packages."""

import subprocess

import pytest
from programs import NODE
from started_server import ROOT

pytestmark = [pytest.mark.clients, pytest.mark.xdist_group("clients")]


def test_the_typescript_programs_type_check(official_packages):
    compiler = ROOT / "web" / "node_modules" / "typescript" / "bin" / "tsc"
    done = subprocess.run(
        [str(NODE), str(compiler), "--project", str(ROOT / "examples" / "typescript")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
