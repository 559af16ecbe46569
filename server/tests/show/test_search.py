"""REST over search: hits as documented, page by page, and no text that is an error."""

from __future__ import annotations

import pytest

from threadline_server.show import schemas


async def test_hits_are_what_their_schema_says(service) -> None:
    document = await service.document("/api/v1/search", q="Paris weather", limit=1000)
    schemas.HitList.model_validate(document)
    assert document["items"]
    assert (document["next_cursor"], document["truncated"]) == (None, False)
    for hit in document["items"]:
        assert set(hit) == set(schemas.Hit.model_fields)
        shown = [hit["snippet"][start:end].lower() for start, end in hit["highlights"]]
        assert set(shown) <= {"paris", "weather"}
        path = f"/api/v1/traces/{hit['trace_id']}/spans/{hit['span_id']}"
        span = await service.document(path)
        assert (span["trace_id"], span["session_id"]) == (hit["trace_id"], hit["session_id"])
    assert any(hit["highlights"] for hit in document["items"])


async def test_pages_of_hits_give_each_once(service) -> None:
    whole = (await service.document("/api/v1/search", q="weather", limit=1000))["items"]
    assert len(whole) > 5
    paged, cursor = [], None
    while True:
        more = {} if cursor is None else {"cursor": cursor}
        page = await service.document("/api/v1/search", q="weather", limit=2, **more)
        paged += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert paged == whole


@pytest.mark.parametrize(
    "text", ["", " ", '"', "AND OR NOT (", "a\0b", "*", "-", "error:", "é" * 900]
)
async def test_no_text_is_an_error(service, text) -> None:
    for path in ("search", "sessions", "traces", "spans"):
        assert (await service.get(f"/api/v1/{path}", q=text)).status_code == 200
    assert (await service.get("/api/v1/search")).json()["items"] == []


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"cursor": "made-up"}, "invalid_cursor"),
        ({"cursor": "WyJzZWFyY2giLDEsIngiXQ"}, "invalid_cursor"),
        ({"limit": 1001}, "invalid_limit"),
        ({"from": "noon"}, "invalid_time"),
    ],
)
async def test_what_makes_no_sense_is_told(service, parameters, code) -> None:
    response = await service.get("/api/v1/search", q="weather", **parameters)
    assert (response.status_code, response.json()["error"]["code"]) == (400, code)
