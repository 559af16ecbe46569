"""Grows one trace, and one session, by small requests and prints what each tenth cost the store.

    .venv/bin/python bench/growth.py                       # 50,000 spans, then 20,000 traces, by 50
    .venv/bin/python bench/growth.py --spans 20000 --traces 0 --last-first

Processor seconds of this process: what matters is that the last tenth costs what the first did.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
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


def span_of_trace(number: int) -> DecodedSpan:
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


def trace_of_session(number: int) -> DecodedSpan:
    """A trace of one model call, apart in time from every other."""
    start_ns = START_NS + number * 1_000 * MS
    return DecodedSpan(
        trace_id=f"{number:032x}",
        span_id=f"{number:016x}",
        parent_span_id=None,
        name="turn",
        start_ns=start_ns,
        end_ns=start_ns + 10 * MS,
        attributes={"session.id": "growing", "user.id": f"user {number % 100}"} | CALL,
        resource=Resource(),
        scope=Scope("growth"),
    )


def tenths_of(order: list[int], made: Callable[[int], DecodedSpan], size: int) -> list[float]:
    """What each tenth costs, in processor seconds, of spans that come in by so many."""
    tenths = []
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder), previewer=previews)
        for tenth in range(10):
            first, last = len(order) * tenth // 10, len(order) * (tenth + 1) // 10
            begun = time.process_time()
            for at in range(first, last, size):
                request = [made(number) for number in order[at : min(at + size, last)]]
                store.write([SpanBatch("default", normalize(request, START_NS), 0)])
            tenths.append(time.process_time() - begun)
        store.close()
    return tenths


def main() -> None:
    """Grow a trace and a session, each in a temporary store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spans", type=int, default=50_000, help="of the trace")
    parser.add_argument("--traces", type=int, default=20_000, help="of the session, of one span")
    parser.add_argument("--request", type=int, default=50, help="spans of one request")
    parser.add_argument("--last-first", action="store_true", help="children before parents")
    asked = parser.parse_args()
    grown = [("a trace", asked.spans, span_of_trace), ("a session", asked.traces, trace_of_session)]
    missed = []
    for name, count, made in grown:
        if not count:
            continue
        numbers = range(1, count + 1)
        order = list(reversed(numbers)) if asked.last_first else list(numbers)
        tenths = tenths_of(order, made, asked.request)
        ratio = sum(tenths[5:]) / sum(tenths[:5])
        print(f"{name} of {count:,}, processor seconds of each tenth:", end=" ")
        print(" ".join(f"{each:.2f}" for each in tenths), f"last half over first: {ratio:.2f}")
        if ratio > ALLOWED:
            missed.append(f"{name} costs {ratio:.2f} times as much in its last half")
    if missed:
        sys.exit(f"growth: {'; '.join(missed)}; {ALLOWED:g} times are allowed")


if __name__ == "__main__":
    main()
