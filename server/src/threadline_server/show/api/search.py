"""REST over search: what was said in any session, found by words."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from threadline_server.query.parameters import DEFAULT_LIMIT, MAX_LIMIT
from threadline_server.query.search import SearchParameters, search
from threadline_server.show import schemas
from threadline_server.show.answer import ERRORS, JsonAnswer
from threadline_server.show.api.parameters import End, Project, Start, Text
from threadline_server.show.api.services import Services
from threadline_server.show.documents import hit_document


def search_router(services: Services) -> APIRouter:
    """The route /search."""
    router = APIRouter(tags=["search"], responses=ERRORS, default_response_class=JsonAnswer)

    @router.get("/search", response_model=schemas.HitList)
    def find(  # noqa: PLR0917  # FastAPI passes them by name
        q: Text = "",
        project: Project = "default",
        limit: Annotated[
            int | None,
            Query(description=f"Hits of one page: 1 to {MAX_LIMIT}, else {DEFAULT_LIMIT}."),
        ] = None,
        cursor: Annotated[
            str | None, Query(description="`next_cursor` of the page before.")
        ] = None,
        start: Start = None,
        end: End = None,
    ) -> JsonAnswer:
        """Find what was said: of the session with the latest hit first, then by relevance.

        No text is an error; one without a word finds nothing.
        """
        found = search(services.store, SearchParameters(project, q, limit, cursor, start, end))
        items = [hit_document(hit) for hit in found.hits]
        return JsonAnswer(
            {"items": items, "next_cursor": found.next_cursor, "truncated": found.truncated}
        )

    return router
