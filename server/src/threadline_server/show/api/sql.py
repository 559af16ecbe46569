"""SQL over a project: rows as our REST contract has them, and as Laminar's clients want them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Body
from starlette.requests import Request

from threadline_server.errors import ThreadlineError
from threadline_server.query.sql import sql_query
from threadline_server.show.answer import BODY_ERRORS, ERRORS, JsonAnswer
from threadline_server.show.api.parameters import Project
from threadline_server.show.api.services import Services
from threadline_server.show.api.sql_schemas import (
    SqlObjects,
    SqlObjectsError,
    SqlRequest,
    SqlRows,
)
from threadline_server.show.body_limit import BoundedRoute
from threadline_server.show.schemas import Error
from threadline_server.store.sql import SqlResult

Asked = Annotated[SqlRequest, Body()]
Result = TypeVar("Result")

_WHY = {
    400: "It is no reading of the tables, or SQLite cannot do it.",
    408: "The query ran past its deadline.",
    413: "The body is too large.",
    503: "As many queries run and wait as may.",
}
_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": Error, "description": why} for status, why in _WHY.items()
}
_LAMINAR_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": SqlObjectsError, "description": why} for status, why in _WHY.items()
}


async def _unless_gone(request: Request, asked: Awaitable[Result]) -> Result:
    """What is waited for; given up when the client closes the connection."""
    answer = asyncio.ensure_future(asked)
    gone = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({answer, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            # Nobody reads this any more.
            raise ThreadlineError("client_gone", "the client closed the connection", status=400)
        return answer.result()
    finally:
        answer.cancel()
        gone.cancel()
        await asyncio.wait({answer, gone})


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _answered(
    services: Services, request: Request, project: str, asked: SqlRequest
) -> SqlResult:
    query = sql_query(services.store, project, asked.query, asked.parameters or [])
    return await _unless_gone(request, services.sql.run(query))


def sql_router(services: Services) -> APIRouter:
    """The route /sql."""
    router = APIRouter(tags=["sql"], default_response_class=JsonAnswer, route_class=BoundedRoute)

    @router.post("/sql", response_model=SqlRows, responses=ERRORS | _ERRORS | BODY_ERRORS)
    async def sql(request: Request, asked: Asked, project: Project = "default") -> JsonAnswer:
        """Read by one SELECT statement over `sessions`, `traces`, `spans` and `messages`."""
        result = await _answered(services, request, project, asked)
        return JsonAnswer(
            {"columns": result.columns, "rows": result.rows, "truncated": result.truncated}
        )

    return router


def laminar_sql_router(services: Services) -> APIRouter:
    """The route at which Laminar's clients ask, with rows as objects and errors as a text."""
    router = APIRouter(tags=["sql"], default_response_class=JsonAnswer, route_class=BoundedRoute)

    @router.post(
        "/v1/sql/query", response_model=SqlObjects, responses=_LAMINAR_ERRORS | BODY_ERRORS
    )
    async def laminar_sql(request: Request, asked: Asked) -> JsonAnswer:
        """Read by one SELECT statement; the project is the key's."""
        project = services.project_of(request.headers)
        try:
            result = await _answered(services, request, project, asked)
        except ThreadlineError as error:
            again = error.retry_after_s
            headers = {} if again is None else {"Retry-After": str(again)}
            said = f"{error.message}; {error.hint}" if error.hint else error.message
            return JsonAnswer({"error": said}, error.status, headers)
        return JsonAnswer(
            {"data": [dict(zip(result.columns, row, strict=True)) for row in result.rows]}
        )

    return router
