"""Ask a server over REST: a running one, or one of our own over a data directory that none holds."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2

from threadline_server.cli.target import Target
from threadline_server.errors import ThreadlineError

TIMEOUT_S = 120
"""A call may wait for the writer, and a page of spans to be read by today's rules takes a while."""


class Server:
    """A Threadline that answers; each call raises ThreadlineError where it does not do as asked."""

    def __init__(self, http: httpx2.AsyncClient, url: str) -> None:
        self._http = http
        self._url = url

    async def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Any:
        """The document that a call below /api/v1 answers; a query's None is left out."""
        given = {key: value for key, value in (query or {}).items() if value is not None}
        try:
            answer = await self._http.request(method, f"/api/v1{path}", params=given, json=body)
            document = answer.json()
        except httpx2.HTTPError as error:
            raise _no_server(self._url, str(error) or type(error).__name__) from error
        except ValueError as error:
            why = f"something else is there ({method} /api/v1{path} gave no JSON)"
            raise _no_server(self._url, why) from error
        if answer.is_success:
            return document
        said = document.get("error") if isinstance(document, dict) else None
        if not isinstance(said, dict):
            why = f"something else is there (it answered {answer.status_code})"
            raise _no_server(self._url, why)
        message, hint = str(said.get("message")), str(said.get("hint"))
        raise ThreadlineError(str(said.get("code")), message, hint=hint, status=answer.status_code)


def _no_server(url: str, why: str) -> ThreadlineError:
    return ThreadlineError(
        "no_server",
        f"no Threadline answers at {url}: {why}",
        hint="start one with `threadline serve`, name another with --url, "
        "or give the data folder of one that does not run with --data-dir",
    )


@asynccontextmanager
async def connected(target: Target) -> AsyncIterator[Server]:
    """The target's server; over a data directory, one of our own for as long as this lasts.

    Raises ThreadlineError where another process holds the directory.
    """
    if target.data_dir is not None:
        async with _own(_existing(target.data_dir)) as server:
            yield server
        return
    if not target.url.startswith(("http://", "https://")):
        raise ThreadlineError(
            "wrong_setting",
            f"--url cannot be {target.url!r}",
            hint="give scheme, host and port, as in http://localhost:8000",
        )
    headers = {} if target.key is None else {"Authorization": f"Bearer {target.key}"}
    base = target.url.rstrip("/")
    async with httpx2.AsyncClient(base_url=base, headers=headers, timeout=TIMEOUT_S) as http:
        yield Server(http, base)


def _existing(data_dir: Path) -> Path:
    if not data_dir.is_dir():
        raise ThreadlineError(
            "wrong_setting",
            f"--data-dir cannot be {str(data_dir)!r}: there is no such folder",
            hint="`threadline serve` prints which one it uses",
        )
    return data_dir


@asynccontextmanager
async def _own(data_dir: Path) -> AsyncIterator[Server]:
    from threadline_server.app import create_app
    from threadline_server.settings import Settings

    service = create_app(Settings(data_dir=data_dir, grpc_port=0))
    transport = httpx2.ASGITransport(app=service.http)
    async with (
        service.running([]),
        httpx2.AsyncClient(transport=transport, base_url="http://localhost") as http,
    ):
        yield Server(http, str(data_dir))
