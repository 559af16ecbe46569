"""Tell machines whether the server lives, whether it can work, and what it has counted."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from threadline_server import __version__
from threadline_server.errors import ThreadlineError
from threadline_server.store.contract import SpanStore


def health_routes(
    store: SpanStore, is_full: Callable[[], bool], registry: CollectorRegistry
) -> list[Route]:
    """The routes /healthz, /readyz and /metrics."""

    async def healthz(_: Request) -> Response:
        return JSONResponse({"status": "ok", "version": __version__})

    async def readyz(_: Request) -> Response:
        if is_full():
            raise _not_ready("the write queue is full")
        try:
            await run_in_threadpool(store.trace, "default", "0" * 32)
        except Exception as error:
            raise _not_ready("the store does not answer") from error
        return JSONResponse({"status": "ready"})

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return [
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/metrics", metrics),
    ]


def _not_ready(why: str) -> ThreadlineError:
    return ThreadlineError(
        "not_ready", why, hint="ask again in a moment", status=503, retry_after_s=1
    )
