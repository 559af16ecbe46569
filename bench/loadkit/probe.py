"""Time the reads a person waits for.  Each probe cycles over sample ids from the manifest."""

from __future__ import annotations

import sys
import time

from . import corpus
from .procstat import percentiles
from .vocabulary import MARKERS


def run_probes(a, peer) -> dict:
    m = corpus.manifest(a.corpus)
    sessions = [s["session"] for s in m["sample_sessions"]]
    traces = [t["trace_id"] for t in m["sample_traces"]]
    big_s, big_t = m["largest_session"], m["largest_trace"]
    words = sorted(MARKERS, key=MARKERS.get)
    plan = {
        "list_recent": (lambda _: peer.list_recent(), None),
        "list_sorted": (lambda _: peer.list_sorted(), None),
        "list_filtered": (lambda _: peer.list_filtered(), None),
        "open_session": (lambda i: peer.open_session(sessions[i % len(sessions)]), None),
        "open_largest_session": (lambda _: peer.open_session(big_s["session"]), big_s["traces"]),
        "open_trace": (lambda i: peer.open_trace(traces[i % len(traces)]), None),
        "open_largest_trace": (lambda _: peer.open_trace(big_t["trace_id"]), big_t["spans"]),
        f"search_rare ({words[0]})": (lambda _: peer.search(words[0]), None),
        f"search_less_rare ({words[1]})": (lambda _: peer.search(words[1]), None),
    }
    out = {"peer": peer.name, "corpus": str(a.corpus), "spans": m["spans"], "probes": {}}
    for name, (call, want) in plan.items():
        if a.only and name.split()[0] not in a.only.split(","):
            continue
        times, items, size, note = [], [], 0, None
        start = time.perf_counter()
        try:
            for i in range(a.warmup + a.calls):
                t = time.perf_counter()
                n, size = call(i)
                if i >= a.warmup:
                    times.append(time.perf_counter() - t)
                    items.append(n)
                if time.perf_counter() - start > a.budget:
                    note = "stopped at the time budget"
                    if not times:  # slower than the warm-up: keep the one call there is
                        times.append(time.perf_counter() - t)
                        items.append(n)
                        note += ", during warm-up"
                    break
        except NotImplementedError as e:
            out["probes"][name] = {"unsupported": str(e) or True}
            continue
        except Exception as e:
            out["probes"][name] = {"error": f"{type(e).__name__}: {e}"[:300], **percentiles(times)}
            continue
        r = percentiles(times) | {
            "items_min": min(items),
            "items_max": max(items),
            "last_bytes": size,
        }
        if want is not None:
            r["items_expected"] = want
        if note:
            r["note"] = note
        out["probes"][name] = r
        print(name, r, file=sys.stderr, flush=True)
    out["truth"] = {
        w: {k: v for k, v in m["markers"][w].items() if k != "trace_ids"} for w in words
    }
    return out
