"""CPU seconds and memory of a process tree, and how busy a core is, from /proc."""

from __future__ import annotations

import os
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def tree(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for d in Path("/proc").iterdir():
        if d.name.isdigit():
            try:
                ppid = int((d / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError):
                continue
            children.setdefault(ppid, []).append(int(d.name))
    out, todo = [], [pid]
    while todo:
        p = todo.pop()
        out.append(p)
        todo += children.get(p, [])
    return out


def cpu_seconds(pid: int) -> float:
    total = 0
    for p in tree(pid):
        try:
            f = Path(f"/proc/{p}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(f[11]) + int(f[12])
        except OSError:
            pass
    return total / TICK


def memory(pid: int) -> dict:
    rss = pss = anonymous = peak = 0
    n = 0
    for p in tree(pid):
        try:
            for line in Path(f"/proc/{p}/smaps_rollup").read_text().splitlines():
                if line.startswith("Rss:"):
                    rss += int(line.split()[1])
                elif line.startswith("Pss:"):
                    pss += int(line.split()[1])
                elif line.startswith("Anonymous:"):
                    anonymous += int(line.split()[1])
            for line in Path(f"/proc/{p}/status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    peak += int(line.split()[1])
            n += 1
        except OSError:
            pass
    return {
        "processes": n,
        "rss_mib": round(rss / 1024, 1),
        "pss_mib": round(pss / 1024, 1),
        "anonymous_mib": round(anonymous / 1024, 1),
        "peak_rss_mib": round(peak / 1024, 1),
    }


def core_busy() -> tuple[float, float]:
    """(busy, steal) seconds so far of the cores this process may run on."""
    mine = {f"cpu{c}" for c in os.sched_getaffinity(0)}
    busy = steal = 0
    for line in Path("/proc/stat").read_text().splitlines():
        name, *v = line.split()
        if name in mine:
            x = [int(i) for i in v]
            busy += x[0] + x[1] + x[2] + x[5] + x[6]
            steal += x[7]
    return busy / TICK, steal / TICK


class CpuWatch:
    """CPU used by the server, by this client and by anything else on our cores."""

    def __init__(self, pid: int | None):
        self.pid = pid
        self.s0 = cpu_seconds(pid) if pid else 0.0
        self.c0 = sum(os.times()[:4])
        self.b0, self.st0 = core_busy()

    def read(self) -> dict:
        server = cpu_seconds(self.pid) - self.s0 if self.pid else None
        client = sum(os.times()[:4]) - self.c0
        b, st = core_busy()
        d = {
            "client_cpu_s": round(client, 2),
            "core_busy_s": round(b - self.b0, 2),
            "steal_s": round(st - self.st0, 2),
        }
        if server is not None:
            d["server_cpu_s"] = round(server, 2)
            d["others_on_core_s"] = round(max(0.0, b - self.b0 - server - client), 2)
        return d


def percentiles(xs: list[float]) -> dict:
    if not xs:
        return {}
    s = sorted(xs)

    def q(p):
        return s[min(len(s) - 1, round(p * (len(s) - 1)))]

    return {
        "n": len(s),
        "p50_ms": round(q(0.5) * 1e3, 2),
        "p95_ms": round(q(0.95) * 1e3, 2),
        "p99_ms": round(q(0.99) * 1e3, 2),
        "max_ms": round(s[-1] * 1e3, 2),
    }
