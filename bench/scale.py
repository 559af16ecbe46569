"""Loads ten million spans once, without a corpus file, and times reads at each size on the way.

    .venv/bin/python bench/scale.py                        # 10,000,000 spans, at 100 k, 1 M and 10 M
    .venv/bin/python bench/scale.py --spans 1000000        # up to one million
    .venv/bin/python bench/scale.py --spans 300000 --at 100000 --keep

At each size all is read while nothing comes in, then while spans come in as fast as the server
takes them. Ends with status 1 where a target is missed.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from loadkit.footprint import size
from loadkit.procstat import cpu_seconds, memory
from scaling.load import Load
from scaling.reads import READS, Reader, Sample
from sending import BUILD
from servers import Server, running

START_NS = 1_793_491_200 * 10**9
SEED = 1
SIZES = (100_000, 1_000_000, 10_000_000)
DISK_BYTES_A_SPAN = 2_500
"""What a span of the load takes, log files included, rounded up."""

SPARE = 1.2
EDGE_SPANS = 50_000
"""The first and the last so many spans are the start and the end of the load."""

WORDS = 20
"""How many words are looked for that were just acknowledged."""

FOUND_S = 1.0
P95_MS = 100.0
GROWTH = 2.0
MEMORY_MIB = 500.0


@dataclass(slots=True)
class Stretch:
    """A part of the load: from how many spans to how many, in how many seconds of which
    kind, and whether it was read meanwhile.
    """

    first: int
    last: int
    wall_s: float
    server_cpu_s: float
    read: bool

    @property
    def per_second(self) -> float:
        """Spans acknowledged a second."""
        return (self.last - self.first) / self.wall_s

    @property
    def per_cpu_second(self) -> float:
        """Spans stored per second of the server's processors."""
        return (self.last - self.first) / max(self.server_cpu_s, 1e-9)


@dataclass(slots=True)
class AtSize:
    """What was measured at one size."""

    spans: int
    traces: int
    sessions: int
    wire_bytes: int
    disk_bytes: int
    memory: dict[str, float]
    idle: dict[str, dict[str, Any]] = field(default_factory=dict)
    busy: dict[str, dict[str, Any]] = field(default_factory=dict)
    busy_load: Stretch | None = None
    found_after_s: list[float] = field(default_factory=list)


class Scale:
    """One run against one server."""

    def __init__(self, server: Server, calls: int) -> None:
        self._server, self._calls = server, calls
        self._load = Load(server.url, SEED, START_NS)
        self.stretches: list[Stretch] = []

    def close(self) -> None:
        """End the load."""
        self._load.stop()

    def load_to(self, spans: int) -> None:
        """Load until so many spans are stored, and note what it cost."""
        while self._load.spans < spans:
            first = self._load.spans
            begun, cpu = time.perf_counter(), cpu_seconds(self._server.process.pid)
            self._load.allow(min(first + EDGE_SPANS, spans))
            self._load.wait()
            self._note(first, begun, cpu)

    def _note(self, first: int, begun: float, cpu: float, *, read: bool = False) -> Stretch:
        wall, used = time.perf_counter() - begun, cpu_seconds(self._server.process.pid) - cpu
        stretch = Stretch(first, self._load.spans, wall, used, read)
        self.stretches.append(stretch)
        say(
            f"{stretch.last:>12,} spans, {stretch.per_second:,.0f} a second, "
            f"{stretch.per_cpu_second:,.0f} per server CPU second"
        )
        return stretch

    def _found_after(self, reader: Reader) -> list[float]:
        """How long words of traces that were just acknowledged took to be found."""
        seconds = []
        for _ in range(WORDS):
            self._moved(reader.sample)
            seconds.append(reader.found_after(reader.sample.last_token()))
        return sorted(seconds)

    def _moved(self, sample: Sample) -> None:
        self._load.check()
        sample.traces = int(self._load.shared.traces.value)
        sample.sessions = int(self._load.shared.sessions.value)

    def measure(self) -> AtSize:
        """Read while nothing comes in, then while spans come in."""
        import random

        self._load.pause()
        shared = self._load.shared
        found = AtSize(
            self._load.spans,
            int(shared.traces.value),
            int(shared.sessions.value),
            int(shared.bytes.value),
            size(self._server.data_dir),
            memory(self._server.process.pid),
        )
        reader = Reader(self._server.url, Sample(random.Random(SEED), SEED, START_NS, 0, 0))
        say(f"{found.spans:>12,} spans: reading while nothing comes in")
        idle = reader.time_all(self._calls, 3, self._moved)
        found.idle = {name: timed.figures() for name, timed in idle.items()}
        say(f"{found.spans:>12,} spans: reading while spans come in")
        first, begun = self._load.spans, time.perf_counter()
        cpu = cpu_seconds(self._server.process.pid)
        self._load.allow(10**12)
        time.sleep(1)
        busy = reader.time_all(self._calls, 1, self._moved)
        found.busy = {name: timed.figures() for name, timed in busy.items()}
        found.found_after_s = self._found_after(reader)
        self._load.pause()
        found.busy_load = self._note(first, begun, cpu, read=True)
        return found


