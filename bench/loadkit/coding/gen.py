"""Turns a seed into requests with sessions of a coding agent, as a stream or as a corpus."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..corpus import CorpusWriter
from ..encode import request_body
from ..tally import Tally, Told
from .session import SERVICE, Agent, CodingSession, EncodedSpan

CALLS = 200
REQUEST_SPANS = 512
REQUEST_BYTES = 8 << 20
"""Spans of a request together; one that is larger has a request of its own."""


def coding_spans(
    sessions: int,
    dialect: str,
    *,
    seed: int,
    anchor_ns: int,
    calls: int = CALLS,
    window: int | None = None,
) -> Iterator[EncodedSpan]:
    """All spans of so many sessions, one session after another from the time of the anchor on."""
    agent, now = Agent(seed), anchor_ns
    for number in range(sessions):
        session = CodingSession(
            agent, dialect, seed=seed, number=number, calls=calls, start_ns=now, window=window
        )
        yield from session.spans()
        now = session.now_ns


def requests(spans: Iterator[EncodedSpan]) -> Iterator[tuple[bytes, int]]:
    """Request bodies with the number of spans in each, bounded in spans and bytes."""
    waiting: list[bytes] = []
    size = 0
    for span in spans:
        if waiting and (len(waiting) == REQUEST_SPANS or size + len(span.body) > REQUEST_BYTES):
            yield request_body({SERVICE: waiting}), len(waiting)
            waiting, size = [], 0
        waiting.append(span.body)
        size += len(span.body)
    if waiting:
        yield request_body({SERVICE: waiting}), len(waiting)


def generate_coding(
    folder: Path,
    sessions: int,
    dialect: str,
    *,
    seed: int,
    anchor_ns: int,
    calls: int = CALLS,
    window: int | None = None,
) -> dict:
    """Write a corpus of so many sessions; give its manifest."""
    writer, tally = CorpusWriter(folder), Tally()
    traces: dict[str, Told] = {}

    def tallied() -> Iterator[EncodedSpan]:
        made = coding_spans(
            sessions, dialect, seed=seed, anchor_ns=anchor_ns, calls=calls, window=window
        )
        for span in made:
            tally.span(span.body, span.kind, span.trace_id, span.session)
            told = traces.setdefault(
                span.trace_id, Told(span.trace_id, span.session, SERVICE, span.start_ns, 0, 0)
            )
            told.start_ns = min(told.start_ns, span.start_ns)
            told.spans += 1
            told.errors += span.failed
            yield span

    for body, count in requests(tallied()):
        writer.add(body, count)
    writer.close()
    for told in traces.values():
        tally.trace(told)
    said = {"corpus": "coding", "seed": seed, "dialect": dialect, "anchor_ns": anchor_ns}
    said |= {"batch": REQUEST_SPANS, "calls": calls, "window": window}
    return tally.write(folder, writer, said)
