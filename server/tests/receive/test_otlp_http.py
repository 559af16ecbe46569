"""OTLP/HTTP: what is kept, what is refused, and how each is answered."""

import gzip
import zlib

import pytest
import zstandard
from google.protobuf.json_format import Parse
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from otlp_logs import EVENT, SPAN, TRACE, evaluation, logs_request
from otlp_requests import as_json, captures, request

from threadline_server.errors import busy
from threadline_server.receive.limits import Limits
from threadline_server.receive.paths import PATHS

PROTOBUF = {"Content-Type": "application/x-protobuf"}
JSON = {"Content-Type": "application/json"}
GZIP = {"Content-Encoding": "gzip"}


def body(*names):
    return request(*names).SerializeToString()


def bad_span():
    message = request("good", "bad")
    message.resource_spans[0].scope_spans[0].spans[1].span_id = b""
    return message


def status_of(answer):
    if answer.headers["content-type"] == "application/x-protobuf":
        return Status.FromString(answer.content)
    assert answer.headers["content-type"] == "application/json"
    return Parse(answer.text, Status())


async def test_protobuf_is_kept_and_answered_with_an_empty_protobuf_message(received):
    answer = await received.http.post("/v1/traces", content=body("a", "b"), headers=PROTOBUF)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/x-protobuf"
    assert answer.content == b""
    assert received.sink.names == ["a", "b"]


async def test_json_is_kept_and_answered_with_an_empty_object(received):
    answer = await received.http.post("/v1/traces", content=as_json(request("a")), headers=JSON)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {}
    assert received.sink.names == ["a"]


async def test_a_batch_says_whose_it_is_when_it_came_and_how_large_it_is(received):
    sent = body("a")
    await received.http.post("/v1/traces", content=gzip.compress(sent), headers=PROTOBUF | GZIP)
    (batch,) = received.sink.batches
    assert batch.project == "default"
    assert batch.size_bytes == len(sent)
    assert batch.spans[0].received_ns == 1_800_000_000_000_000_000


@pytest.mark.parametrize("path", [*PATHS, *(path + "/" for path in PATHS)])
async def test_every_path_answers_with_and_without_a_trailing_slash(received, path):
    answer = await received.http.post(path, content=b"", headers=PROTOBUF)
    assert answer.status_code == 200


async def test_metrics_are_acknowledged_and_counted(received):
    for sent in captures("metrics").values():
        answer = await received.http.post("/v1/metrics", content=sent, headers=PROTOBUF)
        assert (answer.status_code, answer.content) == (200, b"")
    assert received.count("threadline_records_acknowledged_total", signal="metrics") > 0
    assert received.sink.batches == []


async def test_log_records_that_carry_messages_are_kept_for_their_spans(received):
    for sent in captures("logs").values():
        answer = await received.http.post("/v1/logs", content=sent, headers=PROTOBUF)
        assert (answer.status_code, answer.content) == (200, b"")
    kept = len(received.sink.events)
    assert kept > 0
    assert received.count("threadline_log_events_received_total") == kept


async def test_log_records_of_no_span_and_of_other_events_are_acknowledged(received):
    choice = evaluation(event_name="gen_ai.choice", trace=TRACE)
    other = evaluation(event_name="app.started", trace=TRACE, span=SPAN)
    sent = logs_request(choice, other).SerializeToString()
    answer = await received.http.post("/v1/logs", content=sent, headers=PROTOBUF)
    assert (answer.status_code, answer.content) == (200, b"")
    assert received.count("threadline_records_acknowledged_total", signal="logs") == 2
    assert received.sink.batches == []


async def test_log_records_that_the_store_refuses_are_named(received):
    received.sink.refused_names = {"gen_ai.choice"}
    kept = evaluation(event_name="gen_ai.user.message", trace=TRACE, span=SPAN)
    refused = evaluation(event_name="gen_ai.choice", trace=TRACE, span=SPAN)
    judged = evaluation(value=1.0, trace=TRACE)
    sent = logs_request(kept, refused, judged).SerializeToString()
    answer = await received.http.post("/v1/logs", content=sent, headers=PROTOBUF)
    partial = ExportLogsServiceResponse.FromString(answer.content).partial_success
    assert partial.rejected_log_records == 1
    assert "'gen_ai.choice'" in partial.error_message
    assert received.count("threadline_log_events_received_total") == 1
    assert received.count("threadline_log_events_rejected_total") == 1
    assert received.count("threadline_scores_received_total") == 1
    assert received.count("threadline_scores_rejected_total") == 0


