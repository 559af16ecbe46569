"""Open mode, sentence by sentence, on the whole service."""

import asyncio
import itertools
import json
import logging

import httpx2
import pytest
from otlp_requests import as_json, request

from threadline_server.access.keys import KEY_HEADERS
from threadline_server.access.loopback import is_loopback, name_of
from threadline_server.access.open_mode import OpenMode
from threadline_server.access.security_headers import HEADERS
from threadline_server.app import Threadline, create_app
from threadline_server.errors import ThreadlineError
from threadline_server.settings import Settings

JSON = {"Content-Type": "application/json"}
TRACE_IDS = (number.to_bytes(16, "big") for number in itertools.count(1))
SCHEMES = [
    *(("Authorization", scheme) for scheme in ("Bearer ", "Basic ", "Api-Token ", "")),
    *((name, "") for name in KEY_HEADERS),
]
FOREIGN = [
    "http://evil.example",
    "https://evil.example:8000",
    "http://localhost:3000",
    "http://localhost",
    "http://localhost:8000.evil.example",
    "file://",
    "null",
    "",
]


@pytest.fixture(scope="module")
def service_with(tmp_path_factory):
    """Gives the service of some settings, each made once."""
    services: dict[str, Threadline] = {}

    def give(**settings):
        key = json.dumps(settings, sort_keys=True)
        if key not in services:
            folder = tmp_path_factory.mktemp("data")
            services[key] = create_app(Settings(data_dir=folder, **settings))
            services[key].writer.start()
        return services[key]

    yield give
    for service in services.values():
        asyncio.run(service.writer.stop())
        service.store.close()


@pytest.fixture
def ask(service_with):
    """Sends a request to the service of some settings."""

    async def send(method, path, *, headers=None, content=b"", host="localhost:8000", **settings):
        transport = httpx2.ASGITransport(app=service_with(**settings).http)
        async with httpx2.AsyncClient(transport=transport) as client:
            url = f"http://127.0.0.1:8000{path}"
            return await client.request(
                method, url, headers={"Host": host, **(headers or {})}, content=content
            )

    return send


async def span_count(ask):
    return (await ask("GET", "/api/v1/stats?project=default")).json()["span_count"]


def spans():
    """A request with one span that was never sent before."""
    message = request("a")
    message.resource_spans[0].scope_spans[0].spans[0].trace_id = next(TRACE_IDS)
    return as_json(message)


def error_of(answer):
    return answer.json()["error"]["code"]


# "no key is needed and any key is accepted, into project `default`; keys are not stored"


@pytest.mark.parametrize(
    "key", [None, "", "Bearer secret-key", "Basic cGstbGY6c2VjcmV0LWtleQ==", "Bearer é" * 500]
)
async def test_no_key_is_needed_and_any_key_writes_to_the_default_project(ask, key):
    headers = JSON if key is None else {**JSON, "Authorization": key.encode()}
    before = await span_count(ask)
    answer = await ask("POST", "/v1/traces", headers=headers, content=spans())
    assert answer.status_code == 200
    assert await span_count(ask) == before + 1


async def test_a_key_is_neither_stored_nor_logged(ask, tmp_path_factory, caplog):
    caplog.set_level(logging.DEBUG)
    for path in ("/v1/traces", "/api/public/otel/v1/traces"):
        for name, scheme in SCHEMES:
            headers = {**JSON, name: f"{scheme}secret-key-4711"}
            assert (await ask("POST", path, headers=headers, content=spans())).status_code == 200
    # This module's services alone: those of others may take files away meanwhile.
    found = tmp_path_factory.getbasetemp().glob("data*/**/*")
    files = [file for file in found if file.is_file()]
    assert files
    assert not [file for file in files if b"secret-key-4711" in file.read_bytes()]
    assert "secret-key-4711" not in caplog.text


