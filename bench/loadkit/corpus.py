"""Corpus file: a sequence of ready-made OTLP ExportTraceServiceRequest bodies.

Layout of corpus.bin: repeated records of  <u32 body_len> <u32 span_count> <body>,
little-endian.  Beside it: manifest.json (totals, ground truth for the probes) and
traces.jsonl (one line per trace: id, session, start, span count, error count).
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

HEAD = struct.Struct("<II")


class Request(NamedTuple):
    index: int
    spans: int
    body: bytes


class CorpusWriter:
    def __init__(self, folder: Path):
        folder.mkdir(parents=True, exist_ok=True)
        # Kept open until close(): one file takes every request.
        self._f = (folder / "corpus.bin").open("wb")
        self.requests = self.spans = self.bytes = 0

    def add(self, body: bytes, spans: int) -> None:
        self._f.write(HEAD.pack(len(body), spans))
        self._f.write(body)
        self.requests += 1
        self.spans += spans
        self.bytes += len(body)

    def close(self) -> None:
        self._f.close()


def read_requests(folder: str | Path, limit_spans: int | None = None) -> Iterator[Request]:
    seen = 0
    with (Path(folder) / "corpus.bin").open("rb") as f:
        i = 0
        while head := f.read(HEAD.size):
            length, spans = HEAD.unpack(head)
            yield Request(i, spans, f.read(length))
            i += 1
            seen += spans
            if limit_spans is not None and seen >= limit_spans:
                return


def manifest(folder: str | Path) -> dict:
    return json.loads((Path(folder) / "manifest.json").read_text())


def traces(folder: str | Path) -> Iterator[dict]:
    with (Path(folder) / "traces.jsonl").open() as f:
        for line in f:
            yield json.loads(line)
