"""What Logfire's SDK asks for beside OTLP, on the whole service."""

import httpx2

from threadline_server.app import create_app
from threadline_server.settings import Settings


async def test_any_token_has_a_project_with_an_address(tmp_path):
    service = create_app(Settings(data_dir=tmp_path / "data"))
    async with service.running([]):
        transport = httpx2.ASGITransport(app=service.http)
        async with httpx2.AsyncClient(
            transport=transport, base_url="http://localhost:8000"
        ) as client:
            answer = await client.get("/v1/info", headers={"Authorization": "any-text"})
    assert answer.json() == {
        "project_name": "default",
        "project_url": "http://localhost:8000/default",
    }
