"""SQL over HTTP: rows for our REST contract, objects for Laminar's clients, errors that say why."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Callable

import pytest

from threadline_server.show.api.sql_schemas import SqlObjects, SqlRows

SQL = "/api/v1/sql"
LAMINAR = "/v1/sql/query"
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


async def until(condition: Callable[[], object]) -> None:
    """Wait for what a thread does, which tells nobody."""
    while not condition():  # noqa: ASYNC110  # as the docstring says
        await asyncio.sleep(0.01)


async def test_rows_are_in_the_order_of_the_columns(service) -> None:
    asked = "SELECT session_id, trace_count FROM sessions WHERE trace_count > ? ORDER BY session_id"
    response = await service.http.post(SQL, json={"query": asked, "parameters": [1]})
    assert response.status_code == 200, response.text
    document = response.json()
    SqlRows.model_validate(document, strict=True)
    listed = await service.document("/api/v1/sessions", limit=1000, sort="session_id")
    expected = [
        [item["session_id"], item["trace_count"]]
        for item in listed["items"]
        if item["trace_count"] > 1
    ]
    assert expected
    assert document == {
        "columns": ["session_id", "trace_count"],
        "rows": expected,
        "truncated": False,
    }


async def test_a_laminar_client_gets_objects(service) -> None:
    asked = "SELECT count(*) AS spans FROM spans WHERE type = :kind"
    response = await service.http.post(
        LAMINAR, json={"query": asked, "parameters": {"kind": "llm"}}
    )
    assert response.status_code == 200, response.text
    SqlObjects.model_validate(response.json(), strict=True)
    (row,) = response.json()["data"]
    assert row["spans"] > 10


async def test_integers_beyond_doubles_are_exact(service) -> None:
    asked = {"query": "SELECT ?, max(start_ns) FROM spans", "parameters": [2**53 + 1]}
    (row,) = (await service.http.post(SQL, json=asked)).json()["rows"]
    assert row[0] == 2**53 + 1
    latest = await service.http.post(
        SQL, json={"query": "SELECT start_time FROM spans ORDER BY start_ns DESC LIMIT 1"}
    )
    assert latest.json()["rows"][0][0].endswith(f"{row[1] % 1_000_000_000:09d}Z")


@pytest.mark.parametrize(
    ("query", "code", "says"),
    [
        ("DELETE FROM spans", "sql_not_allowed", "may not be modified"),
        ("SELECT 1; SELECT 2", "sql_not_allowed", "more than one statement"),
        ("SELECT load_extension('x')", "sql_not_allowed", "load_extension"),
        ("SELEC 1", "sql_error", "at character 1"),
        ("SELECT * FROM blocks", "sql_error", "no such table: blocks"),
    ],
)
async def test_an_error_says_what_was_wrong(service, query, code, says) -> None:
    response = await service.http.post(SQL, json={"query": query})
    assert response.status_code == 400
    error = response.json()["error"]
    assert error["code"] == code
    assert says in error["message"]
    assert error["hint"]
    response = await service.http.post(LAMINAR, json={"query": query})
    assert response.status_code == 400
    assert says in response.json()["error"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "invalid_body"),
        ({"query": 1}, 422, "invalid_body"),
        ({"query": "SELECT 1", "more": 1}, 422, "invalid_body"),
        ({"query": "SELECT 1", "parameters": "x"}, 422, "invalid_body"),
        ({"query": "x" * 100_001}, 422, "invalid_body"),
        ({"query": "\ud800"}, 422, "invalid_body"),
        ({"query": "SELECT ?", "parameters": [[1]]}, 400, "invalid_parameter"),
        ({"query": "SELECT :a", "parameters": {"a": {}}}, 400, "invalid_parameter"),
        ({"query": "SELECT ?", "parameters": [2**63]}, 400, "invalid_parameter"),
        ({"query": "SELECT ?", "parameters": ["\ud800"]}, 400, "invalid_parameter"),
        ({"query": "SELECT :a", "parameters": {"\ud800": 1}}, 400, "invalid_parameter"),
        ({"query": "SELECT ?", "parameters": [math.inf]}, 400, "invalid_parameter"),
        ({"query": "SELECT ?", "parameters": [1, 2]}, 400, "sql_error"),
        ({"query": "SELECT :a", "parameters": {"b": 1}}, 400, "sql_error"),
        ({"query": "SELECT 1", "parameters": None}, 200, None),
    ],
)
async def test_a_body_is_checked(service, body, status, code) -> None:
    as_json = {"content-type": "application/json"}
    response = await service.http.post(SQL, content=json.dumps(body), headers=as_json)
    assert response.status_code == status, response.text
    if code is not None:
        assert response.json()["error"]["code"] == code


async def test_an_unknown_project_is_not_found(service) -> None:
    response = await service.http.post(SQL, params={"project": "x"}, json={"query": "SELECT 1"})
    assert response.status_code == 404


async def test_a_form_is_not_taken(service) -> None:
    response = await service.http.post(
        SQL, content="query=SELECT", headers={"content-type": "text/plain"}
    )
    assert response.status_code == 415


async def test_as_many_queries_as_may_run_and_wait_and_one_more_comes_later(service) -> None:
    asked = [asyncio.create_task(service.http.post(SQL, json={"query": ENDLESS})) for _ in range(6)]
    running = service.app.sql._running
    await until(lambda: len(running) == 6)
    for path in (SQL, LAMINAR):
        response = await service.http.post(path, json={"query": "SELECT 1"})
        assert response.status_code == 503
        assert response.headers["retry-after"] == "1"
    for task in asked:
        task.cancel()
    await asyncio.wait(asked)
    await until(lambda: not running)
    response = await service.http.post(SQL, json={"query": "SELECT 1"})
    assert response.json()["rows"] == [[1]]


@pytest.mark.parametrize("path", [SQL, LAMINAR])
async def test_a_body_of_any_size_is_not_taken(service, path) -> None:
    body = {"query": "SELECT ?", "parameters": ["x" * (4 << 20)]}
    response = await service.http.post(path, json=body)
    assert response.status_code == 413
    assert response.json()["error"]["message"]


async def test_a_server_that_is_to_end_does_not_wait_for_a_query(service) -> None:
    asked = asyncio.create_task(service.http.post(SQL, json={"query": ENDLESS}))
    running = service.app.sql._running
    await until(lambda: any(each._process for each in running))
    await service.app.end_streams()
    response = await asked
    assert (response.status_code, response.json()["error"]["code"]) == (503, "busy")
