import logging
import socket
import time
from email.utils import formatdate

import pytest
from collecting_server import HANGS_UP, Answer, CollectingServer, collecting_server
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTracePartialSuccess,
    ExportTraceServiceResponse,
)

from threadline.export.delivery import Outcome
from threadline.export.transport import Transport, retry_after
from threadline.settings import Settings

KEY = "a-secret-key"


@pytest.fixture
def server():
    with collecting_server() as started:
        yield started


def transport_to(url: str, **changes) -> Transport:
    endpoints = {"traces_endpoint": f"{url}/v1/traces", "logs_endpoint": f"{url}/v1/logs"}
    headers = {"authorization": f"Bearer {KEY}"}
    return Transport(Settings(**endpoints, headers=headers, **changes))


@pytest.fixture
def transport(server):
    made = transport_to(server.url, api_key_setting="LMNR_PROJECT_API_KEY")
    yield made
    made.close()


def answered(server: CollectingServer, transport: Transport, answer: Answer) -> Outcome:
    server.answers = [answer]
    return transport.send("traces", b"", 5)


def test_a_body_arrives_compressed_with_its_headers(server, transport):
    assert transport.send("traces", b"", 5) == Outcome("delivered")
    assert transport.send("logs", b"", 5).kind == "delivered"
    first, second = server.received
    assert (first.path, second.path) == ("/v1/traces", "/v1/logs")
    assert first.headers["content-encoding"] == "gzip"
    assert first.headers["content-type"] == "application/x-protobuf"
    assert first.headers["authorization"] == f"Bearer {KEY}"


def test_a_body_goes_as_it_is_where_compression_is_off(server):
    plain = transport_to(server.url, compression="none")
    assert plain.send("traces", b"abc", 5).kind == "delivered"
    plain.close()
    assert server.received[0].content == b"abc"
    assert "content-encoding" not in server.received[0].headers


@pytest.mark.parametrize("status", [408, 429, 502, 503, 504])
def test_answers_that_pass_are_tried_again(server, transport, status):
    outcome = answered(server, transport, Answer(status, {"Retry-After": "7"}))
    assert (outcome.kind, outcome.retry_after_seconds) == ("retry", 7)


def test_a_body_that_is_too_large_is_told_apart(server, transport):
    assert answered(server, transport, Answer(413)).kind == "too_large"


@pytest.mark.parametrize("status", [400, 404, 415, 500, 501])
def test_answers_that_stay_are_not_tried_again(server, transport, status):
    assert answered(server, transport, Answer(status)).kind == "refused"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'{"error": {"code": "busy", "message": "the disk is full"}}', "the disk is full"),
        (b'{"message": "no such project."}', "no such project"),
        (b'{"error": "not allowed"}', "not allowed"),
        (b'{"detail": "Not Found"}', "Not Found"),
        (b'"over quota"', "over quota"),
        (b"plain\ntext", "plain text"),
        (b"\x08\x03\x12\x08bad span", "bad span"),
        (b"\x12\x08bad span", "bad span"),
        (b"\x12\xff", ""),
        (b"<html>proxy page</html>", ""),
        (b"", ""),
    ],
)
def test_a_refusal_carries_what_the_server_says(server, transport, content, says):
    outcome = answered(server, transport, Answer(400, content=content))
    assert outcome.message == f"{server.url}/v1/traces answered 400" + (f": {says}" if says else "")


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_named_by_its_setting_and_never_told(server, transport, status):
    outcome = answered(server, transport, Answer(status))
    assert outcome.message.endswith("; the key is from LMNR_PROJECT_API_KEY")
    assert KEY not in outcome.message


def test_a_long_answer_is_not_read_to_its_end(server, transport):
    outcome = answered(server, transport, Answer(400, content=b"x" * 5_000_000))
    assert len(outcome.message) < 500


def test_what_a_server_did_not_keep_is_warned_of_once(server, transport, caplog):
    partial = ExportTracePartialSuccess(rejected_spans=2, error_message="span 'a': no trace id")
    content = ExportTraceServiceResponse(partial_success=partial).SerializeToString()
    for _ in range(2):
        assert answered(server, transport, Answer(200, content=content)).kind == "delivered"
    assert [record.getMessage() for record in caplog.records] == [
        "The server did not keep 2 of what was sent: span 'a': no trace id."
    ]


