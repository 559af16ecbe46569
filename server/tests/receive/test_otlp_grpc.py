"""OTLP/gRPC: the same as over HTTP, in gRPC's own words, through gRPC's own client."""

import asyncio
import socket

import grpc
import pytest
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2_grpc import LogsServiceStub
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2_grpc import MetricsServiceStub
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import TraceServiceStub
from otlp_logs import SPAN, TRACE, evaluation, logs_request
from otlp_requests import captures, request

from threadline_server.access.keys import KEY_HEADERS
from threadline_server.errors import ThreadlineError, busy
from threadline_server.receive.limits import MIB, Limits
from threadline_server.receive.otlp_grpc import SERVICES, STATUS_DETAILS

EXPORT = f"/{next(iter(SERVICES))}/Export"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
async def channel(received):
    target = f"127.0.0.1:{free_port()}"
    await received.grpc.start([target])
    async with grpc.aio.insecure_channel(target) as opened:
        yield opened


def raw_export(channel, body, **options):
    """A call with bytes of our own in place of a message."""
    return channel.unary_unary(EXPORT)(body, **options)


@pytest.mark.parametrize("compression", [None, grpc.Compression.Gzip])
async def test_spans_are_kept_compressed_or_not(received, channel, compression):
    reply = await TraceServiceStub(channel).Export(request("a", "b"), compression=compression)
    assert not reply.HasField("partial_success")
    assert received.sink.names == ["a", "b"]
    assert received.sink.batches[0].project == "default"


@pytest.mark.parametrize("name", ["authorization", *KEY_HEADERS])
async def test_a_key_may_stand_in_metadata_of_any_name(received, channel, name):
    await TraceServiceStub(channel).Export(request("a"), metadata=((name, "secret-key"),))
    assert received.sink.names == ["a"]


async def test_a_refused_span_is_named_and_the_rest_is_kept(received, channel):
    message = request("good", "bad")
    message.resource_spans[0].scope_spans[0].spans[1].trace_id = b"short"
    reply = await TraceServiceStub(channel).Export(message)
    assert reply.partial_success.rejected_spans == 1
    assert "'bad'" in reply.partial_success.error_message
    assert received.sink.names == ["good"]


async def test_logs_and_metrics_are_acknowledged_and_counted(received, channel):
    other = logs_request(evaluation(event_name="app.started", trace=TRACE, span=SPAN))
    await LogsServiceStub(channel).Export(other)
    for body in captures("metrics").values():
        await MetricsServiceStub(channel).Export(ExportMetricsServiceRequest.FromString(body))
    for signal in ("logs", "metrics"):
        assert received.count("threadline_records_acknowledged_total", signal=signal) > 0
    assert received.sink.batches == []


async def test_log_records_that_carry_messages_are_kept_for_their_spans(received, channel):
    for body in captures("logs").values():
        await LogsServiceStub(channel).Export(ExportLogsServiceRequest.FromString(body))
    assert received.sink.events


@pytest.mark.parametrize("compression", [None, grpc.Compression.Gzip])
async def test_scores_are_kept_and_what_is_none_is_named(received, channel, compression):
    message = logs_request(evaluation(value=1.0, trace=TRACE, span=SPAN), evaluation("on nothing"))
    reply = await LogsServiceStub(channel).Export(message, compression=compression)
    assert reply.partial_success.rejected_log_records == 1
    assert "log record 'on nothing'" in reply.partial_success.error_message
    assert [(score.name, score.span_id) for score in received.sink.scores] == [("helpful", SPAN)]


async def test_a_malformed_message_is_an_invalid_argument(channel):
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await raw_export(channel, b"\xff\xff")
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert "no OTLP export request" in caught.value.details()


async def test_a_string_that_is_not_utf_8_costs_no_span(received, channel):
    body = request("fine", "####").SerializeToString().replace(b"####", b"cut\xff")
    await raw_export(channel, body)
    assert received.sink.names == ["fine", "cut�"]


async def test_a_full_queue_is_unavailable_with_a_time_to_come_back(received, channel):
    received.sink.error = busy("the write queue is full", retry_after_s=3)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await TraceServiceStub(channel).Export(request("a"))
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
    status = Status.FromString(dict(caught.value.trailing_metadata())[STATUS_DETAILS])
    retry = RetryInfo()
    assert status.details[0].Unpack(retry)
    assert retry.retry_delay.seconds == 3


@pytest.mark.parametrize("limits", [Limits(in_flight=10)])
async def test_more_bytes_in_flight_than_allowed_are_unavailable(received, channel):
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await TraceServiceStub(channel).Export(request("a"))
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
    assert received.admission.held == 0


async def test_a_fault_of_ours_is_internal_and_shows_nothing_of_itself(received, channel):
    received.sink.error = RuntimeError("secret path")
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await TraceServiceStub(channel).Export(request("a"))
    assert caught.value.code() is grpc.StatusCode.INTERNAL
    assert "secret" not in caught.value.details()


@pytest.mark.parametrize("compression", [None, grpc.Compression.Gzip])
async def test_a_message_over_the_limit_is_exhausted_also_when_it_only_inflates_to_that(
    received, channel, compression
):
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await raw_export(channel, bytes(5_000_000), compression=compression)
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert received.admission.held == 0


@pytest.mark.parametrize("limits", [Limits()])
async def test_a_message_just_under_25_mib_is_kept(received, channel):
    message = request("large")
    span = message.resource_spans[0].scope_spans[0].spans[0]
    span.attributes.add(key="text").value.string_value = "x" * (25 * MIB - 200)
    await TraceServiceStub(channel).Export(message)
    assert received.sink.names == ["large"]


@pytest.mark.parametrize("limits", [Limits(pause_s=0.01)])
async def test_a_call_whose_message_does_not_come_is_ended(channel):
    async def nothing():
        await asyncio.Event().wait()
        yield b""

    call = channel.stream_unary(EXPORT)(nothing())
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED


async def test_a_call_without_a_message_is_an_invalid_argument(channel):
    async def nothing():
        for each in ():
            yield each

    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await channel.stream_unary(EXPORT)(nothing())
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_a_port_that_is_taken_is_not_shared(received):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(OSError, match="cannot listen on 127"):
            await received.grpc.start([f"127.0.0.1:{other.getsockname()[1]}"])


async def test_two_servers_cannot_share_a_port(received, make_receiver):
    target = f"127.0.0.1:{free_port()}"
    await received.grpc.start([target])
    with pytest.raises(OSError, match="cannot listen on"):
        await make_receiver().grpc.start([target])


async def test_what_the_gatekeeper_refuses_is_a_denied_permission(received):
    def nobody(_):
        raise ThreadlineError("forwarded", "came through a proxy", hint="", status=403)

    received.grpc._authorize = nobody
    target = f"127.0.0.1:{free_port()}"
    await received.grpc.start([target])
    async with grpc.aio.insecure_channel(target) as opened:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await TraceServiceStub(opened).Export(request("a"))
    assert caught.value.code() is grpc.StatusCode.PERMISSION_DENIED
    assert received.sink.batches == []
