"""Today's prices and rules applied to what is stored, over REST and while the server runs."""

from __future__ import annotations

import asyncio

import pytest
from otlp_requests import request

from threadline_server.maintenance import renewal

PROTOBUF = {"content-type": "application/x-protobuf"}


def calls(count: int, model: str) -> bytes:
    """A request with calls of a model in one session, a million tokens each."""
    message = request(*[f"call {number}" for number in range(count)])
    for span in message.resource_spans[0].scope_spans[0].spans:
        for key, text in (("gen_ai.request.model", model), ("session.id", "s")):
            span.attributes.add(key=key).value.string_value = text
        span.attributes.add(key="gen_ai.usage.input_tokens").value.int_value = 1_000_000
    return message.SerializeToString()


async def walked(service, work: str) -> tuple[int, int, int]:
    """Stretches, spans and changed spans of a whole walk."""
    stretches = spans = changed = 0
    cursor = None
    while True:
        answer = await service.http.post(f"/api/v1/maintenance/{work}", json={"cursor": cursor})
        assert answer.status_code == 200, answer.text
        document = answer.json()
        stretches += 1
        spans += document["span_count"]
        changed += document["changed_count"]
        cursor = document["next_cursor"]
        if cursor is None:
            return stretches, spans, changed


async def totals(service) -> tuple[float | None, int]:
    session = await service.document("/api/v1/session", session_id="s")
    return session["total_cost"], session["unpriced_calls"]


@pytest.mark.parametrize("work", ["reprice", "renormalize"])
async def test_a_new_price_reaches_stored_spans_and_their_totals(
    empty, monkeypatch, work: str
) -> None:
    monkeypatch.setattr(renewal, "REPRICED", 4)
    monkeypatch.setattr(renewal, "RENORMALIZED", 4)
    await empty.http.post("/v1/traces", content=calls(10, "own-model"), headers=PROTOBUF)
    assert await totals(empty) == (None, 10)
    await empty.http.put("/api/v1/prices", json={"model": "own*", "input": 0.5})
    assert await walked(empty, work) == (3, 10, 10)
    assert await totals(empty) == (5.0, 0)
    assert await walked(empty, work) == (3, 10, 0)
    await empty.http.delete("/api/v1/prices", params={"model": "own*"})
    assert await walked(empty, work) == (3, 10, 10)
    assert await totals(empty) == (None, 10)


async def test_whoever_watches_hears_of_other_totals(empty) -> None:
    await empty.http.post("/v1/traces", content=calls(2, "own-model"), headers=PROTOBUF)
    await empty.app.writer.change(lambda: (None, None))  # listeners hear before its next work
    heard: list[set[str]] = []
    empty.app.writer.listen(lambda changes: heard.extend(each.session_ids for each in changes))
    await empty.http.put("/api/v1/prices", json={"model": "own-model", "input": 1})
    await walked(empty, "reprice")
    await empty.app.writer.change(lambda: (None, None))
    assert heard == [{"s"}]


async def test_spans_are_taken_in_meanwhile(empty, monkeypatch) -> None:
    monkeypatch.setattr(renewal, "RENORMALIZED", 2)
    await empty.http.post("/v1/traces", content=calls(20, "own-model"), headers=PROTOBUF)
    await empty.http.put("/api/v1/prices", json={"model": "own-model", "input": 1})
    walk = asyncio.create_task(walked(empty, "renormalize"))
    for count in range(21, 31):
        body = calls(count, "own-model")
        assert (await empty.http.post("/v1/traces", content=body, headers=PROTOBUF)).is_success
    await walk
    assert await totals(empty) == (30.0, 0)


async def test_everything_captured_stays_as_it_is(service) -> None:
    listed = await service.document("/api/v1/spans", limit=1000)
    stretches, spans, changed = await walked(service, "renormalize")
    assert (stretches, spans, changed) == (1, len(listed["items"]), 0)
    assert await service.document("/api/v1/spans", limit=1000) == listed


@pytest.mark.parametrize(
    ("body", "parameters", "status", "code"),
    [
        ({"cursor": "yesterday"}, {}, 400, "wrong_cursor"),
        ({"cursor": 1}, {}, 422, "invalid_body"),
        ({"from": None}, {}, 422, "invalid_body"),
        ({}, {"project": "none"}, 404, "not_found"),
    ],
)
async def test_what_cannot_be_understood_is_refused(empty, body, parameters, status, code) -> None:
    for work in ("reprice", "renormalize"):
        path = f"/api/v1/maintenance/{work}"
        answer = await empty.http.post(path, json=body, params=parameters)
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


async def test_a_page_of_another_site_cannot_start_it(empty) -> None:
    path = "/api/v1/maintenance/renormalize"
    answer = await empty.http.post(path, content="{}", headers={"content-type": "text/plain"})
    assert answer.status_code == 415
    foreign = {"origin": "https://example.com"}
    assert (await empty.http.post(path, json={}, headers=foreign)).status_code == 403


@pytest.mark.parametrize("path", ["reprice", "renormalize"])
async def test_a_method_that_an_address_does_not_have_is_told_from_an_address_there_is_not(
    empty, path
) -> None:
    response = await empty.http.get(f"/api/v1/maintenance/{path}")
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert response.json()["error"]["code"] == "method_not_allowed"
    assert (await empty.http.get("/api/v1/maintenance/nothing")).status_code == 404
