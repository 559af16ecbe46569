"""Times decoding alone and normalizing, in spans per CPU second, for each dialect and capture.

    .venv/bin/python bench/normalize.py                    # corpora of 4,000 spans and every capture
    .venv/bin/python bench/normalize.py --profile genai    # where the time goes in one of them

Each is walked from its protobuf bytes to plain spans, then these are made canonical. What is asked:
that the second costs at most twice the first. CPU seconds of this process, the least of several
rounds: other work on the machine makes every round slower and none faster.
"""

import argparse
import cProfile
import json
import pstats
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from loadkit import corpus
from loadkit.gen import DIALECTS
from run import ensure_corpus
from servers import ROOT

from threadline_server.decode.otlp_protobuf import decode_traces
from threadline_server.model.span import DecodedSpan
from threadline_server.normalize.pipeline import normalize

CAPTURES = ROOT / "conformance" / "otlp"
RECEIVED_NS = 1_793_491_200 * 10**9
ALLOWED = 2.0
"""How many times the walk normalizing may cost."""


def corpora(spans: int) -> dict[str, list[bytes]]:
    """Give request bodies by the name of a dialect of the load generator."""
    return {
        dialect: [request.body for request in corpus.read_requests(ensure_corpus(spans, dialect))]
        for dialect in DIALECTS
    }


def captures() -> dict[str, list[bytes]]:
    """Give the protobuf request bodies of every capture by its name."""
    found = {}
    for folder in sorted(path for path in CAPTURES.iterdir() if path.is_dir()):
        bodies = [
            path.read_bytes() for path in sorted(folder.glob("*.bin")) if is_protobuf_traces(path)
        ]
        if bodies:
            found[folder.name] = bodies
    return found


def is_protobuf_traces(path: Path) -> bool:
    """Whether a captured request carries spans in protobuf."""
    told = json.loads(path.with_suffix(".meta.json").read_text())
    return told["signal"] == "traces" and path.read_bytes()[:1] != b"{"


def least_seconds(work: Callable[[], Any], rounds: int) -> float:
    """Give the CPU seconds of the cheapest round."""
    least = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        work()
        least = min(least, time.process_time() - start)
    return least


def decoded(bodies: list[bytes]) -> list[DecodedSpan]:
    """Give the spans of all bodies."""
    return [span for body in bodies for span in decode_traces(body).spans]


def repeated(bodies: list[bytes], wanted: int) -> list[bytes]:
    """Give the bodies as often as makes enough spans to be timed."""
    return bodies * max(1, -(-wanted // len(decoded(bodies))))


def measure(bodies: list[bytes], rounds: int) -> dict[str, float]:
    """Time the walk and the normalizing of some request bodies."""
    spans = decoded(bodies)
    walk = least_seconds(lambda: decoded(bodies), rounds)
    normal = least_seconds(lambda: normalize(spans, RECEIVED_NS), rounds)
    return {
        "spans": len(spans),
        "bytes_per_span": sum(map(len, bodies)) / len(spans),
        "walked_per_cpu_s": len(spans) / walk,
        "normalized_per_cpu_s": len(spans) / normal,
        "ratio": normal / walk,
    }


def profile(bodies: list[bytes]) -> None:
    """Print where normalizing spends its time."""
    spans = decoded(bodies)
    profiler = cProfile.Profile()
    profiler.runcall(normalize, spans, RECEIVED_NS)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(30)


def main() -> None:
    """Measure, print one row each and end with status 1 where one costs more than is allowed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only these")
    parser.add_argument("--spans", type=int, default=4_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--profile", action="store_true")
    asked = parser.parse_args()
    loads = corpora(asked.spans) | captures()
    if unknown := set(asked.names) - loads.keys():
        parser.error(f"no such load: {', '.join(sorted(unknown))}; there are {', '.join(loads)}")
    print("| load | bytes a span | walked per CPU s | normalized per CPU s | times the walk |")
    print("|---|---|---|---|---|")
    worst = 0.0
    for name, bodies in loads.items():
        if asked.names and name not in asked.names:
            continue
        if asked.profile:
            profile(repeated(bodies, asked.spans))
            continue
        found = measure(repeated(bodies, asked.spans), asked.rounds)
        worst = max(worst, found["ratio"])
        print(
            f"| {name} | {found['bytes_per_span']:,.0f} | {found['walked_per_cpu_s']:,.0f}"
            f" | {found['normalized_per_cpu_s']:,.0f} | {found['ratio']:.2f} |"
        )
    if worst > ALLOWED:
        sys.exit(f"normalizing costs {worst:.2f} times the walk; {ALLOWED:g} times are allowed")


if __name__ == "__main__":
    main()
