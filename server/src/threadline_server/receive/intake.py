"""Take one export request in: inflate, decode and normalize off the event loop, then store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import structlog

from threadline_server.decode import otlp_json, otlp_protobuf
from threadline_server.model.log_record import DecodedLogRecord, LogEvent
from threadline_server.model.score import Score
from threadline_server.model.span import DecodedSpan, Span
from threadline_server.model.time import Clock
from threadline_server.normalize.log_event import log_event
from threadline_server.normalize.pipeline import normalize
from threadline_server.normalize.score import (
    EVALUATION_EVENT,
    UnusableScoreError,
    score,
    score_name,
)
from threadline_server.normalize.spoken_events import SPOKEN_EVENTS
from threadline_server.receive.admission import Reservation
from threadline_server.receive.counters import Counters
from threadline_server.receive.inflate import Grow, inflate
from threadline_server.receive.limits import Limits
from threadline_server.receive.payload import Payload
from threadline_server.store.contract import Rejected, SpanBatch, SpanSink

log = structlog.get_logger(__name__)

THREADS = 2
"""Decoding holds the interpreter most of the time: more threads would only take turns."""


LOG_EVENTS = SPOKEN_EVENTS | {EVALUATION_EVENT}
"""Events whose log records are kept; the others are acknowledged."""


Turn = AbstractContextManager[Any]
"""Held while a request is understood; whoever works as long without waiting takes it too."""

Pipeline = Callable[[list[DecodedSpan], int], list[Span]]
"""Turns decoded spans, received at a time in nanoseconds, into canonical ones."""


@dataclass(slots=True)
class Unpacked:
    """What a request holds: spans, or scores and log events, what was refused, and a number of
    other records.
    """

    spans: list[Span] = field(default_factory=list)
    scores: list[Score] = field(default_factory=list)
    events: list[LogEvent] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    records: int = 0
    size_bytes: int = 0


class Intake:
    """The way of every export request, whichever transport brought it.

    The threads' queue is bounded by the caller's reservation: what waits is counted as in flight.
    """

    def __init__(
        self,
        sink: SpanSink,
        limits: Limits,
        counters: Counters,
        clock: Clock,
        pipeline: Pipeline = normalize,
        *,
        turn: Turn | None = None,
    ) -> None:
        self._turn = turn
        self._sink = sink
        self._pipeline = pipeline
        self._limits = limits
        self._counters = counters
        self._clock = clock
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="decode")

    async def take(self, payload: Payload, reservation: Reservation) -> list[Rejected]:
        """Return once all that could be read is durable, with what could not be.

        Metrics, and log records of events that are not kept, are counted and acknowledged. Raises
        ThreadlineError where nothing of the request was kept: malformed, too large, or busy.
        """
        self._counters.arrived(payload)
        received_ns = self._clock()
        unpacked = await asyncio.get_running_loop().run_in_executor(
            self._threads,
            partial(
                unpack,
                payload,
                self._limits.inflated,
                reservation.grow,
                received_ns,
                pipeline=self._pipeline,
                turn=self._turn,
            ),
        )
        rejected = unpacked.rejected
        batch = SpanBatch(
            payload.project,
            unpacked.spans,
            unpacked.size_bytes,
            unpacked.scores,
            unpacked.events,
        )
        if batch.record_count:
            rejected = rejected + await self._sink.write(batch)
        self._count(payload, unpacked, rejected)
        return rejected

    def _count(self, payload: Payload, unpacked: Unpacked, rejected: list[Rejected]) -> None:
        refused = len(rejected)
        if payload.signal == "traces":
            held = len(unpacked.spans) + len(unpacked.rejected)
            self._counters.spans(held - refused, refused)
            return
        self._counters.records(payload.signal, unpacked.records)
        refused_events = sum(each.name in SPOKEN_EVENTS for each in rejected)
        held_events = sum(each.name in SPOKEN_EVENTS for each in unpacked.rejected)
        held_events += len(unpacked.events)
        held = len(unpacked.scores) + len(unpacked.events) + len(unpacked.rejected)
        if held_events:
            self._counters.log_events(held_events - refused_events, refused_events)
        if held_scores := held - held_events:
            refused_scores = refused - refused_events
            self._counters.scores(held_scores - refused_scores, refused_scores)

    def close(self) -> None:
        """Let the threads end once their work is done."""
        self._threads.shutdown(wait=True, cancel_futures=True)


def unpack(
    payload: Payload,
    limit: int,
    grow: Grow,
    received_ns: int,
    *,
    pipeline: Pipeline = normalize,
    turn: Turn | None = None,
) -> Unpacked:
    """What a request holds; raises ThreadlineError where it cannot be read at all."""
    body = inflate(payload.body, payload.content_encoding, limit, grow)
    with turn or nullcontext():
        return _understood(payload, body, received_ns, pipeline)


def _understood(payload: Payload, body: bytes, received_ns: int, pipeline: Pipeline) -> Unpacked:
    in_json = payload.encoding == "json"
    if payload.signal == "metrics":
        return Unpacked(records=_count_metrics(body, in_json=in_json))
    if payload.signal == "logs":
        decode_logs = otlp_json.decode_logs if in_json else otlp_protobuf.decode_logs
        logs = decode_logs(body, LOG_EVENTS)
        judged = [record for record in logs.records if record.event_name == EVALUATION_EVENT]
        spoken = [record for record in logs.records if record.event_name != EVALUATION_EVENT]
        scores, refused = scored(judged, received_ns)
        events = [event for record in spoken if (event := log_event(record, received_ns))]
        return Unpacked(
            scores=scores,
            events=events,
            rejected=logs.rejected + refused,
            records=logs.other_count + len(spoken) - len(events),
            size_bytes=len(body),
        )
    decode_traces = otlp_json.decode_traces if in_json else otlp_protobuf.decode_traces
    decoded = decode_traces(body)
    spans, refused = normalized(decoded.spans, received_ns, pipeline)
    return Unpacked(spans=spans, rejected=decoded.rejected + refused, size_bytes=len(body))


def _count_metrics(body: bytes, *, in_json: bool) -> int:
    if in_json:
        return otlp_json.count_records(body, otlp_json.METRICS)
    return otlp_protobuf.count_records(body, otlp_protobuf.METRICS)


def scored(records: list[DecodedLogRecord], received_ns: int) -> tuple[list[Score], list[Rejected]]:
    """Scores; a record that is none is refused alone, and so is one on which reading it fails."""
    kept: list[Score] = []
    refused: list[Rejected] = []
    for record in records:
        try:
            kept.append(score(record, received_ns))
        except UnusableScoreError as error:
            refused.append(_refused_score(record, str(error)))
        except Exception as error:
            log.exception("reading a score failed")
            reason = f"it could not be normalized ({type(error).__name__})"
            refused.append(_refused_score(record, reason))
    return kept, refused


def _refused_score(record: DecodedLogRecord, reason: str) -> Rejected:
    return Rejected(record.trace_id or "", record.span_id or "", score_name(record), reason)


def normalized(
    spans: list[DecodedSpan], received_ns: int, pipeline: Pipeline
) -> tuple[list[Span], list[Rejected]]:
    """Canonical spans; a span on which the pipeline fails is refused alone.

    The pipeline promises not to fail. Should it, whoever sent that span must not take the spans of
    everybody in the same request along.
    """
    try:
        return pipeline(spans, received_ns), []
    except Exception:
        log.exception("normalizing a request failed, trying span by span")
    kept: list[Span] = []
    refused: list[Rejected] = []
    for span in spans:
        try:
            kept.extend(pipeline([span], received_ns))
        except Exception as error:  # noqa: BLE001 - told apart span by span
            reason = f"it could not be normalized ({type(error).__name__})"
            refused.append(Rejected(span.trace_id, span.span_id, span.name, reason))
    return kept, refused
