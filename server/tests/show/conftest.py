"""A whole service in this process, with captured sessions in it, asked over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from otlp_requests import captures

from threadline_server.app import Threadline, create_app
from threadline_server.settings import Settings

PROTOBUF = {"content-type": "application/x-protobuf"}


@dataclass(slots=True)
class Service:
    """A running service and a client of it."""

    app: Threadline
    http: httpx2.AsyncClient

    async def get(self, path: str, **parameters: object) -> httpx2.Response:
        """What a call answers; parameters that are lists are repeated."""
        return await self.http.get(path, params=parameters)  # type: ignore[arg-type]  # scalars and lists

    async def document(self, path: str, **parameters: object) -> dict:  # type: ignore[type-arg]
        """The JSON document of a call that must succeed."""
        response = await self.get(path, **parameters)
        assert response.status_code == 200, response.text
        return response.json()


@pytest.fixture
async def empty(tmp_path: Path) -> AsyncIterator[Service]:
    app = create_app(Settings(data_dir=tmp_path, grpc_port=0))
    transport = httpx2.ASGITransport(app=app.http, raise_app_exceptions=False)
    async with (
        app.running([]),
        httpx2.AsyncClient(transport=transport, base_url="http://localhost:8000") as http,
    ):
        yield Service(app, http)


@pytest.fixture
async def service(empty: Service) -> Service:
    for body in captures("traces").values():
        response = await empty.http.post("/v1/traces", content=body, headers=PROTOBUF)
        assert response.status_code == 200
    return empty