async def test_logs_and_metrics_in_json_are_acknowledged_and_counted(received):
    logs = {"resourceLogs": [{"scopeLogs": [{"logRecords": [{}, {}]}]}]}
    metrics = {"resourceMetrics": [{"scopeMetrics": [{"metrics": [{}]}]}]}
    for signal, document, count in (("logs", logs, 2), ("metrics", metrics, 1)):
        answer = await received.http.post(f"/v1/{signal}", json=document)
        assert answer.json() == {}
        assert received.count("threadline_records_acknowledged_total", signal=signal) == count


@pytest.mark.parametrize(
    ("encoding", "compress"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("GZIP", gzip.compress),
        ("gzip", lambda data: gzip.compress(data[:9]) + gzip.compress(data[9:])),
        ("deflate", zlib.compress),
        ("deflate", lambda data: zlib.compress(data, wbits=-15)),
        ("zstd", zstandard.compress),
        ("zstd", lambda data: zstandard.compress(data[:9]) + zstandard.compress(data[9:])),
        ("identity", bytes),
    ],
)
async def test_every_content_encoding_is_inflated(received, encoding, compress):
    headers = PROTOBUF | {"Content-Encoding": encoding}
    answer = await received.http.post("/v1/traces", content=compress(body("a")), headers=headers)
    assert answer.status_code == 200
    assert received.sink.names == ["a"]


async def test_a_chunked_body_is_read_to_its_end(received):
    async def chunks():
        sent = body("a", "b")
        for at in range(0, len(sent), 7):
            yield sent[at : at + 7]

    answer = await received.http.post("/v1/traces", content=chunks(), headers=PROTOBUF)
    assert answer.status_code == 200
    assert received.sink.names == ["a", "b"]


async def test_a_refused_span_is_named_in_protobuf_and_the_rest_is_kept(received):
    answer = await received.http.post(
        "/v1/traces", content=bad_span().SerializeToString(), headers=PROTOBUF
    )
    assert answer.status_code == 200
    partial = ExportTraceServiceResponse.FromString(answer.content).partial_success
    assert partial.rejected_spans == 1
    assert "'bad'" in partial.error_message
    assert "span id has 0 bytes, not 8" in partial.error_message
    assert received.sink.names == ["good"]
    assert received.count("threadline_spans_received_total") == 1
    assert received.count("threadline_spans_rejected_total") == 1


async def test_a_refused_span_is_named_in_json_and_the_rest_is_kept(received):
    answer = await received.http.post("/v1/traces", content=as_json(bad_span()), headers=JSON)
    partial = answer.json()["partialSuccess"]
    assert partial["rejectedSpans"] == "1"
    assert "'bad'" in partial["errorMessage"]
    assert received.sink.names == ["good"]


async def test_a_span_that_the_store_refuses_is_named_too(received):
    received.sink.refused_names = {"b"}
    answer = await received.http.post("/v1/traces", content=body("a", "b"), headers=PROTOBUF)
    partial = ExportTraceServiceResponse.FromString(answer.content).partial_success
    assert partial.rejected_spans == 1
    assert "the store refuses it" in partial.error_message
    assert received.count("threadline_spans_received_total") == 1


async def test_many_refused_spans_are_counted_and_ten_of_them_named(received):
    message = request(*(f"span {number}" for number in range(15)))
    for span in message.resource_spans[0].scope_spans[0].spans:
        span.trace_id = b""
    answer = await received.http.post("/v1/traces", content=as_json(message), headers=JSON)
    partial = answer.json()["partialSuccess"]
    assert partial["rejectedSpans"] == "15"
    assert partial["errorMessage"].count("trace id has 0 bytes") == 10
    assert partial["errorMessage"].endswith("and 5 more")


@pytest.mark.parametrize(("headers", "sent"), [(PROTOBUF, b"\xff\xff"), (JSON, b"{")])
async def test_a_malformed_body_is_400_in_the_encoding_of_the_request(received, headers, sent):
    answer = await received.http.post("/v1/traces", content=sent, headers=headers)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == headers["Content-Type"]
    status = status_of(answer)
    assert status.code == 3
    assert "no OTLP export request" in status.message


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "zstd"])
@pytest.mark.parametrize("cut", [True, False])
async def test_a_body_that_is_not_what_its_encoding_says_is_malformed(received, encoding, cut):
    compress = {"gzip": gzip.compress, "deflate": zlib.compress, "zstd": zstandard.compress}
    sent = compress[encoding](body("a") * 9)[:-3] if cut else b"plain text"
    headers = PROTOBUF | {"Content-Encoding": encoding}
    answer = await received.http.post("/v1/traces", content=sent, headers=headers)
    assert answer.status_code == 400
    assert f"not whole {encoding}" in status_of(answer).message


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/grpc", ""]
)
async def test_an_unknown_content_type_is_415(received, content_type):
    answer = await received.http.post(
        "/v1/traces", content=body("a"), headers={"Content-Type": content_type}
    )
    assert answer.status_code == 415
    assert "use application/x-protobuf or application/json" in status_of(answer).message
    assert received.sink.batches == []


