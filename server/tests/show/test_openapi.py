from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import given, settings
from otlp_requests import captures
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

from threadline_server.app import create_app
from threadline_server.decode.otlp_protobuf import decode_traces
from threadline_server.normalize.pipeline import normalize, previews
from threadline_server.settings import Settings
from threadline_server.store.contract import SpanBatch
from threadline_server.store.sqlite import open_store


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """The OpenAPI document of a service with captured sessions in it."""
    folder: Path = tmp_path_factory.mktemp("data")
    store = open_store(folder, previewer=previews)
    for body in captures("traces").values():
        spans = normalize(decode_traces(body).spans, 1_800_000_000_000_000_000)
        store.write([SpanBatch("default", spans, len(body))])
    app = create_app(Settings(data_dir=folder, grpc_port=0), store=store)
    with TestClient(app.http, base_url="http://localhost:8000") as client:
        document = client.get("/openapi.json").json()
    schema = schemathesis.openapi.from_dict(document)
    schema.app = app.http
    yield schema
    app.sql.close()
    store.close()


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
PATHS = (
    "/api/v1/sessions",
    "/api/v1/sessions/shapes",
    "/api/v1/session",
    "/api/v1/traces",
    "/api/v1/traces/{trace_id}",
    "/api/v1/traces/{trace_id}/spans/{span_id}",
    "/api/v1/spans",
    "/api/v1/search",
    "/api/v1/scores",
    "/api/v1/prices",
    "/api/v1/stats",
)
ASKED_BY_BODY = ("/api/v1/sql", "/v1/sql/query")
# They wait for the writer, which does not run here: test_maintenance asks them.
POSTED = ("/api/v1/maintenance/reprice", "/api/v1/maintenance/renormalize")


@pytest.mark.parametrize(
    ("path", "method"),
    [*((path, "GET") for path in PATHS), *((path, "POST") for path in ASKED_BY_BODY)],
)
def test_a_call_answers_as_documented_whatever_it_is_asked(api, path: str, method: str) -> None:
    operation = api[path][method]

    @settings(max_examples=60)
    @given(case=operation.as_strategy())
    def ask(case: schemathesis.Case) -> None:
        response = case.call(base_url="http://localhost:8000")
        case.validate_response(response, checks=CHECKS)

    ask()


def test_every_documented_call_is_asked(api) -> None:
    asked = {*PATHS, *ASKED_BY_BODY, *POSTED, "/api/v1/live"}
    assert set(api.raw_schema["paths"]) == asked
