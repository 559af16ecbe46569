"""REST over a project as a whole: how much it holds, and what changes in it right now."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import StreamingResponse

from threadline_server.query import pages
from threadline_server.show import schemas
from threadline_server.show.answer import ERRORS, JsonAnswer
from threadline_server.show.api.parameters import Project
from threadline_server.show.api.services import Services


def project_router(services: Services) -> APIRouter:
    """The routes /stats and /live."""
    router = APIRouter(tags=["project"], responses=ERRORS, default_response_class=JsonAnswer)

    @router.get("/stats", response_model=schemas.Stats)
    def read_stats(project: Project = "default") -> JsonAnswer:
        """Count what the project holds, and say where the server listens."""
        stats = services.store.stats(pages.require_project(services.store, project))
        listening = services.listening()
        return JsonAnswer(
            {
                "span_count": stats.span_count,
                "trace_count": stats.trace_count,
                "session_count": stats.session_count,
                "disk_bytes": stats.disk_bytes,
                "data_may_be_discarded": services.data_may_be_discarded,
                "http_port": listening.http_port,
                "grpc_port": listening.grpc_port,
                "received_spans_per_second": services.spans_per_second(),
            }
        )

    @router.get(
        "/live",
        response_class=StreamingResponse,
        responses={200: {"content": {"text/event-stream": {}}, "description": "Events."}},
    )
    async def watch(project: Project = "default") -> StreamingResponse:
        """Stream `session` and `trace` events with new totals, and `lagged` to who reads too slowly."""
        pages.require_project(services.store, project)
        return StreamingResponse(
            services.live.watch(project),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    return router
