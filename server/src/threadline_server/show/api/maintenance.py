"""REST over what is stored as a whole: today's prices and rules applied to it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body

from threadline_server.query import pages
from threadline_server.show import schemas
from threadline_server.show.answer import BODY_ERRORS, ERRORS, JsonAnswer
from threadline_server.show.api.parameters import Project
from threadline_server.show.api.services import Renew, Services

From = Annotated[schemas.RenewFrom, Body()]


def maintenance_router(services: Services) -> APIRouter:
    """The routes under /maintenance."""
    router = APIRouter(
        prefix="/maintenance",
        tags=["maintenance"],
        responses=ERRORS | BODY_ERRORS,
        default_response_class=JsonAnswer,
    )

    async def renewed(renew: Renew, project: str, cursor: str | None) -> JsonAnswer:
        pages.require_project(services.store, project)
        stretch = await renew(project, cursor)
        return JsonAnswer(
            {
                "span_count": stretch.span_count,
                "changed_count": stretch.changed_count,
                "next_cursor": stretch.next_cursor,
            }
        )

    @router.post("/reprice", response_model=schemas.Renewed)
    async def reprice(start: From, project: Project = "default") -> JsonAnswer:
        """Compute the cost of a stretch of stored spans by today's prices, of those that report
        none. Call again with `next_cursor` until it is null.
        """
        return await renewed(services.reprice, project, start.cursor)

    @router.post("/renormalize", response_model=schemas.Renewed)
    async def renormalize(start: From, project: Project = "default") -> JsonAnswer:
        """Understand a stretch of stored spans by today's rules and prices, as if they were sent
        again. Call again with `next_cursor` until it is null.
        """
        return await renewed(services.renormalize, project, start.cursor)

    return router
