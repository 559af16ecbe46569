"""Log records of the events that are asked for are decoded, the same from either encoding."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from otlp_logs import EVENT, SPAN, TIME_NS, TRACE, add_attribute, evaluation, logs_request
from otlp_requests import as_json, captures, nested, pairs, texts, times

from threadline_server.decode import otlp_json, otlp_protobuf
from threadline_server.decode.unreadable import NESTING_LIMIT
from threadline_server.decode.wire import encoded
from threadline_server.errors import ThreadlineError

WANTED = {EVENT}
BOTH = pytest.mark.parametrize("decode", [otlp_json, otlp_protobuf], ids=["json", "protobuf"])


def decoded(message, decode, events=WANTED):
    body = as_json(message) if decode is otlp_json else message.SerializeToString()
    return decode.decode_logs(body, events)


@BOTH
def test_a_record_keeps_every_field_that_was_sent(decode):
    record = evaluation("helpful", 0.5, trace=TRACE, span=SPAN)
    record.observed_time_unix_nano = TIME_NS + 7
    record.body.string_value = "said"
    message = logs_request(record)
    outer = message.resource_logs[0]
    add_attribute(outer.resource, "service.name", "shop")
    outer.scope_logs[0].scope.name, outer.scope_logs[0].scope.version = "judge", "1.2"
    (found,) = decoded(message, decode).records
    assert (found.event_name, found.trace_id, found.span_id) == (EVENT, TRACE, SPAN)
    assert (found.time_ns, found.observed_ns, found.body) == (TIME_NS, TIME_NS + 7, "said")
    assert found.attributes == {
        "gen_ai.evaluation.name": "helpful",
        "gen_ai.evaluation.score.value": 0.5,
    }
    assert (found.scope.name, found.scope.version) == ("judge", "1.2")
    assert found.resource.attributes == {"service.name": "shop"}


@BOTH
def test_an_event_is_named_by_its_field_or_by_the_attribute_of_older_clients(decode):
    older = evaluation("older", event_name="")
    add_attribute(older, "event.name", EVENT)
    number = evaluation("number", event_name="")
    add_attribute(number, "event.name", 7)
    other = evaluation("other", event_name="app.started")
    found = decoded(logs_request(evaluation("newer"), older, number, other, LogRecord()), decode)
    names = [record.attributes["gen_ai.evaluation.name"] for record in found.records]
    assert names == ["newer", "older"]
    assert [record.event_name for record in found.records] == [EVENT, EVENT]
    assert (found.rejected, found.other_count) == ([], 3)


@BOTH
@pytest.mark.parametrize(
    ("trace", "span", "expected"),
    [
        (TRACE, SPAN, (TRACE, SPAN)),
        (TRACE, None, (TRACE, None)),
        (TRACE, "00" * 8, (TRACE, None)),
        (TRACE, "abcd", (TRACE, None)),
        (None, SPAN, (None, None)),
        ("00" * 16, SPAN, (None, None)),
        ("abcd", SPAN, (None, None)),
    ],
)
def test_an_id_that_is_none_names_nothing(decode, trace, span, expected):
    (found,) = decoded(logs_request(evaluation(trace=trace, span=span)), decode).records
    assert (found.trace_id, found.span_id) == expected


def test_keys_in_snake_case_and_ids_in_base64_are_understood():
    record = {"event_name": EVENT, "trace_id": "qqqqqqqqqqqqqqqqqqqqqg==", "time_unix_nano": 5}
    document = {"resource_logs": [{"scope_logs": [{"log_records": [record]}]}]}
    (found,) = otlp_json.decode_logs(json.dumps(document).encode(), WANTED).records
    assert (found.trace_id, found.time_ns) == (TRACE, 5)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"traceId": 5}, "traceId is no text"),
        ({"spanId": "!"}, "spanId is neither hex nor base64"),
        ({"timeUnixNano": "soon"}, "timeUnixNano is no number"),
        ({"attributes": ["k"]}, "an attribute that is no object"),
    ],
    ids=str,
)
def test_a_record_that_cannot_be_read_is_refused_with_its_reason_and_the_rest_is_kept(
    fields, reason
):
    records = [{"eventName": EVENT}, {"eventName": EVENT, **fields}, {"eventName": EVENT}]
    document = {"resourceLogs": [{"scopeLogs": [{"logRecords": [*records, "no record"]}]}]}
    found = otlp_json.decode_logs(json.dumps(document).encode(), WANTED)
    assert (len(found.records), found.other_count) == (2, 1)
    assert [(each.name, reason in each.reason) for each in found.rejected] == [(EVENT, True)]


def logs_bytes(*records, resource=b""):
    scope_logs = b"".join(encoded(2, record) for record in records)
    return encoded(1, encoded(1, resource) + encoded(2, scope_logs))


def with_attribute(record, value):
    return record.SerializeToString() + encoded(6, encoded(1, b"config") + encoded(2, value))


@pytest.mark.parametrize("levels", [NESTING_LIMIT + 1, 40, 500])
def test_a_value_nested_too_deeply_costs_its_own_record_only(levels):
    record = evaluation(trace=TRACE, span=SPAN)
    deep = with_attribute(record, nested(levels))
    sent = logs_bytes(record.SerializeToString(), deep, record.SerializeToString())
    found = otlp_protobuf.decode_logs(sent, WANTED)
    assert len(found.records) == 2
    (rejected,) = found.rejected
    assert (rejected.name, rejected.trace_id, rejected.span_id) == (EVENT, TRACE, SPAN)
    assert "nested" in rejected.reason


@BOTH
def test_a_body_nested_too_deeply_costs_its_own_record_only(decode):
    record = evaluation()
    record.body.ParseFromString(nested(NESTING_LIMIT + 1))
    found = decoded(logs_request(record, evaluation()), decode)
    assert len(found.records) == 1
    assert [each.reason for each in found.rejected] == ["its body is nested over 30 levels"]


def test_a_resource_nested_too_deeply_costs_its_own_records_only():
    resource = encoded(1, encoded(1, b"k") + encoded(2, nested(NESTING_LIMIT + 1)))
    inside = logs_bytes(evaluation("inside").SerializeToString(), resource=resource)
    found = otlp_protobuf.decode_logs(
        inside + logs_request(evaluation("outside")).SerializeToString(), WANTED
    )
    assert [each.attributes["gen_ai.evaluation.name"] for each in found.records] == ["outside"]
    assert [each.name for each in found.rejected] == [EVENT]


def test_text_that_is_not_utf_8_is_mended_and_costs_nothing():
    sent = logs_request(evaluation("fine"), evaluation("####")).SerializeToString()
    found = otlp_protobuf.decode_logs(sent.replace(b"####", b"cut\xff"), WANTED)
    names = [record.attributes["gen_ai.evaluation.name"] for record in found.records]
    assert (names, found.rejected) == (["fine", "cut�"], [])


@BOTH
@pytest.mark.parametrize("body", [b"\xff", b"no request"])
def test_a_body_that_is_no_request_is_malformed(decode, body):
    with pytest.raises(ThreadlineError) as caught:
        decode.decode_logs(body, WANTED)
    assert (caught.value.code, caught.value.status) == ("malformed", 400)


@pytest.mark.parametrize(("name", "body"), captures("logs").items(), ids=str)
def test_captured_log_records_of_any_event_are_decoded_the_same_from_either_encoding(name, body):
    message = ExportLogsServiceRequest.FromString(body)
    sent = [r for o in message.resource_logs for s in o.scope_logs for r in s.log_records]
    events = {record.event_name for record in sent} | {
        pair.value.string_value
        for record in sent
        for pair in record.attributes
        if pair.key == "event.name"
    }
    found = decoded(message, otlp_protobuf, events)
    assert len(found.records) == len(sent)
    assert decoded(message, otlp_json, events) == found
    assert decoded(message, otlp_protobuf, ()).other_count == len(sent)


@st.composite
def log_requests(draw):
    message = ExportLogsServiceRequest()
    for _ in range(draw(st.integers(0, 2))):
        outer = message.resource_logs.add()
        outer.resource.attributes.extend(draw(pairs()))
        inner = outer.scope_logs.add()
        inner.scope.name = draw(texts)
        for _ in range(draw(st.integers(0, 3))):
            record = inner.log_records.add(
                event_name=draw(st.sampled_from(["", EVENT, "other"])),
                trace_id=draw(st.binary(max_size=17)),
                span_id=draw(st.binary(max_size=9)),
                time_unix_nano=draw(times),
                observed_time_unix_nano=draw(times),
            )
            record.body.string_value = draw(texts)
            record.attributes.extend(draw(pairs()))
    return message


@given(log_requests())
def test_json_and_protobuf_of_one_message_give_the_same_records(message):
    from_json, from_protobuf = decoded(message, otlp_json), decoded(message, otlp_protobuf)
    assert from_json.records == from_protobuf.records
    assert from_json.other_count == from_protobuf.other_count


@given(log_requests(), st.data())
def test_a_damaged_request_is_decoded_or_malformed(message, data):
    body = bytearray(message.SerializeToString())
    for _ in range(data.draw(st.integers(1, 4)) if body else 0):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    with suppress(ThreadlineError):
        found = otlp_protobuf.decode_logs(bytes(body), WANTED)
        assert all(record.event_name == EVENT for record in found.records)
