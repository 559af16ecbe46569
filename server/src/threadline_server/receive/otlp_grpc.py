"""Answer OTLP/gRPC: the three export services on a port of their own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import grpc
import structlog

from threadline_server.errors import ThreadlineError, bad_request, internal_error
from threadline_server.receive.admission import Admission
from threadline_server.receive.counters import Counters
from threadline_server.receive.export_reply import export_reply
from threadline_server.receive.intake import Intake
from threadline_server.receive.limits import Limits
from threadline_server.receive.otlp_http import Authorize
from threadline_server.receive.payload import Payload, Signal
from threadline_server.receive.rpc_status import rpc_code, rpc_status

log = structlog.get_logger(__name__)

SERVICES: dict[str, Signal] = {
    "opentelemetry.proto.collector.trace.v1.TraceService": "traces",
    "opentelemetry.proto.collector.logs.v1.LogsService": "logs",
    "opentelemetry.proto.collector.metrics.v1.MetricsService": "metrics",
}
READERS = 8
"""How many messages are read from the network at once; the others wait behind HTTP/2's own flow
control, so that memory is bounded before a message is complete."""
STREAMS = 100
"""Calls at once on one connection."""
PING_MS = 10_000
"""The shortest pause between a client's pings for which it is not sent away."""
STATUS_DETAILS = "grpc-status-details-bin"

Context = grpc.aio.ServicerContext[bytes, bytes]
Export = Callable[[AsyncIterator[bytes], Context], Awaitable[bytes]]


class OtlpGrpc:
    """OTLP's gRPC server. Messages stay bytes here: decoding them is the intake's, off the loop."""

    def __init__(
        self,
        intake: Intake,
        admission: Admission,
        limits: Limits,
        counters: Counters,
        authorize: Authorize,
    ) -> None:
        self._intake = intake
        self._admission = admission
        self._limits = limits
        self._counters = counters
        self._authorize = authorize
        self._reading = asyncio.Semaphore(READERS)
        self._server: grpc.aio.Server | None = None

    async def start(self, targets: list[str]) -> None:
        """Listen on every `address:port`; raises OSError where one cannot be had."""
        options = [
            # With SO_REUSEPORT a second server on this port would start and take half of the spans.
            ("grpc.so_reuseport", 0),
            ("grpc.max_receive_message_length", self._limits.body),
            ("grpc.max_concurrent_streams", STREAMS),
            ("grpc.keepalive_permit_without_calls", 1),
            ("grpc.http2.min_recv_ping_interval_without_data_ms", PING_MS),
        ]
        server = grpc.aio.server(options=options)
        server.add_generic_rpc_handlers(
            tuple(
                # Asked for as a stream of requests, which on the wire is the same for one of them,
                # so that a message is read only once it may be.
                grpc.method_handlers_generic_handler(
                    service,
                    {"Export": grpc.stream_unary_rpc_method_handler(self._export(signal))},
                )
                for service, signal in SERVICES.items()
            )
        )
        for target in targets:
            try:
                server.add_insecure_port(target)
            except RuntimeError as error:
                await server.stop(None)
                raise OSError(f"cannot listen on {target}") from error
        await server.start()
        self._server = server

    async def stop(self, grace_s: float) -> None:
        """Take no further calls and give those that run some seconds to end."""
        if self._server is not None:
            await self._server.stop(grace_s)
            self._server = None

    def _export(self, signal: Signal) -> Export:
        async def export(requests: AsyncIterator[bytes], context: Context) -> bytes:
            try:
                return await self._kept(requests, context, signal)
            except ThreadlineError as error:
                self._counters.answered(signal, "grpc", error.code)
                failure = error
            except Exception:
                log.exception("an export call failed", signal=signal)
                self._counters.answered(signal, "grpc", "internal")
                failure = internal_error()
            return await _aborted(context, failure)

        return export

    async def _kept(
        self, requests: AsyncIterator[bytes], context: Context, signal: Signal
    ) -> bytes:
        metadata = context.invocation_metadata() or ()
        project = self._authorize({k: v for k, v in metadata if isinstance(v, str)})
        async with self._reading:
            body = await self._message(requests)
        with self._admission.open() as reservation:
            reservation.grow(len(body))
            payload = Payload(signal, "grpc", "protobuf", "", body, project)
            rejected = await self._intake.take(payload, reservation)
        self._counters.answered(signal, "grpc", "partial" if rejected else "ok")
        return export_reply(signal, "protobuf", rejected)

    async def _message(self, requests: AsyncIterator[bytes]) -> bytes:
        try:
            async with asyncio.timeout(self._limits.pause_s):
                return await anext(requests)
        except StopAsyncIteration:
            raise bad_request("malformed", "the call has no message", "send one") from None
        except TimeoutError:
            raise ThreadlineError(
                "too_slow", "the message did not come in time", hint="send it again", status=408
            ) from None


async def _aborted(context: Context, error: ThreadlineError) -> bytes:
    code = next(code for code in grpc.StatusCode if code.value[0] == rpc_code(error))
    text = f"{error.message}: {error.hint}" if error.hint else error.message
    await context.abort(code, text, ((STATUS_DETAILS, rpc_status(error)),))
    raise AssertionError("abort raises")
