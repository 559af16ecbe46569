"""Runs the benchmarks: all of them, or those that are named.

    .venv/bin/python bench/run.py                          # everything but the ten million spans
    .venv/bin/python bench/run.py load footprint           # these two
    .venv/bin/python bench/run.py --spans 20000 phoenix threadline    # these servers, one after another

Read ratios and medians: a machine that does other work at the same time makes every figure worse.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from beside import measure_servers
from loadkit.gen import DIALECTS
from sending import ensure_corpus
from servers import PEER_PACKAGES, installable

__all__ = ["ensure_corpus"]

HERE = Path(__file__).resolve().parent

PARTS = {
    "load": "Threadline loaded, and read",
    "beside": "the same with 20,000 spans for each server that can be installed",
    "footprint": "bytes kept beside bytes sent",
    "ingest": "which stage of the way in takes which share",
    "growth": "a trace of 50,000 spans and a session of 20,000 traces that come in by 50",
    "normalize": "decoding and normalizing alone",
    "sdk": "what a traced program pays",
}
SCRIPTS = {
    "footprint": "footprint.py",
    "ingest": "ingest_share.py",
    "growth": "growth.py",
    "normalize": "normalize.py",
    "sdk": "sdk/budgets.py",
}
BESIDE_SPANS, BESIDE_CALLS = 20_000, 20
"""MLflow takes half a minute for one search of so many spans: more would take hours."""


def run_part(part: str, wanted: argparse.Namespace) -> int:
    """Run one; give its exit status."""
    print(f"\n## {part}: {PARTS[part]}\n", flush=True)
    if part in SCRIPTS:
        return subprocess.run([sys.executable, str(HERE / SCRIPTS[part])], check=False).returncode
    if part == "load":
        measure_servers(
            ["threadline"], spans=wanted.spans, dialect=wanted.dialect, calls=wanted.calls
        )
        return 0
    servers = [*installable(PEER_PACKAGES), "threadline"]
    measure_servers(servers, spans=BESIDE_SPANS, dialect=wanted.dialect, calls=BESIDE_CALLS)
    return 0


def main() -> None:
    """Run what is named; end with status 1 where a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    known = [*PARTS, "threadline", *PEER_PACKAGES]
    parser.add_argument("names", nargs="*", help=", ".join(known))
    parser.add_argument("--spans", type=int, default=100_000)
    parser.add_argument("--dialect", choices=DIALECTS, default="openinference")
    parser.add_argument("--calls", type=int, default=50, help="timed calls of every read")
    wanted = parser.parse_args()
    if unknown := set(wanted.names) - set(known):
        parser.error(f"no such benchmark or server: {', '.join(sorted(unknown))}")
    servers = [name for name in wanted.names if name not in PARTS]
    if servers:
        measure_servers(servers, spans=wanted.spans, dialect=wanted.dialect, calls=wanted.calls)
    parts = [name for name in wanted.names if name in PARTS] or ([] if servers else list(PARTS))
    failed = [part for part in parts if run_part(part, wanted)]
    if failed:
        sys.exit(f"bench: missed or failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