async def test_no_content_type_is_415(received):
    answer = await received.http.post("/v1/traces", content=body("a"))
    assert answer.status_code == 415


async def test_a_content_type_with_parameters_is_understood(received):
    headers = {"Content-Type": "Application/JSON; charset=utf-8"}
    answer = await received.http.post("/v1/traces", content=b"{}", headers=headers)
    assert answer.status_code == 200


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip", "snappy"])
async def test_an_unknown_content_encoding_is_415(received, encoding):
    headers = PROTOBUF | {"Content-Encoding": encoding}
    answer = await received.http.post("/v1/traces", content=body("a"), headers=headers)
    assert answer.status_code == 415
    assert answer.headers["content-type"] == "application/x-protobuf"
    assert "Content-Encoding" in status_of(answer).message


async def test_a_stated_length_over_the_limit_is_413(received, limits):
    answer = await received.http.post(
        "/v1/traces", content=bytes(limits.body + 1), headers=PROTOBUF
    )
    assert answer.status_code == 413
    assert f"larger than {limits.body:,} bytes" in status_of(answer).message


async def test_a_chunked_body_over_the_limit_is_413_while_it_is_read(received, limits):
    sent = 0

    async def chunks():
        nonlocal sent
        while True:
            sent += 10_000
            yield bytes(10_000)

    answer = await received.http.post("/v1/traces", content=chunks(), headers=PROTOBUF)
    assert answer.status_code == 413
    assert sent <= limits.body + 20_000
    assert received.admission.held == 0


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "zstd"])
async def test_a_body_that_grows_over_the_limit_is_413_before_it_is_whole(
    received, limits, encoding
):
    bomb = {"gzip": gzip.compress, "deflate": zlib.compress, "zstd": zstandard.compress}
    headers = PROTOBUF | {"Content-Encoding": encoding}
    answer = await received.http.post(
        "/v1/traces", content=bomb[encoding](bytes(50_000_000)), headers=headers
    )
    assert answer.status_code == 413
    assert "inflated" in status_of(answer).message
    assert received.admission.held == 0


@pytest.mark.parametrize("headers", [PROTOBUF, JSON])
async def test_a_full_queue_is_503_with_a_time_to_come_back(received, headers):
    received.sink.error = busy("the write queue is full", retry_after_s=3)
    sent = body("a") if headers is PROTOBUF else as_json(request("a"))
    answer = await received.http.post("/v1/traces", content=sent, headers=headers)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "3"
    status = status_of(answer)
    assert status.code == 14
    retry = RetryInfo()
    assert status.details[0].Unpack(retry)
    assert retry.retry_delay.seconds == 3


@pytest.mark.parametrize("limits", [Limits(in_flight=1_000)])
async def test_more_bytes_in_flight_than_allowed_are_503(received, limits):
    answer = await received.http.post("/v1/traces", content=bytes(2_000), headers=PROTOBUF)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert received.admission.held == 0


@pytest.mark.parametrize("limits", [Limits(in_flight=50_000)])
async def test_inflated_bytes_count_as_in_flight(received, limits):
    sent = gzip.compress(bytes(100_000))
    answer = await received.http.post("/v1/traces", content=sent, headers=PROTOBUF | GZIP)
    assert answer.status_code == 503
    assert received.admission.held == 0


async def test_a_fault_of_ours_is_500_and_shows_nothing_of_itself(received):
    received.sink.error = RuntimeError("secret path")
    answer = await received.http.post("/v1/traces", content=body("a"), headers=PROTOBUF)
    assert answer.status_code == 500
    assert status_of(answer).code == 13
    assert b"secret" not in answer.content
    assert received.admission.held == 0


async def test_other_methods_than_post_change_nothing(received):
    for method in ("GET", "PUT", "DELETE", "OPTIONS"):
        answer = await received.http.request(method, "/v1/traces")
        assert answer.status_code == 405
        assert answer.headers["allow"] == "POST"


