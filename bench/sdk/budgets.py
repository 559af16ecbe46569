"""Measures what our SDKs cost beside the official ones and bare OpenTelemetry, and holds the budgets.

    .venv/bin/python bench/sdk/budgets.py                      # both languages, a few minutes
    .venv/bin/python bench/sdk/budgets.py python --rounds 5    # one of them, quicker and rougher

Prints a Markdown table for each language and whether each budget holds; status 1 where one does not.
All in one run on one machine, in processes of their own that take turns: read the ratios.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from environments import BIN, ENSURE, NAMES, ROOT, size_of_node, size_of_python
from imports import IMPORTS, clean_environment, importtime_ms, time_imports

HERE = Path(__file__).resolve().parent
WIRE_SPANS = 1_000
Figures = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Budget:
    """What one figure of ours may be at most: a number, or a multiple of bare OpenTelemetry's."""

    title: str
    key: str
    at_most: float
    relative: bool = True

    def verdict(self, figures: Figures) -> tuple[bool, str]:
        """Tell whether it holds, and say so in a line."""
        ours = figures["threadline"][self.key]
        value = ours / figures["opentelemetry"][self.key] if self.relative else ours
        unit = "x bare OpenTelemetry" if self.relative else " MB"
        holds = value <= self.at_most
        said = f"{'holds' if holds else 'MISSED'}: {self.title} {value:.2f}{unit}, at most {self.at_most:g}{unit}"
        return holds, said


BUDGETS = (
    Budget("import", "import_ms", 1.5),
    Budget("import and initialize", "set_up_ms", 1.5),
    Budget("installed", "megabytes", 25, relative=False),
    Budget("an observed call", "call_us", 1.3),
)
ROWS = (
    ("import, ms over an empty program", "import_ms"),
    ("import and initialize, ms", "set_up_ms"),
    ("import by `-X importtime`, ms", "importtime_ms"),
    ("modules loaded by the import", "modules"),
    ("installed, MB", "megabytes"),
    ("packages", "packages"),
    ("an observed call, median, µs", "call_us"),
    ("the same, input and output made JSON in each call, µs", "encoding_us"),
    ("the same, CPU of the calling thread, µs", "thread_us"),
    ("the same, CPU of the whole process with sending, µs", "process_us"),
    ("bytes on the wire a span, by default", "wire_bytes"),
    ("the same with gzip switched on", "gzip_bytes"),
)
TITLES = {
    "opentelemetry": "OpenTelemetry SDK + OTLP/HTTP",
    "lmnr": "official Laminar SDK",
    "threadline": "Threadline",
}


@contextmanager
def sink() -> Iterator[int]:
    """Run the sink in a process of its own; give its port."""
    with subprocess.Popen(
        [sys.executable, str(HERE / "sink.py")], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def ask(port: int, path: str) -> dict[str, Any]:
    """Ask the sink what it has seen, or to forget it."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
        return dict(json.loads(answer.read() or b"{}"))


def run_calls(language: str, home: Path, name: str, port: int, calls: int) -> dict[str, float]:
    """Make calls in a fresh process; give its figures, after every span was counted at the sink."""
    ask(port, "/forget")
    if language == "python":
        program = [str(home / "bin" / "python"), str(HERE / "calls.py")]
    else:
        shutil.copy(HERE / "calls.mjs", home)
        program = [str(BIN / "node"), "calls.mjs"]
    done = subprocess.run(
        [*program, name, str(port), str(calls)],
        cwd=home,
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"bench: {name} failed in {home.name}:\n{done.stderr[-2000:]}")
    figures = dict(json.loads(done.stdout.strip().splitlines()[-1]))
    seen = ask(port, "/seen")
    if seen["spans"] < figures["calls"]:
        raise SystemExit(f"bench: {name} sent {seen['spans']} spans of {figures['calls']} calls")
    return {**figures, "bytes_per_span": seen["wire_bytes"] / seen["spans"]}


def time_calls(
    language: str, homes: dict[str, Path], port: int, rounds: int, calls: int
) -> Figures:
    """Give call, thread and process times in µs and bytes on the wire for each SDK."""
    programs = {**homes, "encoding": homes["opentelemetry"]}
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, home in programs.items():
            runs[name].append(run_calls(language, home, name, port, calls))
    figures: Figures = {
        name: {
            f"{key}_us": statistics.median(run[f"{key}_ns"] for run in done) / 1000
            for key in ("call", "thread", "process")
        }
        for name, done in runs.items()
    }
    figures["opentelemetry"]["encoding_us"] = figures.pop("encoding")["call_us"]
    for name in ("lmnr", "threadline"):  # which do so anyway
        figures[name]["encoding_us"] = figures[name]["call_us"]
    for name, home in homes.items():
        sent = run_calls(language, home, name, port, WIRE_SPANS)
        figures[name]["wire_bytes"] = sent["bytes_per_span"]
    zipped = run_calls(language, homes["opentelemetry"], "gzipped", port, WIRE_SPANS)
    figures["opentelemetry"]["gzip_bytes"] = zipped["bytes_per_span"]
    return figures


def measure(language: str, rounds: int, calls: int) -> Figures:
    """Give every figure of one language."""
    homes = {name: ENSURE[language](name) for name in NAMES}
    with sink() as port:
        figures = time_calls(language, homes, port, max(3, rounds // 2), calls)
        for name, times in time_imports(language, homes, port, rounds).items():
            figures[name] |= times
    for name, home in homes.items():
        size, packages = size_of_python(home) if language == "python" else size_of_node(home)
        figures[name] |= {"megabytes": size / 1e6, "packages": packages}
        if language == "python":
            said, modules = importtime_ms(home, IMPORTS[language][name], 5)
            figures[name] |= {"importtime_ms": said, "modules": modules}
    return figures


def cell(value: float | None) -> str:
    """Give a figure with as many digits as it deserves."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.1f}"


def table(figures: Figures) -> str:
    """Give one language's figures as a Markdown table, a column an SDK."""
    lines = ["| | " + " | ".join(TITLES[name] for name in figures) + " |"]
    lines.append("|---" * (len(figures) + 1) + "|")
    for title, key in ROWS:
        cells = [column.get(key) for column in figures.values()]
        if any(value is not None for value in cells):
            lines.append(f"| {title} | " + " | ".join(map(cell, cells)) + " |")
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and end with status 1 where a budget is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("languages", nargs="*", help=f"{', '.join(ENSURE)}; both by default")
    parser.add_argument("--rounds", type=int, default=15, help="fresh processes of every import")
    parser.add_argument("--calls", type=int, default=12_000, help="timed calls of every process")
    wanted = parser.parse_args()
    missed = 0
    results = {}
    for language in wanted.languages or list(ENSURE):
        figures = results[language] = measure(language, wanted.rounds, wanted.calls)
        verdicts = [budget.verdict(figures) for budget in BUDGETS]
        missed += sum(not holds for holds, _ in verdicts)
        print(f"\n{language}\n\n{table(figures)}\n")
        print("\n".join(said for _, said in verdicts), flush=True)
    kept = ROOT / "build" / "bench" / "sdk.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(results, indent=1))
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
