"""OTLP/protobuf becomes plain spans, and one bad span costs no other."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from otlp_requests import (
    TRACE_ID,
    captures,
    deep_request,
    nested,
    request,
    request_bytes,
    requests,
    spans_of,
)

from threadline_server.decode.otlp_protobuf import METRICS, count_records, decode_traces
from threadline_server.decode.salvage import SPAN, salvage
from threadline_server.decode.unreadable import NESTING_LIMIT
from threadline_server.decode.wire import encoded
from threadline_server.errors import ThreadlineError


@pytest.mark.parametrize(("name", "body"), captures("traces").items(), ids=str)
def test_every_captured_trace_request_is_decoded_whole(name, body):
    sent = ExportTraceServiceRequest.FromString(body)
    spans = [s for r in sent.resource_spans for scope in r.scope_spans for s in scope.spans]
    decoded = decode_traces(body)
    assert decoded.rejected == []
    assert [s.span_id for s in decoded.spans] == [s.span_id.hex() for s in spans]
    assert [len(s.attributes) for s in decoded.spans] == [len(s.attributes) for s in spans]
    assert all(s.resource.attributes for s in decoded.spans)


def test_a_span_keeps_every_field_that_was_sent():
    message = request("chat")
    scope_spans = message.resource_spans[0].scope_spans[0]
    scope_spans.scope.name, scope_spans.scope.version = "openai", "1.2"
    message.resource_spans[0].resource.attributes.add(key="service.name").value.string_value = "s"
    span = scope_spans.spans[0]
    span.parent_span_id = b"\x09" * 8
    span.kind = 3
    span.status.code = 2
    span.status.message = "boom"
    span.trace_state = "a=b"
    for key, field, value in (
        ("text", "string_value", "hi"),
        ("whole", "int_value", -(2**63)),
        ("real", "double_value", 0.5),
        ("flag", "bool_value", False),
        ("raw", "bytes_value", b"\xff"),
    ):
        setattr(span.attributes.add(key=key).value, field, value)
    span.attributes.add(key="nothing")
    span.attributes.add(key="list").value.array_value.values.add(string_value="x")
    span.attributes.add(key="map").value.MergeFromString(nested(1))
    span.events.add(name="exception", time_unix_nano=7).attributes.add(
        key="k"
    ).value.string_value = "v"
    span.links.add(trace_id=TRACE_ID, span_id=b"\x01" * 8)

    (decoded,) = decode_traces(message.SerializeToString()).spans
    assert decoded.trace_id == "000102030405060708090a0b0c0d0e0f"
    assert decoded.span_id == "0000000000000001"
    assert decoded.parent_span_id == "0909090909090909"
    assert decoded.name == "chat"
    assert (decoded.start_ns, decoded.end_ns) == (
        1_700_000_000_000_000_000,
        1_700_000_001_000_000_000,
    )
    assert (decoded.kind, decoded.status_code, decoded.status_message) == (3, 2, "boom")
    assert decoded.trace_state == "a=b"
    assert decoded.attributes == {
        "text": "hi",
        "whole": -(2**63),
        "real": 0.5,
        "flag": False,
        "raw": b"\xff",
        "nothing": None,
        "list": ["x"],
        "map": {"k": "bottom"},
    }
    assert (decoded.scope.name, decoded.scope.version) == ("openai", "1.2")
    assert decoded.resource.attributes == {"service.name": "s"}
    (event,) = decoded.events
    assert (event.name, event.time_ns, event.attributes) == ("exception", 7, {"k": "v"})
    (link,) = decoded.links
    assert (link.trace_id, link.span_id) == (TRACE_ID.hex(), "01" * 8)


def test_spans_of_one_group_share_their_resource_and_scope():
    first, second = decode_traces(request("a", "b").SerializeToString()).spans
    assert first.resource is second.resource
    assert first.scope is second.scope


def test_a_parent_of_zeros_is_no_parent():
    message = request("root")
    message.resource_spans[0].scope_spans[0].spans[0].parent_span_id = bytes(8)
    assert decode_traces(message.SerializeToString()).spans[0].parent_span_id is None


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("trace_id", b"", "trace id has 0 bytes, not 16"),
        ("trace_id", bytes(16), "trace id is all zeros"),
        ("span_id", b"abc", "span id has 3 bytes, not 8"),
        ("span_id", bytes(8), "span id is all zeros"),
        ("parent_span_id", b"abc", "parent span id has 3 bytes, not 8"),
    ],
)
def test_a_span_with_a_bad_id_is_refused_by_name_and_the_rest_is_kept(field, value, reason):
    message = request("before", "bad", "after")
    setattr(message.resource_spans[0].scope_spans[0].spans[1], field, value)
    decoded = decode_traces(message.SerializeToString())
    assert [span.name for span in decoded.spans] == ["before", "after"]
    assert [(r.name, r.reason) for r in decoded.rejected] == [("bad", reason)]


def test_a_string_that_is_not_utf_8_is_mended_and_costs_nothing():
    message = request("before", "#####", "after")
    span = message.resource_spans[0].scope_spans[0].spans[1]
    span.attributes.add(key="cut").value.string_value = "emoji ####"
    body = message.SerializeToString().replace(b"#####", b"n\xff\xfeme")
    decoded = decode_traces(body.replace(b"emoji ####", b"emoji \xf0\x9f\x98!"))
    assert decoded.rejected == []
    assert [span.name for span in decoded.spans] == ["before", "n��me", "after"]
    assert decoded.spans[1].attributes == {"cut": "emoji �!"}
    assert decoded.spans[0].resource is decoded.spans[2].resource


def test_a_resource_that_is_not_utf_8_is_mended():
    message = request("a", "b")
    message.resource_spans[0].resource.attributes.add(key="host").value.string_value = "####"
    decoded = decode_traces(message.SerializeToString().replace(b"####", b"\xff\xff\xff\xff"))
    assert len(decoded.spans) == 2
    assert decoded.spans[0].resource.attributes == {"host": "�" * 4}


@pytest.mark.parametrize("levels", [NESTING_LIMIT + 1, 33, 40, 500])
def test_a_value_nested_too_deeply_costs_its_own_span_only(levels):
    decoded = decode_traces(deep_request(levels))
    assert [span.name for span in decoded.spans] == ["before", "after"]
    (rejected,) = decoded.rejected
    assert (rejected.trace_id, rejected.name) == (TRACE_ID.hex(), "deep")
    assert "nested" in rejected.reason


def test_a_value_at_the_nesting_limit_is_kept():
    assert len(decode_traces(deep_request(NESTING_LIMIT)).spans) == 3


@pytest.mark.parametrize("levels", [NESTING_LIMIT + 1, 33, 40])
def test_a_resource_nested_too_deeply_costs_its_own_spans_only(levels):
    (inside,) = spans_of(request("inside"))
    resource = encoded(1, encoded(1, b"k") + encoded(2, nested(levels)))
    body = request_bytes([inside.SerializeToString()], resource)
    decoded = decode_traces(body + request("outside").SerializeToString())
    assert [span.name for span in decoded.spans] == ["outside"]
    assert [rejected.name for rejected in decoded.rejected] == ["inside"]


def test_a_span_whose_bytes_make_no_sense_costs_no_other():
    message = request("before", "#broken#", "after")
    body = bytearray(message.SerializeToString())
    at = body.index(b"#broken#") - 2
    body[at] = (5 << 3) | 7  # its name gets a field kind that does not exist
    decoded = decode_traces(bytes(body))
    assert [span.name for span in decoded.spans] == ["before", "after"]
    (rejected,) = decoded.rejected
    assert rejected.span_id == "0000000000000002"
    assert "unknown kind" in rejected.reason


@pytest.mark.parametrize("body", [b"\xff", b"not protobuf at all", b'{"resourceSpans": []}'])
def test_a_body_that_is_no_request_is_malformed(body):
    with pytest.raises(ThreadlineError) as caught:
        decode_traces(body)
    assert (caught.value.code, caught.value.status) == ("malformed", 400)


def test_an_empty_body_is_an_empty_request():
    assert decode_traces(b"").spans == []


@pytest.mark.parametrize(("name", "body"), captures("metrics").items(), ids=str)
def test_the_metrics_of_a_captured_request_are_counted(name, body):
    assert count_records(body, METRICS) > 0


def test_metrics_that_are_no_protobuf_are_malformed():
    with pytest.raises(ThreadlineError, match="no OTLP export request"):
        count_records(b"\x0a\xff", METRICS)


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_decoded_or_malformed(body):
    with suppress(ThreadlineError):
        decode_traces(body)


@given(requests(), st.data())
def test_a_damaged_request_is_decoded_or_malformed(message, data):
    body = bytearray(message.SerializeToString())
    for _ in range(data.draw(st.integers(1, 4)) if body else 0):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    with suppress(ThreadlineError):
        decoded = decode_traces(bytes(body))
        assert all(len(span.trace_id) == 32 for span in decoded.spans)


@given(requests(), requests())
def test_two_requests_give_what_their_concatenation_gives(first, second):
    parts = [decode_traces(message.SerializeToString()) for message in (first, second)]
    whole = decode_traces(first.SerializeToString() + second.SerializeToString())
    assert whole.spans == parts[0].spans + parts[1].spans
    assert whole.rejected == parts[0].rejected + parts[1].rejected


@given(requests())
def test_salvaging_a_sound_request_gives_what_parsing_gives(message):
    body = message.SerializeToString()
    groups = list(salvage(body, SPAN))
    sent = [scope for outer in message.resource_spans for scope in outer.scope_spans]
    assert [list(group.messages) for group in groups] == [list(scope.spans) for scope in sent]
    assert [group.scope for group in groups] == [scope.scope for scope in sent]
    assert not any(group.rejected for group in groups)
