"""Take one export request in: inflate, decode and normalize off the event loop, then store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import structlog

from threadline_server.decode import otlp_json, otlp_protobuf
from threadline_server.model.span import DecodedSpan, Span
from threadline_server.model.time import Clock
from threadline_server.normalize.pipeline import normalize
from threadline_server.receive.admission import Reservation
from threadline_server.receive.counters import Counters
from threadline_server.receive.inflate import Grow, inflate
from threadline_server.receive.limits import Limits
from threadline_server.receive.payload import Payload
from threadline_server.store.contract import RejectedSpan, SpanBatch, SpanSink

log = structlog.get_logger(__name__)

THREADS = 2
"""Decoding holds the interpreter most of the time: more threads would only take turns."""


@dataclass(slots=True)
class Unpacked:
    """What a request holds: canonical spans and refused ones, or a number of other records."""

    spans: list[Span] = field(default_factory=list)
    rejected: list[RejectedSpan] = field(default_factory=list)
    records: int = 0
    size_bytes: int = 0


class Intake:
    """The way of every export request, whichever transport brought it.

    The threads' queue is bounded by the caller's reservation: what waits is counted as in flight.
    """

    def __init__(self, sink: SpanSink, limits: Limits, counters: Counters, clock: Clock) -> None:
        self._sink = sink
        self._limits = limits
        self._counters = counters
        self._clock = clock
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="decode")

    async def take(self, payload: Payload, reservation: Reservation) -> list[RejectedSpan]:
        """Return once every span that could be read is durable, with those that could not.

        Log records and metrics are counted and acknowledged. Raises ThreadlineError where nothing
        of the request was kept: malformed, too large, or busy.
        """
        self._counters.arrived(payload)
        received_ns = self._clock()
        unpacked = await asyncio.get_running_loop().run_in_executor(
            self._threads, unpack, payload, self._limits.inflated, reservation.grow, received_ns
        )
        if payload.signal != "traces":
            self._counters.records(payload.signal, unpacked.records)
            return []
        rejected = unpacked.rejected
        if unpacked.spans:
            batch = SpanBatch(payload.project, unpacked.spans, unpacked.size_bytes)
            rejected = rejected + await self._sink.write(batch)
        held = len(unpacked.spans) + len(unpacked.rejected)
        self._counters.spans(held - len(rejected), len(rejected))
        return rejected

    def close(self) -> None:
        """Let the threads end once their work is done."""
        self._threads.shutdown(wait=True, cancel_futures=True)


def unpack(payload: Payload, limit: int, grow: Grow, received_ns: int) -> Unpacked:
    """What a request holds; raises ThreadlineError where it cannot be read at all."""
    body = inflate(payload.body, payload.content_encoding, limit, grow)
    in_json = payload.encoding == "json"
    if payload.signal == "logs":
        return Unpacked(records=_count_logs(body, in_json=in_json))
    if payload.signal == "metrics":
        return Unpacked(records=_count_metrics(body, in_json=in_json))
    decode = otlp_json.decode_traces if in_json else otlp_protobuf.decode_traces
    decoded = decode(body)
    spans, refused = normalized(decoded.spans, received_ns, normalize)
    return Unpacked(spans, decoded.rejected + refused, size_bytes=len(body))


def _count_logs(body: bytes, *, in_json: bool) -> int:
    if in_json:
        return otlp_json.count_records(body, otlp_json.LOG_RECORDS)
    return otlp_protobuf.count_records(body, otlp_protobuf.LOG_RECORDS)


def _count_metrics(body: bytes, *, in_json: bool) -> int:
    if in_json:
        return otlp_json.count_records(body, otlp_json.METRICS)
    return otlp_protobuf.count_records(body, otlp_protobuf.METRICS)


def normalized(
    spans: list[DecodedSpan],
    received_ns: int,
    pipeline: Callable[[list[DecodedSpan], int], list[Span]],
) -> tuple[list[Span], list[RejectedSpan]]:
    """Canonical spans; a span on which the pipeline fails is refused alone.

    The pipeline promises not to fail. Should it, whoever sent that span must not take the spans of
    everybody in the same request along.
    """
    try:
        return pipeline(spans, received_ns), []
    except Exception:
        log.exception("normalizing a request failed, trying span by span")
    kept: list[Span] = []
    refused: list[RejectedSpan] = []
    for span in spans:
        try:
            kept.extend(pipeline([span], received_ns))
        except Exception as error:  # noqa: BLE001 - told apart span by span
            reason = f"it could not be normalized ({type(error).__name__})"
            refused.append(RejectedSpan(span.trace_id, span.span_id, span.name, reason))
    return kept, refused
