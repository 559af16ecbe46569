"""Answer what Logfire's SDK asks for beside OTLP: which project its token belongs to."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from threadline_server.receive.otlp_http import Authorize


def logfire_routes(authorize: Authorize) -> list[Route]:
    """The one call that the SDK makes when it is configured; it warns where that is not answered."""

    async def info(request: Request) -> Response:
        """The project, and the address of the page, which the SDK shows to its user."""
        project = authorize(request.headers)
        return JSONResponse(
            {"project_name": project, "project_url": f"{request.base_url}{project}"}
        )

    return [Route("/v1/info", info)]
