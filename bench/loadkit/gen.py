"""Deterministic generator of agent sessions as OTLP trace requests.

Every session has its own random stream (seed + session number), so a corpus of N
spans holds the same sessions as the first part of a larger one with the same seed,
anchor and dialect.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from .corpus import CorpusWriter
from .dialects import DIALECTS
from .encode import encode, request_body
from .sessions import SessionMaker
from .tally import Tally, Told

__all__ = ["DIALECTS", "generate"]


def generate(
    folder: Path,
    spans: int,
    dialect: str,
    *,
    seed: int,
    days: float,
    batch: int,
    anchor_ns: int,
) -> dict:
    """Write a corpus of whole sessions with at least so many spans; give its manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    maker, tally = SessionMaker(seed, days, anchor_ns), Tally()
    # Sessions are made one after another and sent as they overlap: by the start of their traces.
    index: list[tuple[int, int, list[int], str]] = []
    total = number = offset = 0
    with tempfile.TemporaryFile(dir=folder) as spool:
        while total < spans:
            for trace_id, session, ctx, recs in maker.make(number):
                lengths, errors, trace = [], 0, trace_id.hex()
                for rec in recs:
                    body = encode(rec, trace_id, ctx, dialect)
                    spool.write(body)
                    lengths.append(len(body))
                    errors += rec.error is not None
                    tally.span(body, rec.kind, trace, session)
                start_ns = min(rec.start for rec in recs)
                tally.trace(Told(trace, session, ctx["service"], start_ns, len(recs), errors))
                index.append((start_ns, offset, lengths, ctx["service"]))
                offset += sum(lengths)
                total += len(recs)
            number += 1
        index.sort()
        writer = CorpusWriter(folder)
        groups: dict[str, list[bytes]] = {}
        waiting = 0
        for _, at, lengths, service in index:
            spool.seek(at)
            for length in lengths:
                groups.setdefault(service, []).append(spool.read(length))
                waiting += 1
                if waiting == batch:
                    writer.add(request_body(groups), waiting)
                    groups, waiting = {}, 0
        if waiting:
            writer.add(request_body(groups), waiting)
        writer.close()
    said = {"seed": seed, "dialect": dialect, "days": days, "anchor_ns": anchor_ns, "batch": batch}
    return tally.write(folder, writer, said)
