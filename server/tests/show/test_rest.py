from __future__ import annotations

import gzip
import re
from uuid import UUID

import pytest
from otlp_requests import captures
from pydantic import BaseModel

from threadline_server.decode.otlp_protobuf import decode_traces
from threadline_server.model.time import now_ns
from threadline_server.normalize.pipeline import normalize
from threadline_server.query.fields import FIELDS
from threadline_server.show import schemas

ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z")
LISTS = {
    "sessions": schemas.SessionList,
    "traces": schemas.TraceList,
    "spans": schemas.SpanList,
}


def assert_is(document: dict, model: type[BaseModel]) -> None:
    """A document has exactly the fields of its model, each of its type, none converted."""
    model.model_validate(document, strict=True)
    assert set(document) == set(model.model_fields)


@pytest.mark.parametrize("noun", LISTS)
async def test_a_list_is_what_its_schema_says(service, noun) -> None:
    document = await service.document(f"/api/v1/{noun}", limit=1000)
    assert len(document["items"]) > 30
    assert document["next_cursor"] is None
    assert_is(document, LISTS[noun])
    assert all(ISO.fullmatch(item["start_time"]) for item in document["items"])


async def test_pages_of_one_are_what_their_schemas_say(service) -> None:
    for item in (await service.document("/api/v1/sessions", limit=1000))["items"]:
        found = await service.document("/api/v1/session", session_id=item["session_id"])
        assert_is(found, schemas.SessionPage)
        assert (item.pop("hit"), item.pop("hit_count")) == (None, None)
        assert item.items() <= found.items()
    for item in (await service.document("/api/v1/traces", limit=1000))["items"]:
        trace = await service.document(f"/api/v1/traces/{item['trace_id']}")
        assert_is(trace, schemas.TracePage)
        assert item.pop("steps") is None
        assert item.items() <= trace.items()
        for span in trace["spans"]:
            path = f"/api/v1/traces/{item['trace_id']}/spans/{span['span_id']}"
            detail = await service.document(path)
            assert_is(detail, schemas.SpanPage)
            assert span.items() <= detail.items()


async def test_a_trace_is_the_same_alone_and_within_its_session(service) -> None:
    for session in (await service.document("/api/v1/sessions", limit=1000))["items"]:
        within = await service.document(
            "/api/v1/traces", session_id=session["session_id"], limit=1000
        )
        assert len(within["items"]) == session["trace_count"]
        for item in within["items"]:
            alone = await service.document(f"/api/v1/traces/{item['trace_id']}")
            assert item.pop("steps") is None
            assert item.items() <= alone.items()


async def test_the_steps_of_a_workflow_come_with_their_own_input_and_output(service) -> None:
    found = await service.document("/api/v1/traces", session_id="checkout-user7", include="steps")
    (trace,) = found["items"]
    assert trace["step_count"] == 3
    assert [
        (step["name"], step["input"], step["output"], step["status"]) for step in trace["steps"]
    ] == [
        ("validateCart", '{"items":["a","b"]}', '{"valid":true,"items":2}', "unset"),
        ("processPayment", "[19.99]", '{"paid":19.99}', "unset"),
        ("createOrder", "{}", "order-1", "unset"),
    ]
    assert all(step["duration_ms"] is not None for step in trace["steps"])


async def test_a_session_id_of_any_text_is_a_query_parameter(service) -> None:
    found = await service.document("/api/v1/session", session_id="conversation/42 ü?#")
    assert found["trace_count"] == 3
    assert found["provenance"] == {
        "keys": {"lmnr.association.properties.session_id": 3},
        "conflict_trace_count": 0,
    }


async def test_a_trace_and_a_span_are_found_by_the_uuids_that_official_sdks_print(service) -> None:
    (span, *_) = (await service.document("/api/v1/spans", limit=1))["items"]
    trace_uuid = str(UUID(span["trace_id"])).upper()
    span_uuid = str(UUID(span["span_id"].rjust(32, "0")))
    trace = await service.document(f"/api/v1/traces/{trace_uuid}")
    assert trace["trace_id"] == span["trace_id"]
    found = await service.document(f"/api/v1/traces/{trace_uuid}/spans/{span_uuid}")
    assert (found["trace_id"], found["span_id"]) == (span["trace_id"], span["span_id"])


async def test_a_conflict_of_ids_is_told_and_the_root_decides(service) -> None:
    found = await service.document("/api/v1/traces", filter="name:eq:parent_turn")
    (trace,) = found["items"]
    assert trace["session_id"] == "conv-misc"
    page = await service.document(f"/api/v1/traces/{trace['trace_id']}")
    assert page["provenance"] == {
        "key": "lmnr.association.properties.session_id",
        "span_id": trace["root_span_id"],
        "conflict": True,
    }


async def test_the_shape_of_a_session_is_its_longest_traces_in_order(service) -> None:
    found = await service.document(
        "/api/v1/sessions/shapes", session_id=["oa-conv", "nobody", "an-conv"]
    )
    assert_is(found, schemas.ShapeList)
    assert [item["session_id"] for item in found["items"]] == ["oa-conv", "an-conv"]
    marks = found["items"][1]["marks"]
    assert [mark["start_time"] for mark in marks] == sorted(mark["start_time"] for mark in marks)
    assert [mark["failed"] for mark in marks] == [False, False, False, False, True]
    assert all(mark["model_ms"] <= mark["duration_ms"] for mark in marks)


