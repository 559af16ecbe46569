"""Scores over REST: sent as log records, listed, and shown with what they are on."""

from __future__ import annotations

import itertools
from typing import Any
from uuid import UUID

import pytest
from otlp_logs import TIME_NS, evaluation, logs_request
from show.conftest import PROTOBUF, Service

from threadline_server.query import scores as query
from threadline_server.show import schemas

SESSION = "oa-conv"


async def score(service: Service, *records: Any) -> None:
    """Send evaluation results as a program does; all must be kept."""
    sent = logs_request(*records).SerializeToString()
    answer = await service.http.post("/v1/logs", content=sent, headers=PROTOBUF)
    assert (answer.status_code, answer.content) == (200, b"")


async def a_trace(service: Service) -> dict[str, Any]:
    """A trace of a captured session, with its spans."""
    listed = await service.document("/api/v1/traces", session_id=SESSION)
    return await service.document(f"/api/v1/traces/{listed['items'][0]['trace_id']}")


def names(document: dict[str, Any], key: str = "scores") -> list[str]:
    for item in document[key]:
        schemas.Score.model_validate(item, strict=True)
    return [item["name"] for item in document[key]]


async def test_scores_are_shown_with_what_they_are_on(service) -> None:
    trace = await a_trace(service)
    trace_id, span_id = trace["trace_id"], trace["spans"][0]["span_id"]
    await score(
        service,
        evaluation("on span", 0.5, trace=trace_id, span=span_id, time_ns=TIME_NS, comment="why"),
        evaluation("on trace", label="good", trace=trace_id, time_ns=TIME_NS + 1),
        evaluation("on session", 1, session_id=SESSION, time_ns=TIME_NS + 2),
    )
    everything = ["on session", "on trace", "on span"]
    session = await service.document("/api/v1/session", session_id=SESSION)
    assert names(session) == everything
    assert names(await service.document(f"/api/v1/traces/{trace_id}")) == everything[1:]
    span = await service.document(f"/api/v1/traces/{trace_id}/spans/{span_id}")
    assert names(span) == ["on span"]
    other = trace["spans"][1]["span_id"]
    assert names(await service.document(f"/api/v1/traces/{trace_id}/spans/{other}")) == []
    listed = await service.document("/api/v1/scores", session_id=SESSION)
    assert (listed["items"], listed["next_cursor"]) == (session["scores"], None)
    uuid = str(UUID(trace_id))
    assert names(await service.document("/api/v1/scores", trace_id=uuid), "items") == everything[1:]
    of_span = await service.document("/api/v1/scores", trace_id=uuid, span_id=span_id)
    assert of_span["items"] == span["scores"]
    assert span["scores"] == [
        {
            "score_id": span["scores"][0]["score_id"],
            "name": "on span",
            "value": 0.5,
            "label": None,
            "comment": "why",
            "source": "program",
            "target": "span",
            "session_id": SESSION,
            "trace_id": trace_id,
            "span_id": span_id,
            "time": "2026-09-21T14:13:20.000000000Z",
            "received_time": span["scores"][0]["received_time"],
        }
    ]


async def test_a_score_sent_again_under_its_id_is_replaced(empty) -> None:
    sent = [
        evaluation(value=number, session_id="s", score_id="mine", time_ns=TIME_NS + number)
        for number in (2, 3, 1)
    ]
    for record in sent:
        await score(empty, record)
    (found,) = (await empty.document("/api/v1/scores"))["items"]
    assert (found["score_id"], found["value"]) == ("mine", 3.0)


async def test_a_score_of_a_trace_that_is_not_there_yet_is_kept(empty) -> None:
    await score(empty, evaluation(value=1, trace="ab" * 16))
    (found,) = (await empty.document("/api/v1/scores", trace_id="AB" * 16))["items"]
    assert (found["target"], found["session_id"]) == ("trace", None)
    assert (await empty.get(f"/api/v1/traces/{'ab' * 16}")).status_code == 404


@pytest.mark.parametrize("narrowed", [{}, {"session_id": "s"}])
async def test_pages_join_without_gap_or_repeat(empty, narrowed) -> None:
    await score(
        empty,
        *(
            evaluation(f"n{number}", number, session_id="s", time_ns=TIME_NS + number // 3)
            for number in range(10)
        ),
    )
    whole = (await empty.document("/api/v1/scores", **narrowed))["items"]
    joined: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    for _ in itertools.repeat(None, 4):
        page = await empty.document("/api/v1/scores", limit=3, **narrowed, **cursor)
        joined += page["items"]
        cursor = {"cursor": page["next_cursor"]}
    assert (joined, cursor) == (whole, {"cursor": None})
    assert [item["time"] for item in whole] == sorted(
        (item["time"] for item in whole), reverse=True
    )


async def test_more_scores_than_a_document_holds_go_on_in_the_list(service, monkeypatch) -> None:
    monkeypatch.setattr(query, "WITHIN", 2)
    await score(service, *(evaluation(f"n{n}", n, session_id=SESSION) for n in range(5)))
    session = await service.document("/api/v1/session", session_id=SESSION)
    assert len(session["scores"]) == 2
    rest = await service.document(
        "/api/v1/scores", session_id=SESSION, cursor=session["scores_next_cursor"]
    )
    shown = session["scores"] + rest["items"]
    assert sorted(item["name"] for item in shown) == ["n0", "n1", "n2", "n3", "n4"]


async def test_scores_go_with_their_session(service) -> None:
    trace = await a_trace(service)
    on_session, on_trace = (
        evaluation(value=1, session_id=SESSION),
        evaluation(value=1, trace=trace["trace_id"]),
    )
    await score(service, on_session, on_trace)
    removed = await service.http.delete("/api/v1/session", params={"session_id": SESSION})
    assert removed.json()["score_count"] == 2
    await score(service, on_session, on_trace)
    assert (await service.document("/api/v1/scores"))["items"] == []
