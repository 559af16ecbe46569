"""REST over sessions: the list, one of them, its shape, and its deletion."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from threadline_server.errors import not_found
from threadline_server.query import pages
from threadline_server.query.scores import scores_of_session
from threadline_server.show import schemas
from threadline_server.show.answer import ERRORS, JsonAnswer
from threadline_server.show.api.parameters import Asked, Project, SessionId
from threadline_server.show.api.services import Services
from threadline_server.show.documents import (
    list_document,
    listed_session_document,
    session_page_document,
    shape_document,
)


def sessions_router(services: Services) -> APIRouter:
    """The routes under /sessions and /session."""
    router = APIRouter(tags=["sessions"], responses=ERRORS, default_response_class=JsonAnswer)
    store = services.store

    @router.get("/sessions", response_model=schemas.SessionList)
    def list_sessions(asked: Asked) -> JsonAnswer:
        """List sessions; a range or a search selects, and never trims what is summed."""
        listed = pages.sessions(store, asked)
        items = [
            listed_session_document(row, listed.hits.get(row.session_id)) for row in listed.rows
        ]
        return JsonAnswer(list_document(items, listed))

    @router.get("/sessions/shapes", response_model=schemas.ShapeList)
    def list_shapes(
        session_id: Annotated[list[str], Query(description="Repeated, at most 100.")],
        project: Project = "default",
    ) -> JsonAnswer:
        """Give the longest traces of each session, of which its shape is drawn."""
        found = pages.shapes(store, project, session_id)
        counts = store.trace_counts(project, [each for each, rows in found.items() if rows])
        items = [
            shape_document(each, rows, counts.get(each, 0)) for each, rows in found.items() if rows
        ]
        return JsonAnswer({"items": items})

    @router.get("/session", response_model=schemas.SessionPage)
    def read_session(session_id: SessionId, project: Project = "default") -> JsonAnswer:
        """Read one session with its metadata, the provenance of its grouping, and its scores."""
        detail = pages.session(store, project, session_id)
        scores = scores_of_session(store, project, session_id)
        return JsonAnswer(session_page_document(detail, scores))

    @router.delete("/session", response_model=schemas.RemovedSession)
    async def delete_session(session_id: SessionId, project: Project = "default") -> JsonAnswer:
        """Delete a session: its traces, their spans, the messages no other trace uses, all scores."""
        pages.require_project(store, project)
        removed = await services.delete_session(project, session_id)
        if removed is None:
            raise not_found("session", session_id, "it may be deleted already")
        return JsonAnswer(
            {
                "session_id": session_id,
                "trace_count": removed.trace_count,
                "span_count": removed.span_count,
                "message_count": removed.block_count,
                "score_count": removed.score_count,
            }
        )

    return router
