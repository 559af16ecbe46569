"""Loads a corpus and prints which stage of the way in took which share of the server's time.

    .venv/bin/python bench/ingest_share.py                 # 20,000 spans of the standard corpus
    .venv/bin/python bench/ingest_share.py --dialect genai --lines 20     # and the dearest lines
    .venv/bin/python bench/ingest_share.py --coding 1      # a session of a coding agent

The server runs with a clock on its threads (sampled.py). A stage is told by the innermost of our
files on the stack; what SQLite does for the search index when it commits is part of the commit.
"""

import argparse
import json
import linecache
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from loadkit.gen import DIALECTS
from sampled import SAMPLES
from sending import BUILD, ensure_coding_corpus, ensure_corpus, send_all
from servers import running

OURS = "/threadline_server/"
STARTING = "<frozen importlib._bootstrap>"
"""What is imported as the server starts or at its first span, once, is no part of the way in."""

FOR_OTHERS = "store/sqlite/statement.py"
"""Runs statements for whoever calls it."""

STAGES = (
    ("HTTP", ("receive/", "cli/", "access/", "app.py", "show/")),
    ("decode", ("decode/", "model/attributes.py")),
    ("normalize", ("normalize/",)),
    ("rollups", ("store/rollup/", "store/sqlite/totals.py")),
    ("index", ("store/content/words.py", "store/sqlite/search", "store/search/")),
    (
        "content",
        (
            "store/content/",
            *(
                f"store/sqlite/{name}"
                for name in ("blocks", "content", "codec", "packed", "refs", "repack")
            ),
        ),
    ),
    ("rows", ("store/",)),
)
"""Each stage by the files that are its own; the first that fits counts."""

WITHOUT_FILES = "HTTP"
"""Where time goes that no file of ours is on the stack for: the event loop and the HTTP server."""


def stage(stack: str) -> str:
    """The stage that a call stack belongs to."""
    for frame in stack.split("\n"):
        path, line, _function = frame.rsplit(":", 2)
        if OURS not in path:
            continue
        place = path.split(OURS, 1)[1]
        if place == FOR_OTHERS:
            continue
        source = statement(path, int(line))
        if place.startswith("store/sqlite/"):
            if "COMMIT" in source:
                return "commit"
            if "INTO search" in source or "_INDEX" in source:
                return "index"
        for name, prefixes in STAGES:
            if place.startswith(prefixes):
                return name
        if not place.startswith("model/"):
            return "other"
    return WITHOUT_FILES


def statement(path: str, line: int) -> str:
    """The line, and two more of a call that goes on."""
    return "".join(
        linecache.getline(path, line + more) for more in range(3 if _open(path, line) else 1)
    )


def _open(path: str, line: int) -> bool:
    return linecache.getline(path, line).rstrip().endswith("(")


def samples(folder: Path) -> Iterator[dict]:
    """What each process of the server wrote."""
    for path in sorted(folder.glob("*.json")):
        yield json.loads(path.read_text())


def measured(corpus: Path) -> tuple[Counter[str], Counter[str], int, dict]:
    """Nanoseconds by stage and by line of ours, all that the processes used, and what was sent."""
    stages: Counter[str] = Counter()
    lines: Counter[str] = Counter()
    used = 0
    with tempfile.TemporaryDirectory(dir=BUILD) as place:
        kept = Path(place) / "samples"
        kept.mkdir()
        os.environ[SAMPLES] = str(kept)
        try:
            with running("sampled", Path(place)) as server:
                sent = send_all(server, corpus)
        finally:
            del os.environ[SAMPLES]
        for process in samples(kept):
            used += process["process_ns"]
            for stack, spent in process["stacks"].items():
                if STARTING in stack:
                    used -= spent
                    continue
                stages[stage(stack)] += spent
                ours = next((f for f in stack.split("\n") if OURS in f), "outside of our files")
                lines[ours.split(OURS)[-1]] += spent
    return stages, lines, used, sent


def main() -> None:
    """Load, print the table and, where asked, the dearest lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spans", type=int, default=20_000)
    parser.add_argument("--dialect", choices=DIALECTS, default="openinference")
    parser.add_argument("--coding", type=int, metavar="SESSIONS", help="of a coding agent instead")
    parser.add_argument("--lines", type=int, default=0, help="print so many of the dearest lines")
    wanted = parser.parse_args()
    if wanted.coding:
        corpus = ensure_coding_corpus(wanted.coding, wanted.dialect, None)
    else:
        corpus = ensure_corpus(wanted.spans, wanted.dialect)
    stages, lines, used, sent = measured(corpus)
    total, spans = stages.total(), sent["acked_spans"]
    print(
        f"\n{spans:,} spans as {wanted.dialect}, {sent['wire_bytes'] / 1e6:,.0f} MB, {sent['spans_per_server_cpu_s']:,.0f} per server CPU "
        f"second while the clock runs\n"
    )
    print("| stage | share | µs a span |\n|---|---|---|")
    for name, spent in stages.most_common():
        print(f"| {name} | {spent / total:.0%} | {spent / spans / 1e3:,.1f} |")
    print(f"| all | {total / used:.0%} of {used / 1e9:.1f} s | {total / spans / 1e3:,.1f} |")
    for line, spent in lines.most_common(wanted.lines):
        print(f"{spent / total:6.1%}  {line}")


if __name__ == "__main__":
    main()
