"""Serve the built web page: hashed assets for ever, and one document for every address."""

from __future__ import annotations

import html
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from threadline_server.errors import ThreadlineError, not_found

WEBUI = Path(__file__).parent / "webui"
_BASE = '<base href="/" />'


class _Assets(StaticFiles):
    """Files whose names change with their content, and so never grow stale."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        """The file, to be kept by the browser for a year."""
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]  # handed through
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


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
        name = request.path_params.get("path", "")
        if name.startswith(("api/", "v1/")):
            raise not_found("address", f"/{name}", "the calls are listed at /docs")
        if "." in path and (file := webui / path).is_file() and path != "index.html":
            return FileResponse(file, headers={"Cache-Control": "no-cache"})
        document = _document(webui, request.scope.get("root_path", ""))
        return HTMLResponse(document, headers={"Cache-Control": "no-cache"})

    assets = _Assets(directory=webui / "assets", check_dir=False)
    return [
        Mount("/assets", assets),
        Route("/{path:path}", page, methods=["GET", "HEAD"]),
    ]
