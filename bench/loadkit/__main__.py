"""Runs one step from the command line: `python -m loadkit gen|send|probe|footprint|crash`."""

from __future__ import annotations

import argparse
import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path


def emit(result: dict, out: str | None) -> None:
    text = json.dumps(result, indent=1)
    print(text)
    if out:
        Path(out).parent.mkdir(parents=True, exist_ok=True)
        Path(out).write_text(text)


def generated(a: argparse.Namespace) -> dict:
    """Write the corpus that is asked for; give its manifest."""
    if a.anchor:
        t = datetime.fromisoformat(a.anchor)
        anchor = int((t if t.tzinfo else t.replace(tzinfo=UTC)).timestamp()) * 10**9
    else:
        anchor = int(time.time()) // 3600 * 3600 * 10**9
    folder, how = Path(a.folder), {"seed": a.seed, "anchor_ns": anchor}
    if a.coding:
        from .coding.gen import generate_coding

        about = how | {"calls": a.calls, "window": a.window}
        return generate_coding(folder, a.coding, a.dialect, **about)
    from .gen import generate

    return generate(folder, a.spans, a.dialect, days=a.days, batch=a.batch, **how)


def main(argv=None) -> int:
    ap = argparse.ArgumentParser(prog="loadkit", description=__doc__)
    sub = ap.add_subparsers(dest="cmd", required=True)

    g = sub.add_parser("gen", help="write a corpus folder")
    g.add_argument("folder")
    g.add_argument(
        "--spans", type=int, default=20_000, help="stop at the first whole session past this many"
    )
    g.add_argument("--dialect", choices=("openinference", "genai", "lmnr"), default="openinference")
    g.add_argument(
        "--coding",
        type=int,
        metavar="SESSIONS",
        help="so many sessions of a coding agent instead, each call with the full history",
    )
    g.add_argument("--calls", type=int, default=200, help="model calls of a coding session")
    g.add_argument(
        "--window",
        type=int,
        metavar="TOKENS",
        help="context of the coding agent, after which it goes on with a summary (default: none)",
    )
    g.add_argument("--seed", type=int, default=1)
    g.add_argument("--days", type=float, default=14.0)
    g.add_argument("--batch", type=int, default=512)
    g.add_argument(
        "--anchor",
        help="ISO time at which the newest session ends (default: the last full UTC hour); give it for byte-identical corpora",
    )

    def target(p):
        p.add_argument("--peer", required=True, help="phoenix | mlflow | module:Class")
        p.add_argument("--url", required=True)
        p.add_argument(
            "--opt", action="append", default=[], metavar="K=V", help="passed to the peer adapter"
        )
        p.add_argument("--out")

    def sending(p):
        p.add_argument("corpus")
        target(p)
        p.add_argument("--concurrency", type=int, default=4)
        p.add_argument("--gzip", action="store_true")
        p.add_argument("--limit-spans", type=int)
        p.add_argument("--retries", type=int, default=8)
        p.add_argument("--timeout", type=float, default=120)

    s = sub.add_parser("send", help="send a corpus, measure ingest")
    sending(s)
    s.add_argument("--until-visible", action="store_true")
    s.add_argument("--visible-timeout", type=float, default=300)
    s.add_argument("--pid", type=int, help="server's root pid: CPU seconds and RSS are added")

    p = sub.add_parser("probe", help="time the reads")
    p.add_argument("corpus")
    target(p)
    p.add_argument("--calls", type=int, default=30)
    p.add_argument("--warmup", type=int, default=3)
    p.add_argument(
        "--budget", type=float, default=60, help="seconds for one probe; fewer calls if it is spent"
    )
    p.add_argument("--only", help="comma-separated probe names")

    f = sub.add_parser("footprint", help="RSS and bytes on disk per span")
    f.add_argument("corpus")
    f.add_argument("--pid", type=int)
    f.add_argument("--data", nargs="+", default=[])
    f.add_argument("--out")

    c = sub.add_parser(
        "crash", help="kill -9 the server in mid-ingest, restart it, look for lost spans"
    )
    sending(c)
    c.add_argument(
        "--start",
        required=True,
        help="shell command that starts the server (run with exec, in its own session)",
    )
    c.add_argument("--ready", required=True, help="URL that answers 200 once the server is up")
    c.add_argument(
        "--kill-after", type=int, required=True, help="spans acknowledged before the kill"
    )
    c.add_argument(
        "--settle", type=float, default=15, help="seconds after the restart before counting"
    )

    a = ap.parse_args(argv)
    if a.cmd == "gen":
        m = generated(a)
        print(
            json.dumps(
                {
                    k: v
                    for k, v in m.items()
                    if k not in ("sample_sessions", "sample_traces", "recent_sessions", "markers")
                },
                indent=1,
            )
        )
        print(
            json.dumps(
                {
                    k: {x: y for x, y in v.items() if x != "trace_ids"}
                    for k, v in m["markers"].items()
                }
            )
        )
        return 0
    if a.cmd == "footprint":
        from .footprint import footprint

        emit(footprint(a.corpus, a.pid, a.data), a.out)
        return 0
    from .peers import load

    peer = load(a.peer, a.url, dict(o.split("=", 1) for o in a.opt))
    if a.cmd == "send":
        from .send import run_send

        emit(run_send(a, peer), a.out)
    elif a.cmd == "probe":
        from .probe import run_probes

        emit(run_probes(a, peer), a.out)
    elif a.cmd == "crash":
        from .crash import run_crash

        emit(run_crash(a, peer), a.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
