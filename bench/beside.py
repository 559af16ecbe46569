"""Loads a corpus into one server after another, times what a person waits for and prints a table."""

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

from loadkit import corpus
from loadkit.footprint import footprint
from loadkit.peers import Peer
from loadkit.probe import run_probes
from loadkit.procstat import core_busy, memory, percentiles
from sending import BUILD, ensure_corpus, peer_of, send_all
from servers import Server, running

SPANS_OF_A_LARGE_TRACE = 400

ROWS: list[tuple[str, str]] = [
    ("spans stored per server CPU second", "spans_per_server_cpu_s"),
    ("spans acknowledged per second", "acked_spans_per_s"),
    ("memory after load, MiB", "memory_mib"),
    ("peak memory, MiB", "peak_memory_mib"),
    ("disk bytes a span", "disk_bytes_per_span"),
    ("bytes on disk for 100 sent", "disk_percent"),
    ("list of 50 sessions, newest first, p50 ms", "list_recent"),
    ("the same sorted by tokens, p50 ms", "list_sorted"),
    ("the same, only sessions with errors, p50 ms", "list_filtered"),
    ("open a session, p50 ms", "open_session"),
    ("open the largest session, p50 ms", "open_largest_session"),
    ("open a trace, p50 ms", "open_trace"),
    ("open a trace of 400 spans or more, p50 ms", "open_large_trace"),
    ("search a rare word, p50 ms", "search_rare"),
    ("search a less rare word, p50 ms", "search_less_rare"),
]


def large_trace(folder: Path) -> dict[str, Any]:
    """Give the smallest trace that has at least 400 spans, or the largest there is."""
    traces = sorted(corpus.traces(folder), key=lambda trace: (trace["spans"], trace["trace_id"]))
    large = [trace for trace in traces if trace["spans"] >= SPANS_OF_A_LARGE_TRACE]
    return large[0] if large else traces[-1]


def time_large_trace(peer: Peer, folder: Path, calls: int) -> dict[str, Any]:
    """Time opening that trace; check that all of its spans came."""
    trace = large_trace(folder)
    times = []
    for call in range(calls + 3):
        start = time.perf_counter()
        seen, _ = peer.open_trace(trace["trace_id"])
        if call >= 3:
            times.append(time.perf_counter() - start)
        assert seen == trace["spans"], f"{peer.name} gave {seen} of {trace['spans']} spans"
    return {**percentiles(times), "spans": trace["spans"]}


def measure(server: Server, folder: Path, calls: int) -> dict[str, Any]:
    """Load the corpus into a running server and read it back; give every figure."""
    peer = peer_of(server)
    sent = send_all(server, folder)
    wanted = argparse.Namespace(corpus=folder, calls=calls, warmup=3, budget=60, only=None)
    busy_before, clock_before = core_busy()[0], time.perf_counter()
    probes = run_probes(wanted, peer)["probes"]
    probes["open_large_trace"] = time_large_trace(peer, folder, calls)
    elapsed = time.perf_counter() - clock_before
    kept = footprint(folder, server.process.pid, [str(server.data_dir)])
    used = memory(server.process.pid)
    return {
        "spans": sent["acked_spans"],
        "spans_per_server_cpu_s": sent["spans_per_server_cpu_s"],
        "acked_spans_per_s": sent["ack_spans_per_s"],
        "memory_mib": used["rss_mib"],
        "peak_memory_mib": used["peak_rss_mib"],
        "disk_bytes_per_span": kept["disk_bytes_per_span"],
        "disk_percent": 100 * kept["disk_to_raw"],
        "wire_bytes_per_span": kept["raw_bytes_per_span"],
        "cores_busy_while_reading": round((core_busy()[0] - busy_before) / elapsed, 2),
        "probes": {name.split(" ")[0]: figures for name, figures in probes.items()},
        "sent": sent,
    }


def cell(figures: dict[str, Any], key: str) -> str:
    """Give one cell of the table."""
    value = figures.get(key)
    if value is None:
        probe = figures["probes"].get(key, {})
        value = probe.get("p50_ms")
        if value is None:
            return "not offered" if "unsupported" in probe else str(probe.get("error", "-"))[:60]
    return f"{value:,.0f}" if value >= 100 else f"{value:,.1f}"


def table(results: dict[str, dict[str, Any]]) -> str:
    """Give the results as a Markdown table, a column a server."""
    lines = ["| | " + " | ".join(results) + " |", "|---" * (len(results) + 1) + "|"]
    for title, key in ROWS:
        lines.append(f"| {title} | " + " | ".join(cell(r, key) for r in results.values()) + " |")
    return "\n".join(lines)


def measure_servers(names: list[str], *, spans: int, dialect: str, calls: int) -> None:
    """Measure each server in turn and print the table; every figure goes to build/bench as JSON."""
    folder = ensure_corpus(spans, dialect)
    said = corpus.manifest(folder)
    results = {}
    for name in names:
        with tempfile.TemporaryDirectory(dir=BUILD) as place, running(name, Path(place)) as server:
            results[name] = measure(server, folder, calls)
    written = BUILD / f"results-{dialect}-{spans}.json"
    written.write_text(json.dumps(results, indent=1))
    print(
        f"\n{said['spans']:,} spans in {said['traces']:,} traces and {said['sessions']:,} sessions, "
        f"{said['bytes_per_span']:,.0f} bytes a span as {dialect}\n\n{table(results)}\n",
        flush=True,
    )
