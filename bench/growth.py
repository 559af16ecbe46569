"""Grows one trace by small requests and prints what each tenth of it cost the store.

    .venv/bin/python bench/growth.py                       # 50,000 spans in requests of 50
    .venv/bin/python bench/growth.py --spans 20000 --last-first

Processor seconds of this process: what matters is that the last tenth costs what the first did.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from threadline_server.model.span import DecodedSpan, Resource, Scope
from threadline_server.normalize.pipeline import normalize, previews
from threadline_server.store.contract import SpanBatch
from threadline_server.store.sqlite import open_store

ALLOWED = 2.0
TRACE = "1" * 32
START_NS = 1_793_491_200 * 10**9
MS = 10**6
CALL = {
    "gen_ai.operation.name": "chat",
    "gen_ai.request.model": "gpt-4o-mini",
    "gen_ai.usage.input_tokens": 100,
    "gen_ai.usage.output_tokens": 10,
}


def span(number: int) -> DecodedSpan:
    """An agent at 1; below it steps of five spans, one under the other, the second a model call."""
    parent = None if number == 1 else 1 if number % 5 == 0 else number - 1
    start_ns = START_NS + number * MS
    return DecodedSpan(
        trace_id=TRACE,
        span_id=f"{number:016x}",
        parent_span_id=None if parent is None else f"{parent:016x}",
        name=f"step {number}",
        start_ns=start_ns,
        end_ns=start_ns + 10 * MS,
        attributes={"session.id": "growing"} | (CALL if number % 5 == 1 else {}),
        resource=Resource(),
        scope=Scope("growth"),
    )


def main() -> None:
    """Grow a trace in a temporary store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spans", type=int, default=50_000)
    parser.add_argument("--request", type=int, default=50)
    parser.add_argument("--last-first", action="store_true", help="children before parents")
    asked = parser.parse_args()
    numbers = range(1, asked.spans + 1)
    order = list(reversed(numbers)) if asked.last_first else list(numbers)
    tenths = []
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder), previewer=previews)
        for tenth in range(10):
            first, last = len(order) * tenth // 10, len(order) * (tenth + 1) // 10
            begun = time.process_time()
            for at in range(first, last, asked.request):
                request = [span(number) for number in order[at : min(at + asked.request, last)]]
                store.write([SpanBatch("default", normalize(request, START_NS), 0)])
            tenths.append(time.process_time() - begun)
        store.close()
    print("processor seconds of each tenth:", " ".join(f"{each:.2f}" for each in tenths))
    grown = sum(tenths[5:]) / sum(tenths[:5])
    print(f"last half over first half: {grown:.2f}")
    if grown > ALLOWED:
        sys.exit(
            f"growth: the last half costs {grown:.2f} times the first; {ALLOWED:g} are allowed"
        )


if __name__ == "__main__":
    main()