@pytest.mark.parametrize("noun", LISTS)
async def test_every_field_but_arrays_sorts_both_ways(service, noun) -> None:
    everything = (await service.document(f"/api/v1/{noun}", limit=1000))["items"]
    for name, field in FIELDS[noun].items():
        if field.kind == "array":
            continue
        for sort in (name, f"-{name}"):
            items = (await service.document(f"/api/v1/{noun}", limit=1000, sort=sort))["items"]
            assert len(items) == len(everything)
            known = [item[name] for item in items if item.get(name) is not None]
            assert known == sorted(known, reverse=sort.startswith("-")), sort
            assert all(item.get(name) is None for item in items[len(known) :]), sort


@pytest.mark.parametrize("noun", LISTS)
async def test_pages_join_without_gap_or_repeat(service, noun) -> None:
    key = {"sessions": "session_id", "traces": "trace_id", "spans": "span_id"}[noun]
    whole = (await service.document(f"/api/v1/{noun}", limit=1000, sort="total_cost"))["items"]
    joined: list[dict] = []
    cursor = None
    while True:
        asked = {"limit": 7, "sort": "total_cost"} | ({"cursor": cursor} if cursor else {})
        page = await service.document(f"/api/v1/{noun}", **asked)
        joined += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert [item[key] for item in joined] == [item[key] for item in whole]


async def test_a_search_selects_sessions_and_trims_no_total(service) -> None:
    found = (await service.document("/api/v1/sessions", q="Paris weather"))["items"]
    assert "an-conv" in {item["session_id"] for item in found}
    for item in found:
        whole = await service.document("/api/v1/session", session_id=item["session_id"])
        assert item.pop("hit")["session_id"] == item["session_id"]
        assert item.pop("hit_count") >= 1
        assert item.items() <= whole.items()


async def test_a_deleted_session_is_gone_from_every_list(service) -> None:
    before = await service.document("/api/v1/stats")
    removed = await service.http.delete("/api/v1/session", params={"session_id": "oa-conv"})
    assert removed.status_code == 200
    assert_is(removed.json(), schemas.RemovedSession)
    after = await service.document("/api/v1/stats")
    assert before["trace_count"] - after["trace_count"] == removed.json()["trace_count"] == 7
    assert (await service.get("/api/v1/session", session_id="oa-conv")).status_code == 404
    assert (await service.document("/api/v1/traces", session_id="oa-conv"))["items"] == []
    again = await service.http.delete("/api/v1/session", params={"session_id": "oa-conv"})
    assert again.status_code == 404


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/v1/sessions?limit=1001", 400, "invalid_limit"),
        ("/api/v1/sessions?limit=many", 400, "invalid_parameter"),
        ("/api/v1/sessions?sort=colour", 400, "unknown_sort"),
        ("/api/v1/sessions?cursor=made-up", 400, "invalid_cursor"),
        ("/api/v1/sessions?filter=a:eq:b", 400, "unknown_field"),
        ("/api/v1/sessions?filter=error_count:near:1", 400, "invalid_filter"),
        ("/api/v1/sessions?from=noon", 400, "invalid_time"),
        ("/api/v1/sessions?project=nobody", 404, "not_found"),
        ("/api/v1/session", 400, "invalid_parameter"),
        ("/api/v1/session?session_id=nobody", 404, "not_found"),
        ("/api/v1/traces/ffffffffffffffffffffffffffffffff", 404, "not_found"),
        ("/api/v1/traces/not-hex", 404, "not_found"),
        ("/api/v1/scores?limit=1001", 400, "invalid_limit"),
        ("/api/v1/scores?cursor=made-up", 400, "invalid_cursor"),
        ("/api/v1/scores?span_id=0123456789abcdef", 400, "invalid_parameter"),
        ("/api/v1/scores?project=nobody", 404, "not_found"),
        ("/api/v1/traces/0/spans/1", 404, "not_found"),
        ("/api/v1/nothing", 404, "not_found"),
        ("/api/v2/sessions", 404, "not_found"),
    ],
)
async def test_an_error_has_one_shape_and_says_what_to_do(empty, path, status, code) -> None:
    response = await empty.http.get(path)
    assert response.status_code == status
    assert_is(response.json(), schemas.Error)
    assert response.json()["error"]["code"] == code
    assert response.json()["error"]["hint"]


async def test_the_calls_are_documented_for_people_and_for_programs(empty) -> None:
    openapi = await empty.document("/openapi.json")
    page = await empty.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert "<script" not in page.text
    for path in openapi["paths"]:
        assert path in page.text
    assert {"/api/v1/sessions", "/api/v1/session", "/api/v1/live"} <= set(openapi["paths"])


async def test_stats_count_what_was_sent(service) -> None:
    stats = await service.document("/api/v1/stats")
    assert_is(stats, schemas.Stats)
    decoded = [span for body in captures("traces").values() for span in decode_traces(body).spans]
    # As they are understood: one that only announces another has the other's id.
    sent = {(span.trace_id, span.span_id) for span in normalize(decoded, now_ns())}
    sessions = await service.document("/api/v1/sessions", limit=1000)
    assert stats["span_count"] == len(sent)
    assert stats["trace_count"] == len({trace_id for trace_id, _ in sent})
    assert stats["session_count"] == len(sessions["items"])
    assert stats["disk_bytes"] > 0
    assert stats["grpc_port"] is None


async def test_a_large_answer_is_compressed_for_who_asks(service) -> None:
    response = await service.http.get(
        "/api/v1/spans?limit=1000", headers={"accept-encoding": "gzip"}
    )
    assert response.headers["content-encoding"] == "gzip"
    assert len(gzip.compress(response.content)) < len(response.content)
