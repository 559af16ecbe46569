"""The service as a whole: one error shape, ids, compression, health, and counters."""

import gzip
import logging
import socket

import httpx2
import pytest
from otlp_requests import request

from threadline_server import __version__
from threadline_server.app import create_app
from threadline_server.errors import ThreadlineError
from threadline_server.settings import Settings

PROTOBUF = {"Content-Type": "application/x-protobuf"}


@pytest.fixture
async def service(tmp_path):
    service = create_app(Settings(data_dir=tmp_path / "data"))
    async with service.running([]):
        yield service


@pytest.fixture
async def client(service):
    # A fault must be answered, not raised through the client.
    transport = httpx2.ASGITransport(app=service.http, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost:8000") as opened:
        yield opened


async def send_spans(client, count=1):
    names = [f"span {number}" for number in range(count)]
    body = request(*names).SerializeToString()
    answer = await client.post("/v1/traces", content=body, headers=PROTOBUF)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/sessions?sort=nothing", 400, None),
        ("GET", "/api/v1/sessions?limit=many", 400, None),
        ("GET", "/api/v1/sessions?limit=1001", 400, None),
        ("GET", "/api/v1/session", 400, None),
        ("GET", "/api/v1/traces/nothing", 404, "not_found"),
        ("GET", "/api/v1/no/such/call", 404, "not_found"),
        ("DELETE", "/api/v1/sessions", 405, "method_not_allowed"),
        ("DELETE", "/traces", 405, "method_not_allowed"),
        ("POST", "/api/v1/sessions", 415, "unknown_content_type"),
    ],
)
async def test_every_refusal_has_the_one_error_shape(client, method, path, status, code):
    answer = await client.request(method, path)
    assert answer.status_code == status
    assert set(answer.json()) == {"error"}
    error = answer.json()["error"]
    assert set(error) == {"code", "message", "hint"}
    assert all(isinstance(text, str) and text for text in error.values())
    assert code is None or error["code"] == code


async def test_a_method_that_is_not_allowed_names_those_that_are(client):
    answer = await client.delete("/api/v1/sessions")
    assert answer.headers["allow"] == "GET"


async def test_a_fault_of_ours_is_500_in_the_one_error_shape_and_only_the_log_says_more(
    client, service, monkeypatch, caplog
):
    def fail(*_):
        raise RuntimeError("the disk is on fire")

    monkeypatch.setattr(service.store, "stats", fail)
    caplog.set_level(logging.ERROR)
    answer = await client.get("/api/v1/stats")
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "internal"
    assert "fire" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-request-id"]
    assert "the disk is on fire" in caplog.text


async def test_every_answer_has_a_request_id_and_a_plain_one_is_kept(client):
    first, second = await client.get("/healthz"), await client.get("/healthz")
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    kept = await client.get("/healthz", headers={"X-Request-Id": "mine-1"})
    assert kept.headers["x-request-id"] == "mine-1"
    strange = await client.get("/healthz", headers={"X-Request-Id": 'x" onload="'})
    assert len(strange.headers["x-request-id"]) == 32


async def test_long_json_is_compressed_for_those_who_read_gzip(client):
    await send_spans(client, 50)
    plain = await client.get("/api/v1/spans", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    packed = await client.get("/api/v1/spans", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.json() == plain.json()
    assert int(packed.headers["content-length"]) < len(gzip.compress(plain.content)) * 2


async def test_live_events_are_never_compressed(service):
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)
        if message["type"] == "http.response.body" and message["body"]:
            await service.end_streams()

    headers = [(b"host", b"localhost"), (b"accept-encoding", b"gzip")]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "GET",
        "path": "/api/v1/live",
        "raw_path": b"/api/v1/live",
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
        "scheme": "http",
    }
    await service.http(scope, receive, send)
    answered = dict(sent[0]["headers"])
    assert answered[b"content-type"].startswith(b"text/event-stream")
    assert b"content-encoding" not in answered
    assert sent[1]["body"].startswith(b"retry:")


async def test_healthz_says_that_the_server_lives(client):
    answer = await client.get("/healthz")
    assert answer.json() == {"status": "ok", "version": __version__}


async def test_readyz_says_that_the_store_answers_and_the_queue_has_room(
    client, service, monkeypatch
):
    assert (await client.get("/readyz")).json() == {"status": "ready"}
    monkeypatch.setattr(type(service.writer), "is_full", property(lambda _: True))
    full = await client.get("/readyz")
    assert (full.status_code, full.headers["retry-after"]) == (503, "1")
    assert full.json()["error"]["message"] == "the write queue is full"


async def test_readyz_says_when_the_store_does_not_answer(client, service, monkeypatch):
    def fail(*_):
        raise OSError("no disk")

    monkeypatch.setattr(service.store, "trace", fail)
    answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["error"]["message"] == "the store does not answer"


async def test_metrics_count_what_was_received(client):
    await send_spans(client, 3)
    text = (await client.get("/metrics")).text
    assert "threadline_spans_received_total 3.0" in text
    assert "threadline_in_flight_bytes 0.0" in text


async def test_the_rate_of_received_spans_is_in_the_stats(tmp_path):
    service = create_app(Settings(data_dir=tmp_path), clock=lambda: 1_800_000_000_000_000_000)
    transport = httpx2.ASGITransport(app=service.http)
    async with (
        service.running([]),
        httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client,
    ):
        await send_spans(client, 5)
        stats = (await client.get("/api/v1/stats")).json()
    assert stats["received_spans_per_second"] == 0.5


async def test_a_grpc_port_that_is_taken_meanwhile_is_told_and_everything_closed(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        service = create_app(Settings(data_dir=tmp_path))
        with pytest.raises(ThreadlineError, match="OTLP/gRPC: cannot listen on 127") as caught:
            async with service.running([f"127.0.0.1:{other.getsockname()[1]}"]):
                pass
    assert "--grpc-port" in caught.value.hint
    create_app(Settings(data_dir=tmp_path)).store.close()  # the folder is free again


async def test_a_folder_in_which_nothing_can_be_kept_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ThreadlineError, match="cannot be used: Not a directory"):
        create_app(Settings(data_dir=tmp_path / "file" / "data"))


async def test_what_was_acknowledged_is_there_when_the_folder_is_opened_again(tmp_path):
    for count in (0, 2):
        service = create_app(Settings(data_dir=tmp_path))
        transport = httpx2.ASGITransport(app=service.http)
        async with (
            service.running([]),
            httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client,
        ):
            await send_spans(client, 2 - count)
            assert (await client.get("/api/v1/stats")).json()["span_count"] == 2
