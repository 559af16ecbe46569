"""REST over scores: those of a session, of a trace, or of the whole project."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from threadline_server.query.parameters import DEFAULT_LIMIT, MAX_LIMIT
from threadline_server.query.scores import ScoreParameters, scores
from threadline_server.show import schemas
from threadline_server.show.answer import ERRORS, JsonAnswer
from threadline_server.show.api.parameters import Project
from threadline_server.show.api.services import Services
from threadline_server.show.documents import score_document


def scores_router(services: Services) -> APIRouter:
    """The route /scores."""
    router = APIRouter(tags=["scores"], responses=ERRORS, default_response_class=JsonAnswer)

    @router.get("/scores", response_model=schemas.ScoreList)
    def list_scores(  # noqa: PLR0917  # FastAPI passes them by name
        project: Project = "default",
        session_id: Annotated[
            str | None,
            Query(description="Only scores on this session, on its traces and their spans."),
        ] = None,
        trace_id: Annotated[
            str | None, Query(description="Only scores on this trace and its spans.")
        ] = None,
        span_id: Annotated[
            str | None, Query(description="With `trace_id`: only scores on this one span.")
        ] = None,
        limit: Annotated[
            int | None,
            Query(description=f"Rows of one page: 1 to {MAX_LIMIT}, else {DEFAULT_LIMIT}."),
        ] = None,
        cursor: Annotated[
            str | None,
            Query(description="`next_cursor` of the page before, or any `scores_next_cursor`."),
        ] = None,
    ) -> JsonAnswer:
        """List scores, the latest first."""
        asked = ScoreParameters(project, session_id, trace_id, span_id, limit, cursor)
        listed = scores(services.store, asked)
        items = [score_document(row) for row in listed.rows]
        return JsonAnswer({"items": items, "next_cursor": listed.next_cursor})

    return router