async def test_what_was_answered_is_counted(received):
    await received.http.post("/v1/traces", content=body("a"), headers=PROTOBUF)
    await received.http.post("/v1/traces", content=b"\xff", headers=PROTOBUF)
    for outcome in ("ok", "malformed"):
        labels = {"signal": "traces", "transport": "http", "outcome": outcome}
        assert received.count("threadline_requests_total", **labels) == 1
    assert received.counters.spans_per_second() == 0.1


def some_scores():
    """A request with a score on a span, one on nothing, one on a session, and another record."""
    return logs_request(
        evaluation("helpful", 1.0, trace=TRACE, span=SPAN),
        evaluation("on nothing", 1.0),
        LogRecord(severity_text="INFO"),
        evaluation("polite", 0.25, session_id="s"),
    )


@pytest.mark.parametrize("headers", [PROTOBUF, JSON], ids=["protobuf", "json"])
async def test_scores_are_kept_and_what_is_none_is_named_and_the_rest_acknowledged(
    received, headers
):
    message = some_scores()
    sent = as_json(message) if headers is JSON else message.SerializeToString()
    answer = await received.http.post(
        "/v1/logs", content=gzip.compress(sent), headers=headers | GZIP
    )
    assert answer.status_code == 200
    reply = ExportLogsServiceResponse()
    if headers is JSON:
        Parse(answer.text, reply)
    else:
        reply.ParseFromString(answer.content)
    assert reply.partial_success.rejected_log_records == 1
    told = reply.partial_success.error_message
    assert told.startswith("log record 'on nothing' (no trace id/no span id): it names no trace")
    assert [score.name for score in received.sink.scores] == ["helpful", "polite"]
    assert received.count("threadline_scores_received_total") == 2
    assert received.count("threadline_scores_rejected_total") == 1
    assert received.count("threadline_records_acknowledged_total", signal="logs") == 1
    assert received.sink.batches[0].size_bytes == len(sent)
    assert received.admission.held == 0


async def test_a_request_of_scores_alone_is_answered_with_an_empty_message(received):
    sent = logs_request(evaluation(value=1.0, trace=TRACE)).SerializeToString()
    answer = await received.http.post("/v1/logs", content=sent, headers=PROTOBUF)
    assert (answer.status_code, answer.content) == (200, b"")
    (score,) = received.sink.scores
    assert (score.trace_id, score.received_ns) == (TRACE, 1_800_000_000_000_000_000)


async def test_a_score_that_the_store_refuses_is_named_too(received):
    received.sink.refused_names = {"helpful"}
    sent = logs_request(evaluation(value=1.0, trace=TRACE)).SerializeToString()
    answer = await received.http.post("/v1/logs", content=sent, headers=PROTOBUF)
    partial = ExportLogsServiceResponse.FromString(answer.content).partial_success
    assert (
        partial.error_message == f"log record 'helpful' ({TRACE}/no span id): the store refuses it"
    )
    assert received.count("threadline_scores_received_total") == 0


async def test_logs_in_json_name_the_number_as_otlp_does(received):
    record = {"eventName": EVENT, "traceId": 5}
    document = {"resourceLogs": [{"scopeLogs": [{"logRecords": [record]}]}]}
    answer = await received.http.post("/v1/logs", json=document)
    assert answer.json()["partialSuccess"]["rejectedLogRecords"] == "1"


@pytest.mark.parametrize(("headers", "sent"), [(PROTOBUF, b"\xff\xff"), (JSON, b"{")])
async def test_logs_that_are_malformed_are_400(received, headers, sent):
    answer = await received.http.post("/v1/logs", content=sent, headers=headers)
    assert answer.status_code == 400
    assert "no OTLP export request" in status_of(answer).message


async def test_logs_over_the_limit_are_413_before_they_are_whole(received):
    headers = PROTOBUF | GZIP
    answer = await received.http.post(
        "/v1/logs", content=gzip.compress(bytes(50_000_000)), headers=headers
    )
    assert answer.status_code == 413
    assert received.admission.held == 0


async def test_a_full_queue_is_503_for_scores_too(received):
    received.sink.error = busy("the write queue is full", retry_after_s=3)
    sent = logs_request(evaluation(value=1.0, trace=TRACE)).SerializeToString()
    answer = await received.http.post("/v1/logs", content=sent, headers=PROTOBUF)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "3")
