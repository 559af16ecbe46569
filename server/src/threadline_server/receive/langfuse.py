"""Answer what Langfuse's SDKs ask for beside OTLP, so that they work unchanged.

They ask whether the server is there and which project a key belongs to, post scores, and ask
where to put pictures. Scores are kept; pictures are said to be there already, which makes the SDK
go on without an upload.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from threadline_server import __version__
from threadline_server.decode.langfuse_score import score_record
from threadline_server.errors import bad_request
from threadline_server.model.score import Score
from threadline_server.model.time import Clock
from threadline_server.normalize.score import UnusableScoreError, score
from threadline_server.receive.admission import Admission
from threadline_server.receive.body import read_body
from threadline_server.receive.counters import Counters
from threadline_server.receive.limits import MIB, Limits
from threadline_server.receive.otlp_http import Authorize
from threadline_server.store.contract import SpanBatch, SpanSink

BODY = 4 * MIB
"""The largest request; Langfuse's SDKs send at most 2.5 MiB at once."""
MEDIA_ID_LENGTH = 22
NOT_A_SCORE = "only scores are taken here: spans come over OTLP from version 3 of the SDK on"

Judged = Score | str
"""A score, or why it cannot be kept."""


class Langfuse:
    """The calls below /api/public that are not OTLP."""

    def __init__(
        self,
        sink: SpanSink,
        admission: Admission,
        limits: Limits,
        counters: Counters,
        authorize: Authorize,
        *,
        clock: Clock,
    ) -> None:
        self._sink = sink
        self._admission = admission
        self._limits = replace(limits, body=min(BODY, limits.body))
        self._counters = counters
        self._authorize = authorize
        self._clock = clock

    def routes(self) -> list[Mount]:
        """One mount, so that a request for anything else passes a single comparison."""
        return [
            Mount(
                "/api/public",
                routes=[
                    Route("/health", self._health),
                    Route("/projects", self._projects),
                    Route("/scores", self._scores, methods=["POST"]),
                    Route("/ingestion", self._ingestion, methods=["POST"]),
                    Route("/media", self._media, methods=["POST"]),
                    Route("/media/{media_id}", self._uploaded, methods=["PATCH"]),
                ],
            )
        ]

    async def _health(self, _: Request) -> Response:
        return JSONResponse({"status": "OK", "version": __version__})

    async def _projects(self, request: Request) -> Response:
        project = self._authorize(request.headers)
        named = {"id": project, "name": project}
        organization = {"id": "threadline", "name": "Threadline"}
        return JSONResponse({"data": [{**named, "organization": organization, "metadata": {}}]})

    async def _scores(self, request: Request) -> Response:
        """One score, or a list of them as version 5 of the SDK sends."""
        stated, size = await self._json(request)
        if isinstance(stated, dict):
            (judged,) = await self._kept(request, [stated], size)
            if isinstance(judged, str):
                raise bad_request("unusable_score", judged, "send a name, a value and a trace")
            return JSONResponse({"id": judged.score_id})
        judgements = await self._kept(request, _list_of_objects(stated), size)
        errors = [{"message": each} for each in judgements if isinstance(each, str)]
        if not errors:
            return JSONResponse({"message": "Accepted"}, 202)
        accepted = len(judgements) - len(errors)
        outcome = {"accepted": accepted, "rejected": len(errors), "errors": errors}
        return JSONResponse(outcome, 207)

    async def _ingestion(self, request: Request) -> Response:
        """A batch of events: what earlier versions, and the SDK for JavaScript, send scores in."""
        stated, size = await self._json(request)
        events = _list_of_objects(stated.get("batch") if isinstance(stated, dict) else None)
        bodies = [
            body if isinstance(body := event.get("body"), dict) else {}
            for event in events
            if event.get("type") == "score-create"
        ]
        kept = iter(await self._kept(request, bodies, size))
        successes, errors = [], []
        for event in events:
            judged = next(kept) if event.get("type") == "score-create" else NOT_A_SCORE
            if isinstance(judged, str):
                errors.append({"id": event.get("id"), "status": 400, "message": judged})
            else:
                successes.append({"id": event.get("id"), "status": 201})
        return JSONResponse({"successes": successes, "errors": errors}, 207)

    async def _media(self, request: Request) -> Response:
        """No address to upload to; the id is the one that the SDK makes of the content's hash."""
        stated, _ = await self._json(request)
        digest = stated.get("sha256Hash") if isinstance(stated, dict) else None
        if not isinstance(digest, str):
            raise bad_request("malformed", "the request has no sha256Hash", "send one")
        media_id = digest.replace("+", "-").replace("/", "_")[:MEDIA_ID_LENGTH]
        return JSONResponse({"mediaId": media_id, "uploadUrl": None})

    async def _uploaded(self, _: Request) -> Response:
        return JSONResponse({})

    async def _json(self, request: Request) -> tuple[Any, int]:
        """What a body says, and its size in bytes."""
        self._authorize(request.headers)
        with self._admission.open() as reservation:
            body = await read_body(request, self._limits, reservation)
            try:
                return await run_in_threadpool(orjson.loads, body), len(body)
            except orjson.JSONDecodeError as error:
                raise bad_request("malformed", "the body is not JSON", str(error)) from None

    async def _kept(
        self, request: Request, stated: Sequence[dict[str, Any]], size: int
    ) -> list[Judged]:
        """What became of each score, in order; those that can be kept are durable."""
        received_ns = self._clock()
        judgements = [_judged(each, received_ns) for each in stated]
        scores = [each for each in judgements if isinstance(each, Score)]
        if scores:
            batch = SpanBatch(self._authorize(request.headers), [], size, scores)
            refused = await self._sink.write(batch)
            self._counters.scores(len(scores) - len(refused), len(refused))
            for each in refused:
                targets = (each.name, each.trace_id, each.span_id)
                judgements = [
                    each.reason if isinstance(one, Score) and _targets(one) == targets else one
                    for one in judgements
                ]
        return judgements


def _targets(one: Score) -> tuple[str, str, str]:
    return one.name, one.trace_id or "", one.span_id or ""


def _judged(stated: dict[str, Any], received_ns: int) -> Judged:
    try:
        return score(score_record(stated), received_ns)
    except (UnusableScoreError, ValueError) as error:
        return f"{str(stated.get('name'))[:100]!r}: {error}"


def _list_of_objects(stated: object) -> list[dict[str, Any]]:
    if not isinstance(stated, list) or not all(isinstance(each, dict) for each in stated):
        raise bad_request("malformed", "the body holds no list of objects", "send one")
    return stated
