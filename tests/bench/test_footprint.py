"""What the store may keep of the bytes that were sent is held, whichever moment is the worse."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))

import footprint
import servers


def kept(at_once: int, tidied: int) -> dict:
    return {"at_once": at_once, "tidied": tidied, "spans_per_server_cpu_s": 5_000.0}


@pytest.mark.parametrize(("at_once", "tidied"), [(100, 100), (40, 100), (100, 40)])
def test_a_tenth_of_the_coding_corpus_is_allowed_and_no_more(at_once, tidied):
    assert footprint.missed("coding", "genai", 1000, {"threadline": kept(at_once, tidied)}) == []
    worse = {"threadline": kept(at_once + 1, tidied + 1)}
    (said,) = footprint.missed("coding", "genai", 1000, worse)
    assert said == "MISSED: coding, genai: 10.1% of what was sent, at most 10%"


def test_what_others_keep_is_shown_and_not_held():
    other = {"unshared": kept(2000, 2000)}
    assert footprint.missed("standard", "lmnr", 1000, other) == []
    assert "0.0 (200.0%)" in footprint.row("standard", "lmnr", 1000, other)


def test_our_server_is_started_plainly_without_sharing_or_with_a_clock(tmp_path):
    for name, script in servers.OURS.items():
        command, variables, path = servers.start_command(name, 1, tmp_path)
        assert "serve" in command
        assert path == "/healthz"
        assert not variables
        assert script is None or Path(command[1]).name == script
        assert script is None or Path(command[1]).is_file()