def test_an_answer_that_is_no_message_counts_as_delivered(server, transport):
    assert answered(server, transport, Answer(200, content=b"OK, thanks")).kind == "delivered"


def test_a_redirect_within_the_host_is_followed_with_the_key(server, transport):
    moved = Answer(308, {"Location": "/moved/v1/traces"})
    assert answered(server, transport, moved).kind == "delivered"
    assert server.received[1].path == "/moved/v1/traces"
    assert server.received[1].headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_takes_the_key_to_another_host(server, transport, status):
    with collecting_server() as other:
        elsewhere = f"http://localhost:{other.port}/v1/traces"
        outcome = answered(server, transport, Answer(status, {"Location": elsewhere}))
        assert other.received == []
    assert outcome.kind == "refused"
    assert f"http://localhost:{other.port}" in outcome.message


def test_redirects_in_a_circle_end(server, transport):
    server.answers = [Answer(307, {"Location": "/v1/traces"})] * 5
    assert transport.send("traces", b"", 5).kind == "refused"
    assert len(server.received) == 3


def test_where_nobody_listens_is_unreachable():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        transport = transport_to(f"http://127.0.0.1:{probe.getsockname()[1]}")
        outcome = transport.send("traces", b"", 5)
    assert (outcome.kind, outcome.message.partition(": ")[2]) == (
        "unreachable",
        "nobody listens there",
    )


def test_a_server_that_does_not_answer_is_unreachable(server, transport):
    server.hold()
    outcome = transport.send("traces", b"", 0.05)
    server.released.set()
    assert (outcome.kind, outcome.message) == ("unreachable", f"{server.url}: no answer in time")


def test_a_kept_connection_that_the_server_closed_is_no_failure(transport, server):
    server.answers = [Answer(), Answer(HANGS_UP)]
    assert [transport.send("traces", b"", 5).kind for _ in range(2)] == ["delivered"] * 2
    assert len(server.received) == 3


def test_a_server_that_always_hangs_up_is_unreachable(transport, server):
    server.answers = [Answer(HANGS_UP)] * 2
    assert transport.send("traces", b"", 5).kind == "unreachable"


def test_a_key_that_is_no_header_is_refused_and_not_told():
    transport = Transport(Settings(headers={"authorization": f"Bearer {KEY}\n"}))
    outcome = transport.send("traces", b"", 1)
    assert outcome.kind == "refused"
    assert KEY not in outcome.message


def test_a_password_in_netrc_does_not_replace_the_key(server, transport, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ann password hidden\n")
    monkeypatch.setenv("NETRC", str(netrc))
    assert transport.send("traces", b"", 5).kind == "delivered"
    assert server.received[0].headers["authorization"] == f"Bearer {KEY}"


def test_a_password_in_the_url_is_sent_where_there_is_no_key_and_never_told(server):
    url = server.url.replace("://", "://ann:hidden@")
    transport = Transport(Settings(traces_endpoint=f"{url}/v1/traces?token=hidden"))
    outcome = answered(server, transport, Answer(400))
    transport.close()
    assert server.received[0].headers["authorization"].startswith("Basic ")
    assert outcome.message == f"{server.url}/v1/traces answered 400"


def test_a_proxy_is_taken_from_the_environment(server, monkeypatch):
    monkeypatch.setenv("http_proxy", server.url)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    transport = transport_to("http://threadline.invalid")
    assert transport.send("traces", b"", 5).kind == "delivered"
    transport.close()
    assert server.received[0].path == "http://threadline.invalid/v1/traces"


def test_nothing_that_is_logged_holds_the_key(server, transport, caplog):
    caplog.set_level(logging.DEBUG)
    for status in (200, 307, 400, 401, 413, 503):
        answered(server, transport, Answer(status))
    assert KEY not in caplog.text


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("3", 3),
        ("0.5", 0.5),
        ("-3", 0),
        ("86400", 300),
        ("inf", 300),
        ("nan", None),
        ("soon", None),
        ("", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("Wed, 21 Oct 9999 07:28:00 GMT", 300),
        ("Wed, 99 Oct 9999 07:28:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_at_most_five_minutes(value, seconds):
    assert retry_after(value) == seconds


def test_a_date_to_retry_after_is_counted_from_now():
    wait = retry_after(formatdate(time.time() + 60, usegmt=True))
    assert wait is not None
    assert 50 < wait <= 60
