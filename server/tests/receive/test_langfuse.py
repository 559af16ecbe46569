"""What Langfuse's SDKs ask for beside OTLP, on the whole service."""

import base64
import hashlib

import httpx2
import pytest

from threadline_server import __version__
from threadline_server.app import create_app
from threadline_server.settings import Settings

TRACE, SPAN = "a" * 32, "b" * 16
BASIC = {"Authorization": "Basic " + base64.b64encode(b"pk-lf-1:sk-lf-2").decode()}


@pytest.fixture
async def client(tmp_path):
    service = create_app(Settings(data_dir=tmp_path / "data"))
    async with service.running([]):
        transport = httpx2.ASGITransport(app=service.http)
        base_url = "http://localhost:8000"
        async with httpx2.AsyncClient(
            transport=transport, base_url=base_url, headers=BASIC
        ) as opened:
            yield opened


def one(**stated):
    return {"id": "s1", "name": "helpful", "value": 0.5, "traceId": TRACE, **stated}


async def scores(client):
    answer = await client.get("/api/v1/scores", params={"project": "default"})
    return [
        (each["name"], each["value"], each["label"], each["trace_id"], each["span_id"])
        for each in answer.json()["items"]
    ]


async def test_it_is_there_and_the_key_has_a_project(client):
    health = await client.get("/api/public/health")
    assert health.json() == {"status": "OK", "version": __version__}
    (project,) = (await client.get("/api/public/projects")).json()["data"]
    assert (project["id"], project["name"]) == ("default", "default")
    assert set(project["organization"]) == {"id", "name"}


async def test_a_list_of_scores_is_kept(client):
    sent = [one(), one(id="s2", name="tone", value="kind", observationId=SPAN.upper())]
    answer = await client.post("/api/public/scores", json=sent)
    assert (answer.status_code, answer.json()) == (202, {"message": "Accepted"})
    assert sorted(await scores(client)) == [
        ("helpful", 0.5, None, TRACE, None),
        ("tone", None, "kind", TRACE, SPAN),
    ]


async def test_one_score_is_kept_and_a_second_of_its_id_takes_its_place(client):
    for value in (0.5, 0.75):
        time = f"2026-01-01T00:00:00.{value * 100:.0f}Z"
        answer = await client.post("/api/public/scores", json=one(value=value, timestamp=time))
        assert (answer.status_code, answer.json()) == (200, {"id": "s1"})
    assert await scores(client) == [("helpful", 0.75, None, TRACE, None)]


async def test_a_score_on_a_session_is_kept(client):
    await client.post("/api/public/scores", json=[one(traceId=None, sessionId="chat-1")])
    (kept,) = (await client.get("/api/v1/scores?project=default")).json()["items"]
    assert (kept["session_id"], kept["trace_id"]) == ("chat-1", None)


@pytest.mark.parametrize(
    ("stated", "reason"),
    [
        ({"name": None}, "gen_ai.evaluation.name"),
        ({"traceId": "my-trace"}, "traceId is no OpenTelemetry id"),
        ({"observationId": 7}, "observationId is no OpenTelemetry id"),
        ({"traceId": None}, "names no trace"),
        ({"value": None}, "no finite"),
    ],
)
async def test_what_is_no_score_is_named_and_the_others_are_kept(client, stated, reason):
    answer = await client.post("/api/public/scores", json=[one(**stated), one(id="s2")])
    assert answer.status_code == 207
    outcome = answer.json()
    assert (outcome["accepted"], outcome["rejected"]) == (1, 1)
    assert reason in outcome["errors"][0]["message"]
    assert len(await scores(client)) == 1
    alone = await client.post("/api/public/scores", json=one(**stated))
    assert (alone.status_code, alone.json()["error"]["code"]) == (400, "unusable_score")


async def test_a_batch_of_events_gives_its_scores_and_says_what_becomes_of_each_event(client):
    events = [
        {"id": "e1", "type": "score-create", "body": one()},
        {"id": "e2", "type": "trace-create", "body": {"id": "t"}},
        {"id": "e3", "type": "score-create", "body": "nothing"},
        {"id": "e4", "type": "score-create", "body": one(id="s2", name="second")},
    ]
    answer = await client.post("/api/public/ingestion", json={"batch": events})
    assert answer.status_code == 207
    outcome = answer.json()
    assert outcome["successes"] == [{"id": "e1", "status": 201}, {"id": "e4", "status": 201}]
    assert [(each["id"], each["status"]) for each in outcome["errors"]] == [
        ("e2", 400),
        ("e3", 400),
    ]
    assert "over OTLP" in outcome["errors"][0]["message"]
    assert sorted(name for name, *_ in await scores(client)) == ["helpful", "second"]


async def test_a_picture_is_said_to_be_there_under_the_sdks_own_id(client):
    digest = base64.b64encode(hashlib.sha256(b"a picture").digest()).decode()
    answer = await client.post("/api/public/media", json={"sha256Hash": digest})
    media_id = digest.replace("+", "-").replace("/", "_")[:22]
    assert answer.json() == {"mediaId": media_id, "uploadUrl": None}
    assert (await client.patch(f"/api/public/media/{media_id}", json={})).status_code == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/public/scores", b"{"),
        ("/api/public/scores", b'"text"'),
        ("/api/public/scores", b"[1]"),
        ("/api/public/ingestion", b"[]"),
        ("/api/public/ingestion", b'{"batch": 1}'),
        ("/api/public/media", b"{}"),
    ],
)
async def test_a_body_that_is_not_understood_is_refused_in_the_one_shape(client, path, body):
    headers = {"Content-Type": "application/json"}
    answer = await client.post(path, content=body, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "malformed"


@pytest.mark.parametrize(("method", "status"), [("GET", 404), ("POST", 404)])
async def test_a_call_that_is_not_there_is_said_to_be_missing(client, method, status):
    answer = await client.request(method, "/api/public/v2/prompts/hello", json={})
    assert answer.status_code == status
    assert answer.json()["error"]["code"] == "not_found"


async def test_pages_of_other_origins_cannot_post(client):
    headers = {"Origin": "https://evil.example"}
    answer = await client.post("/api/public/scores", json=[one()], headers=headers)
    assert answer.status_code == 403
    assert await scores(client) == []
