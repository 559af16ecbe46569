from __future__ import annotations

import gzip

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from otlp_requests import CAPTURES
from show.conftest import PROTOBUF

MESSAGES = ("gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.system_instructions")


def capture(name: str) -> bytes:
    return (CAPTURES / "genai-content" / name).read_bytes()


def without_messages(body: bytes) -> bytes:
    """The spans as an instrumentation sends them that puts messages into log records alone."""
    message = ExportTraceServiceRequest.FromString(body)
    for resource in message.resource_spans:
        for scope in resource.scope_spans:
            for span in scope.spans:
                kept = [pair for pair in span.attributes if pair.key not in MESSAGES]
                del span.attributes[:]
                span.attributes.extend(kept)
    return message.SerializeToString()


async def shown(service, requests) -> dict:
    """Every trace, session and span after these requests, by their ids."""
    for path, body in requests:
        answer = await service.http.post(
            path, content=gzip.compress(body), headers=PROTOBUF | {"content-encoding": "gzip"}
        )
        assert (answer.status_code, answer.content) == (200, b"")
    found = {}
    for session in (await service.document("/api/v1/sessions"))["items"]:
        found[session["session_id"]] = session
    for trace in (await service.document("/api/v1/traces"))["items"]:
        found[trace["trace_id"]] = trace
    for span in (await service.document("/api/v1/spans"))["items"]:
        path = f"/api/v1/traces/{span['trace_id']}/spans/{span['span_id']}"
        found[span["span_id"]] = await service.document(path)
    return found


@pytest.fixture
def requests():
    return [("/v1/traces", without_messages(capture("01.bin"))), ("/v1/logs", capture("02.bin"))]


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (1, 0, 1), (0, 1, 0)], ids=str)
async def test_captured_log_records_are_the_messages_of_their_spans(empty, requests, order):
    found = await shown(empty, [requests[number] for number in order])
    session = found["gc-1-s"]
    assert (session["first_input"], session["last_output"]) == ("one", "Echo: two")
    call = found["58efef73d9671308"]
    assert [message["role"] for message in call["messages"]["input"]] == ["system", "user"]
    assert call["messages"]["input"][1]["parts"][0]["text"] == "one"
    assert call["messages"]["output"][0]["parts"][0]["text"] == "Echo: one"
    assert call["event_count"] == len(call["events"]) == 1
    (event,) = call["events"]
    assert (event["source"], event["body"]) == ("log", None)
    assert event["name"] == "gen_ai.client.inference.operation.details"
    assert event["attributes"]["gen_ai.response.id"].startswith("chatcmpl-fake")


async def test_messages_by_log_records_look_as_messages_by_attributes_do(empty, requests):
    by_records = await shown(empty, requests)
    by_attributes = await shown(empty, [("/v1/traces", capture("01.bin"))])
    assert by_records.keys() == by_attributes.keys()
    for identity, document in by_attributes.items():
        other = by_records[identity]
        for name in ("input", "output", "first_input", "last_output", "input_tokens"):
            if "messages" not in document:
                assert document.get(name) == other.get(name), (identity, name)
        if "messages" in document:
            assert document["messages"] == other["messages"]


async def test_a_search_finds_what_only_a_log_record_says(empty, requests):
    await shown(empty, requests)
    found = await empty.document("/api/v1/spans", q="Echo")
    assert {span["type"] for span in found["items"]} == {"llm"}