# "everything but OTLP and /healthz answers only when Host is a loopback name or in --allowed-host"


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:9",
        "LOCALHOST:8000",
        "127.0.0.1",
        "127.8.9.1:80",
        "[::1]",
        "[::1]:8000",
        "localhost.",
        "threadline.localhost:8000",
        "[0:0:0:0:0:0:0:1]",
    ],
)
async def test_a_loopback_name_is_answered_on_any_port(ask, host):
    assert (await ask("GET", "/api/v1/stats", host=host)).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "128.0.0.1",
        "0.0.0.0",
        "[::]",
        "[::2]",
        "::1",
        "evillocalhost",
        "localhost:x",
        "user@localhost",
        "127.0.0.1.evil.example",
        "10.0.0.1",
    ],
)
@pytest.mark.parametrize("path", ["/", "/api/v1/stats", "/metrics", "/readyz", "/openapi.json"])
async def test_any_other_name_is_misdirected(ask, host, path):
    answer = await ask("GET", path, host=host)
    assert answer.status_code == 421
    assert error_of(answer) == "unknown_host"


async def test_an_allowed_host_is_answered_on_any_port(ask):
    for host in ("threadline.example.com", "Threadline.Example.com:8443"):
        answer = await ask(
            "GET", "/api/v1/stats", host=host, allowed_host=["threadline.example.com"]
        )
        assert answer.status_code == 200
    other = await ask(
        "GET", "/api/v1/stats", host="example.com", allowed_host=["threadline.example.com"]
    )
    assert other.status_code == 421


def test_two_host_headers_are_no_loopback_name():
    headers = [(b"host", b"localhost"), (b"host", b"evil.example")]
    scope = {"type": "http", "method": "GET", "path": "/api/v1/stats", "headers": headers}
    with pytest.raises(ThreadlineError, match="not called"):
        OpenMode([], trust_proxy=False).check(scope, is_otlp=False)


async def test_otlp_and_healthz_answer_under_any_name(ask):
    assert (await ask("GET", "/healthz", host="threadline")).status_code == 200
    for path in ("/v1/traces", "/v1/traces/", "/v1/logs", "/api/public/otel/v1/traces"):
        answer = await ask("POST", path, host="threadline:8000", headers=JSON, content=b"{}")
        assert answer.status_code == 200


@pytest.mark.parametrize("host", ["http://threadline.example.com", "a/b", "a b"])
def test_an_allowed_host_that_is_no_name_is_told(tmp_path, host):
    with pytest.raises(ThreadlineError, match="no host name"):
        create_app(Settings(data_dir=tmp_path, allowed_host=[host]))


# "a request with a foreign Origin is refused"


@pytest.mark.parametrize("origin", FOREIGN)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/sessions"),
        ("DELETE", "/api/v1/session?session_id=x"),
        ("GET", "/"),
        ("GET", "/healthz"),
        ("POST", "/v1/traces"),
        ("OPTIONS", "/v1/traces"),
    ],
)
async def test_a_foreign_origin_is_refused_everywhere(ask, origin, method, path):
    answer = await ask(method, path, headers={**JSON, "Origin": origin})
    assert answer.status_code == 403


async def test_our_own_page_may_send(ask):
    for host in ("localhost:8000", "127.0.0.1:8000", "[::1]:8000"):
        headers = {"Origin": f"http://{host}"}
        answer = await ask("DELETE", "/api/v1/session?session_id=x", host=host, headers=headers)
        assert error_of(answer) == "not_found"


async def test_a_page_whose_own_name_was_made_to_point_here_may_not_send_spans(ask):
    before = await span_count(ask)
    headers = {**JSON, "Origin": "http://evil.example:8000"}
    answer = await ask(
        "POST", "/v1/traces", host="evil.example:8000", headers=headers, content=spans()
    )
    assert answer.status_code == 403
    assert await span_count(ask) == before


async def test_a_refused_export_is_answered_as_otlp_wants(ask):
    headers = {**JSON, "Origin": "http://evil.example"}
    answer = await ask("POST", "/v1/traces", headers=headers, content=spans())
    assert answer.json()["code"] == 7
    assert "evil.example" in answer.json()["message"]


# "no CORS headers"


@pytest.mark.parametrize("origin", ["http://localhost:8000", "http://evil.example"])
@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/api/v1/sessions"), ("OPTIONS", "/v1/traces")]
)
async def test_no_answer_has_a_cors_header(ask, origin, method, path):
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    answer = await ask(method, path, headers=headers)
    assert not [name for name in answer.headers if name.startswith("access-control-")]


# "JSON endpoints demand application/json"


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", None],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_a_body_that_is_not_called_json_is_415(ask, content_type, method):
    headers = {} if content_type is None else {"Content-Type": content_type}
    answer = await ask(method, "/api/v1/session?session_id=x", headers=headers, content=b"{}")
    assert answer.status_code == 415
    assert error_of(answer) == "unknown_content_type"


