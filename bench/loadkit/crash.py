"""One crash trial: kill -9 in mid-ingest, restart, look which acknowledged spans are gone."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from . import corpus
from .procstat import tree
from .send import Result, send


def start(cmd: str, ready: str, log: str, timeout=120.0) -> subprocess.Popen:
    p = subprocess.Popen(
        ["bash", "-c", f"exec {cmd}"],
        stdout=Path(log).open("ab"),  # noqa: SIM115 - the server's own from here on
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    t = time.time()
    while time.time() - t < timeout:
        try:
            if urllib.request.urlopen(ready, timeout=2).status == 200:
                return p
        except Exception:  # not up yet, however its server or this client puts it
            time.sleep(0.2)
        if p.poll() is not None:
            break
    raise RuntimeError(f"server did not come up, see {log}")


def kill_tree(pid: int, sig=signal.SIGKILL) -> None:
    for p in tree(pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(p, sig)


def run_crash(a, peer) -> dict:
    log = f"{a.out or 'crash'}.server.log"
    p = start(a.start, a.ready, log)
    res, killed = Result(), {}

    async def go():
        stop = asyncio.Event()

        async def killer():
            # The count moves in another task; a look every few milliseconds is exact enough.
            while res.acked_spans < a.kill_after:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
            kill_tree(p.pid)
            killed.update(
                acked_spans_when_killed=res.acked_spans,
                seconds_in=round(time.perf_counter() - res.t0, 2),
            )
            stop.set()

        k = asyncio.create_task(killer())
        await send(
            corpus.read_requests(a.corpus, a.limit_spans),
            peer,
            concurrency=a.concurrency,
            use_gzip=a.gzip,
            retries=0,
            timeout_s=a.timeout,
            result=res,
            stop=stop,
        )
        k.cancel()

    asyncio.run(go())
    p.wait(10)
    acked = set(res.acked)
    ids: dict[bool, set] = {True: set(), False: set()}
    for r in corpus.read_requests(a.corpus, a.limit_spans):
        if r.index > max(acked, default=0) + 4 * a.concurrency:
            break
        for rs in ExportTraceServiceRequest.FromString(r.body).resource_spans:
            for ss in rs.scope_spans:
                ids[r.index in acked].update(s.span_id.hex() for s in ss.spans)
    t = time.perf_counter()
    p = start(a.start, a.ready, log)
    up = round(time.perf_counter() - t, 1)
    time.sleep(a.settle)
    try:
        stored = peer.stored_span_ids()
        lost = ids[True] - stored
        out = {
            "peer": peer.name,
            **killed,
            "acked_requests": len(acked),
            "acked_spans": len(ids[True]),
            "stored_spans": len(stored),
            "lost_acked_spans": len(lost),
            "stored_but_not_acked": len(stored & ids[False]),
            "restart_to_ready_s": up,
            "client_errors": dict(res.errors),
        }
        out["api_count_after_restart"] = peer.count_spans()
    finally:
        kill_tree(p.pid, signal.SIGTERM)
        try:
            p.wait(20)
        except subprocess.TimeoutExpired:
            kill_tree(p.pid)
    return out
