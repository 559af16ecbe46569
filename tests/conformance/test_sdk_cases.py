"""What a program does with either SDK arrives as conformance/sdk/cases.json says, byte for byte."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from otlp_sink import sink
from started_server import ROOT, plain_environment

CASES = json.loads((ROOT / "conformance" / "sdk" / "cases.json").read_text())
NODE = ROOT / ".tools" / "node" / "bin" / "node"
RUNNERS = {
    "python": [sys.executable, str(ROOT / "conformance" / "sdk" / "run.py")],
    "typescript": [str(NODE), str(ROOT / "conformance" / "sdk" / "run.ts")],
}
Arrived = dict[str, list[dict[str, Any]]]
pytestmark = pytest.mark.xdist_group("sdk cases")


@pytest.fixture(scope="module")
def arrived() -> Callable[[str], Arrived]:
    """Gives what arrived of every case from the program in a language, which runs once."""
    memory: dict[str, Arrived] = {}

    def of(language: str) -> Arrived:
        if language not in memory:
            with sink() as listening:
                done = subprocess.run(
                    [*RUNNERS[language], listening.url],
                    env=plain_environment(),
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    text=True,
                    timeout=120,
                    check=False,
                )
            assert done.returncode == 0, done.stderr
            assert len(listening.cases) == len(CASES)
            names = [case["case"] for case in CASES]
            memory[language] = dict(zip(names, listening.cases, strict=True))
        return memory[language]

    return of


def by_name(spans: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Give spans by their names, which a case gives once each."""
    assert len({span["name"] for span in spans}) == len(spans)
    return {span["name"]: span for span in spans}


def test_no_two_cases_have_one_name():
    assert len({case["case"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize("language", RUNNERS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_a_case_arrives_as_it_is_written(case, language, arrived):
    # An empty list of links is written where a case wants none.
    expected = [{k: v for k, v in span.items() if v != []} for span in case["spans"]]
    assert by_name(arrived(language)[case["case"]]) == by_name(expected)
