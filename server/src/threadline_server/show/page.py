"""Serve the built web page: hashed assets for ever, and one document for every address."""

from __future__ import annotations

import html
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from threadline_server.errors import ThreadlineError

WEBUI = Path(__file__).parent / "webui"
_BASE = '<base href="/" />'


class _Assets(StaticFiles):
    """Files whose names change with their content, and so never grow stale."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        """The file, to be kept by the browser for a year."""
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]  # handed through
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


class _Page(Route):
    """Every address but those of calls, which answer for themselves that there is none of a name
    (404) or of a method (405).
    """

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether the page is at an address."""
        match, found = super().matches(scope)
        at = found.get("path_params", {}).get("path", "")
        return (Match.NONE, {}) if at.startswith(("api/", "v1/")) else (match, found)


def _document(webui: Path, root_path: str) -> str:
    """The page with the address under which this server is reached."""
    index = webui / "index.html"
    if not index.is_file():
        raise ThreadlineError(
            "page_not_built",
            "the web page is not built",
            hint="run `make web`; REST and OTLP work without it",
            status=503,
        )
    base = f'<base href="{html.escape(root_path.rstrip("/"), quote=True)}/" />'
    return index.read_text("utf-8").replace(_BASE, base, 1)


def page_routes(webui: Path = WEBUI) -> list[BaseRoute]:
    """The routes of the page; they come last, since every address that is left shows it."""

    async def page(request: Request) -> Response:
        path = request.url.path.rsplit("/", 1)[-1]
        if "." in path and (file := webui / path).is_file() and path != "index.html":
            return FileResponse(file, headers={"Cache-Control": "no-cache"})
        document = _document(webui, request.scope.get("root_path", ""))
        return HTMLResponse(document, headers={"Cache-Control": "no-cache"})

    assets = _Assets(directory=webui / "assets", check_dir=False)
    return [
        Mount("/assets", assets),
        _Page("/{path:path}", page, methods=["GET", "HEAD"]),
    ]
