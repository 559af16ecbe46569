"""The store that shares no text keeps it with each span, and gives back the same."""

import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).parents[2] / "bench"

PROGRAM = """
import sqlite3, sys
from pathlib import Path
import unshared
from threadline_server.model.span import DecodedSpan, Resource, Scope
from threadline_server.normalize.pipeline import normalize, previews
from threadline_server.store.contract import SpanBatch
from threadline_server.store.sqlite import open_store

TEXT = "what was said before, and is said again with each call " * 20
said = {"gen_ai.input.messages": '[{"role": "user", "content": "' + TEXT + '"}]'}
spans = [
    DecodedSpan(
        trace_id="1" * 32, span_id=f"{number:016x}", parent_span_id=None, name="chat",
        start_ns=10**18 + number, end_ns=10**18 + number + 5, attributes=dict(said),
        resource=Resource(), scope=Scope("bench"),
    )
    for number in (1, 2)
]
folder = Path(sys.argv[1])
store = open_store(folder, previewer=previews)
store.write([SpanBatch("default", normalize(spans, 10**18), 0)])
assert all(store.span("default", "1" * 32, each.span_id).attributes == said for each in spans)
store.close()
with sqlite3.connect(folder / "threadline.db") as database:
    (largest,) = database.execute("SELECT coalesce(max(size), 0) FROM blocks").fetchone()
assert largest < len(TEXT), largest
"""


def test_no_text_is_shared_and_each_span_is_given_back_as_it_was(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        cwd=BENCH,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
