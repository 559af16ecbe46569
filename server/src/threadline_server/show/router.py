"""Turn the services behind the REST contract into the routes under /api/v1."""

from __future__ import annotations

from fastapi import APIRouter

from threadline_server.show.api.maintenance import maintenance_router
from threadline_server.show.api.prices import prices_router
from threadline_server.show.api.project import project_router
from threadline_server.show.api.scores import scores_router
from threadline_server.show.api.search import search_router
from threadline_server.show.api.services import Services
from threadline_server.show.api.sessions import sessions_router
from threadline_server.show.api.sql import sql_router
from threadline_server.show.api.traces import traces_router


def api_router(services: Services) -> APIRouter:
    """Every route of the REST contract."""
    router = APIRouter(prefix="/api/v1")
    router.include_router(sessions_router(services))
    router.include_router(traces_router(services))
    router.include_router(search_router(services))
    router.include_router(scores_router(services))
    router.include_router(sql_router(services))
    router.include_router(prices_router(services))
    router.include_router(maintenance_router(services))
    router.include_router(project_router(services))
    return router
