"""Processor time is put down to the stage whose code is innermost on the stack."""

import sys
import threading
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))

from ingest_share import stage
from sampled import Sampler

SERVER = "/somewhere/threadline_server/"


def stack(*frames: str) -> str:
    """Frames of files that need not exist, the innermost first."""
    return "\n".join(f"{frame}:1:function" for frame in frames)


@pytest.mark.parametrize(
    ("innermost", "expected"),
    [
        ("decode/otlp_protobuf.py", "decode"),
        ("normalize/dialects/genai.py", "normalize"),
        ("store/content/payload.py", "content"),
        ("store/content/words.py", "index"),
        ("store/sqlite/search.py", "index"),
        ("store/sqlite/blocks.py", "content"),
        ("store/rollup/trace.py", "rollups"),
        ("store/sqlite/write.py", "rows"),
        ("receive/otlp_http.py", "HTTP"),
    ],
)
def test_the_innermost_of_our_files_tells_the_stage(innermost, expected):
    assert (
        stage(stack("/lib/json.py", SERVER + innermost, SERVER + "receive/intake.py")) == expected
    )


def test_what_runs_statements_for_others_counts_as_theirs():
    outer = (SERVER + "store/sqlite/statement.py", SERVER + "store/sqlite/totals.py")
    assert stage(stack(*outer)) == "rollups"


def test_the_event_loop_is_part_of_http():
    assert stage(stack("/lib/uvicorn/server.py")) == "HTTP"


def test_a_statement_tells_commit_and_index_apart_from_rows(tmp_path):
    place = tmp_path / "threadline_server" / "store" / "sqlite"
    place.mkdir(parents=True)
    (place / "store.py").write_text(
        'run("COMMIT")\nrun("INSERT INTO search VALUES")\nrun(\n  _INDEX)\n'
    )
    frames = [f"{place / 'store.py'}:{line}:write" for line in (1, 2, 3)]
    assert [stage(frame) for frame in frames] == ["commit", "index", "index"]


def test_the_clock_puts_time_down_to_the_code_that_used_it(tmp_path):
    sampler = Sampler(tmp_path)
    number, frame = threading.get_native_id(), sys._getframe()
    sampler._put_down(number, frame)
    sum(range(3_000_000))
    sampler._put_down(number, frame)
    (said, spent), *others = sampler._stacks.items()
    assert "test_the_clock_puts_time_down" in said.split("\n")[0]
    assert spent > 0
    assert not others
