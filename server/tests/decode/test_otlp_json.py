"""OTLP/JSON becomes the same plain spans, in whatever spelling a client chose."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from otlp_requests import as_json, captures, nested_json, requests

from threadline_server.decode import otlp_protobuf
from threadline_server.decode.otlp_json import METRICS, count_records, decode_traces
from threadline_server.decode.unreadable import NESTING_LIMIT
from threadline_server.errors import ThreadlineError

TRACE = "000102030405060708090a0b0c0d0e0f"


def body(*spans, **more):
    return json.dumps(
        {"resourceSpans": [{"scopeSpans": [{"spans": list(spans), **more}]}]}
    ).encode()


def span(**fields):
    return {"traceId": TRACE, "spanId": "0102030405060708", "name": "chat", **fields}


def one(**fields):
    decoded = decode_traces(body(span(**fields)))
    assert decoded.rejected == []
    return decoded.spans[0]


def value_of(value):
    return one(attributes=[{"key": "k", "value": value}]).attributes["k"]


@pytest.mark.parametrize(("name", "sent"), captures("traces").items(), ids=str)
def test_every_captured_request_gives_the_same_spans_as_json(name, sent):
    message = ExportTraceServiceRequest.FromString(sent)
    assert decode_traces(as_json(message)) == otlp_protobuf.decode_traces(sent)


@given(requests())
def test_json_and_protobuf_of_one_message_give_the_same_spans(message):
    from_json = decode_traces(as_json(message))
    from_protobuf = otlp_protobuf.decode_traces(message.SerializeToString())
    assert from_json.spans == from_protobuf.spans
    assert from_json.rejected == from_protobuf.rejected


@pytest.mark.parametrize(
    "trace_id", [TRACE, TRACE.upper(), "AAECAwQFBgcICQoLDA0ODw==", "AAECAwQFBgcICQoLDA0ODw"]
)
def test_a_trace_id_is_read_from_hex_and_from_base64(trace_id):
    assert one(traceId=trace_id).trace_id == TRACE


@pytest.mark.parametrize("span_id", ["fb02030405060708", "+wIDBAUGBwg=", "-wIDBAUGBwg"])
def test_a_span_id_is_read_from_hex_and_from_base64(span_id):
    assert one(spanId=span_id).span_id == "fb02030405060708"


@pytest.mark.parametrize("parent", [None, "", "0000000000000000", "AAAAAAAAAAA="])
def test_no_parent_in_any_spelling_is_no_parent(parent):
    assert one(parentSpanId=parent).parent_span_id is None


@pytest.mark.parametrize("time", ["1700000000000000001", 1700000000000000001])
def test_a_time_is_read_from_text_and_from_a_number(time):
    assert one(startTimeUnixNano=time).start_ns == 1700000000000000001


def test_a_missing_time_is_zero():
    assert (one().start_ns, one(endTimeUnixNano=None).end_ns) == (0, 0)


@pytest.mark.parametrize("kind", [3, "3", "SPAN_KIND_CLIENT", "client"])
def test_a_kind_is_read_by_number_and_by_name(kind):
    assert one(kind=kind).kind == 3


@pytest.mark.parametrize("code", [2, "2", "STATUS_CODE_ERROR", "ERROR"])
def test_a_status_is_read_by_number_and_by_name(code):
    assert one(status={"code": code, "message": "boom"}).status_code == 2


def test_snake_case_keys_are_read_like_camel_case():
    document = {
        "resource_spans": [
            {
                "resource": {"attributes": [{"key": "r", "value": {"string_value": "x"}}]},
                "scope_spans": [
                    {
                        "scope": {"name": "lib"},
                        "spans": [
                            {
                                "trace_id": TRACE,
                                "span_id": "0102030405060708",
                                "parent_span_id": "1102030405060708",
                                "start_time_unix_nano": "5",
                                "end_time_unix_nano": 6,
                                "trace_state": "a=b",
                                "attributes": [
                                    {"key": "n", "value": {"int_value": "4"}},
                                    {"key": "l", "value": {"array_value": {"values": []}}},
                                ],
                                "events": [{"name": "e", "time_unix_nano": "7"}],
                            }
                        ],
                    }
                ],
            }
        ]
    }
    (decoded,) = decode_traces(json.dumps(document).encode()).spans
    assert (decoded.trace_id, decoded.parent_span_id) == (TRACE, "1102030405060708")
    assert (decoded.start_ns, decoded.end_ns, decoded.events[0].time_ns) == (5, 6, 7)
    assert decoded.attributes == {"n": 4, "l": []}
    assert decoded.resource.attributes == {"r": "x"}
    assert (decoded.scope.name, decoded.trace_state, decoded.name) == ("lib", "a=b", "")


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ({"stringValue": "x"}, "x"),
        ({"intValue": "42"}, 42),
        ({"intValue": 42}, 42),
        ({"intValue": 42.0}, 42),
        ({"intValue": "99999999999999999999"}, "99999999999999999999"),
        ({"intValue": 2**63}, str(2**63)),
        ({"intValue": "many"}, "many"),
        ({"doubleValue": 1}, 1.0),
        ({"doubleValue": "0.5"}, 0.5),
        ({"doubleValue": "-Infinity"}, float("-inf")),
        ({"doubleValue": "half"}, "half"),
        ({"boolValue": False}, False),
        ({"boolValue": "true"}, True),
        ({"bytesValue": "_-8="}, b"\xff\xef"),
        ({"bytesValue": "not base64!"}, "not base64!"),
        ({"arrayValue": {"values": [{"intValue": 1}, {}]}}, [1, None]),
        ({"arrayValue": {}}, []),
        ({"kvlistValue": {"values": [{"key": "a", "value": {"boolValue": True}}]}}, {"a": True}),
        ({"stringValue": None}, None),
        ({"unheardOf": 1}, None),
        ({}, None),
        (None, None),
        ("bare", "bare"),
        ([1, "two"], [1, "two"]),
    ],
    ids=str,
)
def test_a_value_is_read_in_every_spelling_and_kept_where_it_cannot_be(sent, read):
    found = value_of(sent)
    assert found == read
    assert type(found) is type(read)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"traceId": "abcd"}, "trace id has 2 bytes, not 16"),
        ({"traceId": "0" * 32}, "trace id is all zeros"),
        ({"traceId": 5}, "traceId is no text"),
        ({"spanId": "zz!"}, "spanId is neither hex nor base64"),
        ({"spanId": None}, "span id has 0 bytes, not 8"),
        ({"startTimeUnixNano": "yesterday"}, "startTimeUnixNano is no number of nanoseconds"),
        ({"endTimeUnixNano": -1}, "endTimeUnixNano is no number of nanoseconds"),
        ({"endTimeUnixNano": str(2**64)}, "endTimeUnixNano is no number of nanoseconds"),
        ({"name": ["x"]}, "name is no text"),
        ({"attributes": {"k": "v"}}, "attributes that are no array"),
        ({"attributes": ["k"]}, "an attribute that is no object"),
        ({"attributes": [{"key": 5}]}, "an attribute whose key is no text"),
        ({"events": [5]}, "events is no array of objects"),
        ({"links": 5}, "links is no array of objects"),
        ({"status": "ok"}, "status is no object"),
    ],
    ids=str,
)
def test_a_span_that_cannot_be_read_is_refused_with_its_reason_and_the_rest_is_kept(fields, reason):
    decoded = decode_traces(body(span(name="before"), {**span(), **fields}, span(name="after")))
    assert [kept.name for kept in decoded.spans] == ["before", "after"]
    (rejected,) = decoded.rejected
    assert reason in rejected.reason


def test_an_entry_that_is_no_span_is_refused_and_the_rest_is_kept():
    decoded = decode_traces(body(span(), "span"))
    assert len(decoded.spans) == 1
    assert decoded.rejected[0].reason == "it is no object"


@pytest.mark.parametrize("levels", [NESTING_LIMIT + 1, 100])
def test_a_value_nested_too_deeply_costs_its_own_span_only(levels):
    deep = span(name="deep", attributes=[{"key": "config", "value": nested_json(levels)}])
    decoded = decode_traces(body(span(name="before"), deep, span(name="after")))
    assert [kept.name for kept in decoded.spans] == ["before", "after"]
    assert "attribute 'config' is nested over 30 levels" in decoded.rejected[0].reason


def test_nesting_beyond_what_any_parser_takes_costs_its_own_span_only():
    deep = b'{"key":"k","value":' + b'{"arrayValue":{"values":[' * 50_000 + b"]}}" * 50_000 + b"}"
    sent = body(span(name="before"), span(name="deep", attributes=["DEEP"]), span(name="after"))
    decoded = decode_traces(sent.replace(b'"DEEP"', deep))
    assert [kept.name for kept in decoded.spans] == ["before", "after"]
    assert [rejected.name for rejected in decoded.rejected] == ["deep"]


def test_brackets_within_text_are_no_nesting():
    text = "[{" * 300 + '"\\'
    sent = body(span(name=text, traceState="XX")).replace(b"XX", b"\xff")
    assert decode_traces(sent).spans[0].name == text


def test_a_resource_that_cannot_be_read_costs_its_own_spans_only():
    document = json.loads(body(span()))
    document["resourceSpans"][0]["resource"] = {"attributes": 5}
    document["resourceSpans"] += json.loads(body(span(name="outside")))["resourceSpans"]
    decoded = decode_traces(json.dumps(document).encode())
    assert [kept.name for kept in decoded.spans] == ["outside"]
    assert len(decoded.rejected) == 1


def test_half_of_an_emoji_and_bytes_that_are_not_utf_8_are_mended():
    sent = body(span(name="cut"), span(name="XX")).replace(b'"cut"', b'"cut \\ud83d"')
    decoded = decode_traces(sent.replace(b"XX", b"\xff"))
    assert [kept.name for kept in decoded.spans] == ["cut �", "�"]


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"[]",
        b"{",
        b'"text"',
        b'{"resourceSpans": {}}',
        b'{"resourceSpans": [5]}',
        b'{"resourceSpans": [{"scopeSpans": 5}]}',
        b'{"resourceSpans": [{"scopeSpans": [{"spans": {}}]}]}',
        b"[" * 100_000,
    ],
    ids=lambda sent: sent[:40].decode(),
)
def test_a_document_that_is_no_request_is_malformed(sent):
    with pytest.raises(ThreadlineError) as caught:
        decode_traces(sent)
    assert (caught.value.code, caught.value.status) == ("malformed", 400)


def test_an_empty_object_is_an_empty_request():
    assert decode_traces(b"{}").spans == []


def test_metrics_are_counted():
    metrics = {"resourceMetrics": [{"scopeMetrics": [{"metrics": [{}]}]}, {}]}
    assert count_records(json.dumps(metrics).encode(), METRICS) == 1


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["key", "value", "intValue", "values", "kvlistValue", "arrayValue", "name", "code"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=10,
)
FIELDS = st.sampled_from(
    [
        "traceId",
        "spanId",
        "parentSpanId",
        "name",
        "kind",
        "status",
        "attributes",
        "events",
        "links",
        "startTimeUnixNano",
        "endTimeUnixNano",
        "traceState",
    ]
)


@given(st.dictionaries(FIELDS, ANYTHING, max_size=4))
def test_a_span_of_arbitrary_fields_is_kept_or_refused_and_never_costs_its_neighbour(fields):
    decoded = decode_traces(body(span(name="neighbour"), {**span(), **fields}))
    assert decoded.spans[0].name == "neighbour"
    assert len(decoded.spans) + len(decoded.rejected) == 2


@given(st.binary(max_size=100) | st.text(max_size=100).map(str.encode))
def test_arbitrary_bytes_are_decoded_or_malformed(sent):
    with suppress(ThreadlineError):
        decode_traces(sent)
