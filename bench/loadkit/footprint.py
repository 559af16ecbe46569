"""Memory of a server's processes and bytes on disk per span."""

from __future__ import annotations

from pathlib import Path

from . import corpus
from .procstat import memory


def size(path: Path) -> int:
    files = (
        [path]
        if path.is_file()
        else [f for f in path.rglob("*") if f.is_file() and not f.is_symlink()]
    )
    return sum(f.stat().st_blocks * 512 for f in files)


def footprint(folder, pid, data) -> dict:
    m = corpus.manifest(folder)
    out = {
        "spans": m["spans"],
        "raw_bytes": m["raw_bytes"],
        "raw_bytes_per_span": m["bytes_per_span"],
    }
    if data:
        total = sum(size(Path(d)) for d in data)
        out |= {
            "disk_bytes": total,
            "disk_bytes_per_span": round(total / m["spans"], 1),
            "disk_to_raw": round(total / m["raw_bytes"], 3),
            "files": {
                str(f): size(f)
                for d in data
                for f in ([Path(d)] if Path(d).is_file() else sorted(Path(d).rglob("*")))
                if f.is_file() and size(f) > 2**20
            },
        }
    if pid:
        out["memory"] = memory(pid)
    return out
