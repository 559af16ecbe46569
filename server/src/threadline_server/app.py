"""Compose store, write path and routes into one service."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from threadline_server import __version__
from threadline_server.settings import Settings

WEBUI = Path(__file__).parent / "show" / "webui"


class Threadline:
    """One running server: `http` answers requests while `running` is entered."""

    def __init__(self, http: ASGIApp) -> None:
        self.http = http
        self.stopping = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Start what works in the background and drain it on the way out."""
        yield


async def healthz(_: Request) -> Response:
    """Alive."""
    return JSONResponse({"status": "ok", "version": __version__})


def compose(_settings: Settings) -> Threadline:
    """A service over the data folder of the settings."""
    http = Starlette(routes=[Route("/healthz", healthz)])
    if WEBUI.is_dir():
        http.mount("/", StaticFiles(directory=WEBUI, html=True))
    return Threadline(http)
