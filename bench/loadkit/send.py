"""Closed-loop sender: N connections, each posts the next request as soon as it has its answer."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import time
from collections import Counter

import aiohttp
from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from . import corpus
from .procstat import CpuWatch, memory, percentiles

RETRY = {429, 502, 503, 504}


class Result:
    def __init__(self):
        self.acked: list[int] = []  # request numbers answered 2xx
        self.acked_spans = self.rejected_spans = self.failed_spans = 0
        self.sent_bytes = 0
        self.latency: list[float] = []
        self.status: Counter = Counter()
        self.errors: Counter = Counter()
        self.retries = 0
        self.t0 = self.t_last_ack = 0.0


async def send(
    requests,
    peer,
    *,
    concurrency=4,
    use_gzip=False,
    retries=8,
    timeout_s=120.0,
    result: Result | None = None,
    stop: asyncio.Event | None = None,
) -> Result:
    res = result or Result()
    it = iter(requests)
    headers = {"content-type": "application/x-protobuf", **peer.ingest_headers()}
    if use_gzip:
        headers["content-encoding"] = "gzip"
    url = peer.ingest_url()

    async def worker(http: aiohttp.ClientSession):
        for req in it:
            body = gzip.compress(req.body, 1) if use_gzip else req.body
            for attempt in range(retries + 1):
                if stop is not None and stop.is_set():
                    return
                t = time.perf_counter()
                try:
                    async with http.post(url, data=body, headers=headers) as r:
                        answer = await r.read()
                        code = r.status
                except (TimeoutError, aiohttp.ClientError, OSError) as e:
                    res.errors[type(e).__name__] += 1
                    code, answer = 0, b""
                now = time.perf_counter()
                res.status[code] += 1
                if 200 <= code < 300:
                    res.latency.append(now - t)
                    res.acked.append(req.index)
                    res.sent_bytes += len(body)
                    bad = 0
                    # Some servers answer JSON to protobuf.
                    with contextlib.suppress(DecodeError):
                        reply = ExportTraceServiceResponse.FromString(answer)
                        bad = reply.partial_success.rejected_spans
                    res.rejected_spans += bad
                    res.acked_spans += req.spans - bad
                    res.t_last_ack = now
                    break
                if code and code not in RETRY:
                    res.errors[f"{code}: {answer[:160]!r}"] += 1
                if (code in RETRY or code == 0) and attempt < retries:
                    res.retries += 1
                    await asyncio.sleep(min(5.0, 0.1 * 2**attempt))
                    continue
                res.failed_spans += req.spans
                break

    conn = aiohttp.TCPConnector(limit=concurrency)
    async with aiohttp.ClientSession(
        connector=conn, timeout=aiohttp.ClientTimeout(total=timeout_s)
    ) as http:
        res.t0 = time.perf_counter()
        await asyncio.gather(*(worker(http) for _ in range(concurrency)))
    return res


def run_send(a, peer) -> dict:
    m = corpus.manifest(a.corpus)
    before = peer.count_spans() if a.until_visible else 0
    watch = CpuWatch(a.pid)
    res = asyncio.run(
        send(
            corpus.read_requests(a.corpus, a.limit_spans),
            peer,
            concurrency=a.concurrency,
            use_gzip=a.gzip,
            retries=a.retries,
            timeout_s=a.timeout,
        )
    )
    wall = res.t_last_ack - res.t0
    out = {
        "peer": peer.name,
        "corpus": str(a.corpus),
        "dialect": m["dialect"],
        "batch": m["batch"],
        "concurrency": a.concurrency,
        "gzip": a.gzip,
        "acked_spans": res.acked_spans,
        "rejected_spans": res.rejected_spans,
        "failed_spans": res.failed_spans,
        "retries": res.retries,
        "status": {str(k): v for k, v in res.status.items()},
        "errors": dict(res.errors.most_common(8)),
        "wire_bytes": res.sent_bytes,
        "ack_wall_s": round(wall, 2),
        "ack_spans_per_s": round(res.acked_spans / wall, 1) if wall > 0 else None,
        "ack_mib_per_s": round(res.sent_bytes / wall / 2**20, 2) if wall > 0 else None,
        "latency": percentiles(res.latency),
    }
    if a.pid:
        out["memory_at_last_ack"] = memory(a.pid)
    if a.until_visible:
        want, last = before + res.acked_spans, m["last_trace"]
        if a.limit_spans:
            last = None
        seen_last = seen_all = None
        n = 0
        deadline = time.perf_counter() + a.visible_timeout
        while time.perf_counter() < deadline and seen_all is None:
            now = time.perf_counter()
            try:
                if (
                    last
                    and seen_last is None
                    and peer.trace_span_count(last["trace_id"]) >= last["spans"]
                ):
                    seen_last = time.perf_counter()
                n = peer.count_spans()
                if n >= want:
                    seen_all = time.perf_counter()
            except Exception as e:
                out["visible_error"] = f"{type(e).__name__}: {e}"[:200]
            if seen_all is None:
                time.sleep(max(0.05, min(1.0, (time.perf_counter() - now) * 2)))
        out["visible"] = {
            "spans_seen": n - before,
            "spans_acked": res.acked_spans,
            "last_trace_lag_s": round(seen_last - res.t_last_ack, 2) if seen_last else None,
            "all_spans_lag_s": round(seen_all - res.t_last_ack, 2) if seen_all else None,
            "spans_per_s_until_visible": round(res.acked_spans / (seen_all - res.t0), 1)
            if seen_all
            else None,
        }
    cpu = watch.read()
    out["cpu"] = cpu
    if a.pid:
        # What was stored, not what was acknowledged, where that is known.
        done = max(0, out["visible"]["spans_seen"]) if a.until_visible else res.acked_spans
        out["server_cpu_ms_per_1k_spans"] = (
            round(cpu["server_cpu_s"] * 1e6 / done, 1) if done else None
        )
        out["spans_per_server_cpu_s"] = (
            round(done / cpu["server_cpu_s"], 1) if cpu["server_cpu_s"] else None
        )
        out["memory_after"] = memory(a.pid)
    return out