def say(text: str) -> None:
    """Tell how far it is."""
    print(text, file=sys.stderr, flush=True)


def ensure_room(folder: Path, spans: int) -> None:
    """Say how much disk it needs; stop where that is not there."""
    needed = int(spans * DISK_BYTES_A_SPAN * SPARE)
    free = shutil.disk_usage(folder).free
    say(
        f"{spans:,} spans need {needed / 1e9:,.1f} GB below {folder}; {free / 1e9:,.1f} GB are free"
    )
    if free < needed:
        sys.exit(
            "bench-scale: not enough disk; fewer spans with --spans, or another disk with --dir"
        )


def cell(figures: dict[str, Any] | None) -> str:
    """p50 and p95 of one read."""
    if not figures or "p50_ms" not in figures:
        return (figures or {}).get("note") or "-"
    said = f"{figures['p50_ms']:,.1f} / {figures['p95_ms']:,.1f}"
    return f"{said} ({figures['note'][:60]})" if figures["note"] else said


def head(sizes: list[AtSize]) -> list[str]:
    """The first lines of a table with a column a size."""
    titles = [f"{at.spans:,} spans" for at in sizes]
    return ["| | " + " | ".join(titles) + " |", "|---" * (len(sizes) + 1) + "|"]


def tables(sizes: list[AtSize], stretches: list[Stretch]) -> str:
    """Everything as Markdown."""
    lines = ["What is stored", "", *head(sizes)]
    rows = {
        "traces": [f"{at.traces:,}" for at in sizes],
        "sessions": [f"{at.sessions:,}" for at in sizes],
        "sent, MB": [f"{at.wire_bytes / 1e6:,.0f}" for at in sizes],
        "data directory, MB": [f"{at.disk_bytes / 1e6:,.0f}" for at in sizes],
        "disk bytes a span": [f"{at.disk_bytes / at.spans:,.0f}" for at in sizes],
        "memory of all processes (RSS), MiB": [f"{at.memory['rss_mib']:,.0f}" for at in sizes],
        "the same, shared pages once (PSS)": [f"{at.memory['pss_mib']:,.0f}" for at in sizes],
        "the same, without files (anonymous)": [
            f"{at.memory['anonymous_mib']:,.0f}" for at in sizes
        ],
        "peak (RSS)": [f"{at.memory['peak_rss_mib']:,.0f}" for at in sizes],
        "longest until a word is found, s": [f"{at.found_after_s[-1]:.2f}" for at in sizes],
        "spans a second while it is read": [f"{at.busy_load.per_second:,.0f}" for at in sizes],
    }
    lines += [f"| {title} | " + " | ".join(cells) + " |" for title, cells in rows.items()]
    quiet = [stretch for stretch in stretches if not stretch.read]
    ends = {"the first": quiet[0], "the last": quiet[-1]}
    lines += ["", "| ingest | spans a second | per server CPU second |", "|---|---|---|"]
    for name, stretch in ends.items():
        span = f"{name}, {stretch.first:,} to {stretch.last:,}"
        lines.append(f"| {span} | {stretch.per_second:,.0f} | {stretch.per_cpu_second:,.0f} |")
    for title, figures in (("idle", "idle"), ("under ingest", "busy")):
        lines += ["", f"Reads {title}, p50 / p95 ms", "", *head(sizes)]
        for read in READS:
            cells = [cell(getattr(at, figures).get(read.name)) for at in sizes]
            lines.append(f"| {read.kind}: {read.name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def verdicts(sizes: list[AtSize]) -> list[tuple[bool, str]]:
    """Each target: whether it holds, and with which figures."""
    said = []
    for at in sizes:
        slow = {
            name: figures["p95_ms"]
            for name, figures in at.busy.items()
            if figures.get("p95_ms", 0) > P95_MS
        }
        worst = ", ".join(f"{name} {value:,.0f}" for name, value in slow.items()) or "none"
        said.append((not slow, f"{at.spans:,} spans: p95 over {P95_MS:g} ms under ingest: {worst}"))
        late = at.found_after_s[-1]
        said.append((late < FOUND_S, f"{at.spans:,} spans: a word is found after {late:.2f} s"))
        used = at.memory["rss_mib"]
        said.append((used < MEMORY_MIB, f"{at.spans:,} spans: {used:,.0f} MiB of {MEMORY_MIB:g}"))
    first, last = sizes[0], sizes[-1]
    for read in READS:
        before, after = first.idle[read.name], last.idle[read.name]
        if read.kind in ("list", "open") and "p50_ms" in before and len(sizes) > 1:
            grown = after["p50_ms"] / max(before["p50_ms"], 1e-9)
            said.append((grown < GROWTH, f"{read.kind}: {read.name} grew {grown:.2f} times"))
    return said


def main() -> None:
    """Run, print tables and verdicts, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spans", type=int, default=SIZES[-1])
    parser.add_argument("--at", type=int, nargs="*", default=SIZES, help="sizes to read at")
    parser.add_argument("--calls", type=int, default=40, help="timed calls of every read")
    parser.add_argument("--dir", type=Path, default=BUILD, help="where the data goes")
    parser.add_argument("--keep", action="store_true", help="leave the data there")
    wanted = parser.parse_args()
    wanted.dir.mkdir(parents=True, exist_ok=True)
    ensure_room(wanted.dir, wanted.spans)
    folder = Path(tempfile.mkdtemp(prefix="scale-", dir=wanted.dir))
    sizes: list[AtSize] = []
    try:
        with running("threadline", folder) as server:
            scale = Scale(server, wanted.calls)
            try:
                for at in sorted({*(s for s in wanted.at if s < wanted.spans), wanted.spans}):
                    scale.load_to(at)
                    sizes.append(scale.measure())
            finally:
                scale.close()
    finally:
        if not wanted.keep:
            shutil.rmtree(folder)
    said = verdicts(sizes)
    BUILD.mkdir(parents=True, exist_ok=True)
    written = BUILD / "scale.json"
    written.write_text(
        json.dumps(
            {
                "sizes": [asdict(at) for at in sizes],
                "stretches": [asdict(stretch) for stretch in scale.stretches],
                "targets": [{"holds": holds, "said": text} for holds, text in said],
            },
            indent=1,
        )
    )
    print(f"\n{tables(sizes, scale.stretches)}\n")
    for holds, text in said:
        print(f"{'holds' if holds else 'MISSED'}: {text}")
    say(f"every figure is in {written}")
    sys.exit(0 if all(holds for holds, _ in said) else 1)


if __name__ == "__main__":
    main()