async def test_a_body_that_is_called_json_goes_on(ask):
    headers = {"Content-Type": "application/json; charset=utf-8"}
    answer = await ask("POST", "/api/v1/sessions", headers=headers, content=b"{}")
    assert answer.status_code == 405


# "nothing changes on GET"


async def test_nothing_changes_on_get(ask):
    message = request("a")
    span = message.resource_spans[0].scope_spans[0].spans[0]
    span.attributes.add(key="session.id").value.string_value = "kept"
    await ask("POST", "/v1/traces", headers=JSON, content=as_json(message))
    before = (await ask("GET", "/api/v1/sessions")).json()
    openapi = (await ask("GET", "/openapi.json")).json()
    trace_id, span_id = span.trace_id.hex(), span.span_id.hex()
    paths = [path for path in openapi["paths"] if path != "/api/v1/live"]
    for path in [*paths, "/", "/v1/traces", "/v1/logs", "/healthz", "/readyz", "/metrics"]:
        filled = path.replace("{trace_id}", trace_id).replace("{span_id}", span_id)
        answer = await ask("GET", f"{filled}?session_id=kept")
        assert answer.status_code in (200, 404, 405, 503), path
    assert (await ask("GET", "/api/v1/sessions")).json() == before
    assert before["items"][0]["session_id"] == "kept"


# "a request that was forwarded is refused until the proxy is trusted"


@pytest.mark.parametrize(
    "header", ["Forwarded", "X-Forwarded-For", "x-forwarded-proto", "X-Forwarded-Anything"]
)
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/api/v1/sessions"), ("GET", "/healthz"), ("POST", "/v1/traces")],
)
async def test_a_forwarded_request_is_refused(ask, header, method, path):
    answer = await ask(method, path, headers={**JSON, header: "for=10.0.0.1"}, content=b"")
    assert answer.status_code == 403
    assert "--trust-proxy" in answer.text


async def test_a_trusted_proxy_is_let_in_under_an_allowed_name(ask):
    proxied = {"trust_proxy": True, "allowed_host": ["threadline.example.com"]}
    headers = {
        "X-Forwarded-For": "10.0.0.1",
        "X-Forwarded-Host": "threadline.example.com",
        "Origin": "https://threadline.example.com",
    }
    for host in ("threadline.example.com", "127.0.0.1:8000"):
        answer = await ask("GET", "/api/v1/stats", host=host, headers=headers, **proxied)
        assert answer.status_code == 200


async def test_a_trusted_proxy_lets_no_foreign_page_and_no_foreign_name_in(ask):
    page = {"X-Forwarded-Host": "evil.example", "Origin": "https://evil.example"}
    answer = await ask("GET", "/api/v1/stats", headers=page, trust_proxy=True)
    assert answer.status_code == 403
    name = {"X-Forwarded-Host": "localhost"}
    answer = await ask("GET", "/api/v1/stats", host="evil.example", headers=name, trust_proxy=True)
    assert answer.status_code == 421


def test_a_grpc_call_that_was_forwarded_is_refused():
    with pytest.raises(ThreadlineError, match="came through a proxy"):
        OpenMode([], trust_proxy=False).project_of({"x-forwarded-for": "10.0.0.1"})
    assert OpenMode([], trust_proxy=True).project_of({"x-forwarded-for": "10.0.0.1"}) == "default"


# Security headers on every answer


@pytest.mark.parametrize(
    ("method", "path", "host", "status"),
    [
        ("GET", "/api/v1/sessions", "localhost", 200),
        ("GET", "/healthz", "localhost", 200),
        ("GET", "/api/v1/traces/nothing", "localhost", 404),
        ("POST", "/api/v1/sessions", "localhost", 415),
        ("GET", "/api/v1/stats", "evil.example", 421),
        ("POST", "/v1/traces", "localhost", 415),
    ],
)
async def test_every_answer_has_the_security_headers(ask, method, path, host, status):
    answer = await ask(method, path, host=host)
    assert answer.status_code == status
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def test_a_name_without_its_port_is_read_from_a_host_header():
    assert name_of("LocalHost.:80") == "localhost"
    assert name_of("[::1]:80") == "[::1]"
    assert name_of("a:b") is None


def test_an_address_without_brackets_is_no_loopback_name():
    assert not is_loopback("::1")
