from __future__ import annotations

from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette

from threadline_server.errors import ThreadlineError
from threadline_server.show.page import page_routes

INDEX = '<!doctype html><head><base href="/" /><title>T</title></head>'


@pytest.fixture
def webui(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text(INDEX)
    (tmp_path / "favicon.svg").write_text("<svg/>")
    (tmp_path / "assets" / "index-abc.js").write_text("1")
    (tmp_path.parent / "secret.txt").write_text("secret")
    return tmp_path


def client(webui: Path, root_path: str = "") -> httpx2.AsyncClient:
    app = Starlette(routes=page_routes(webui))
    transport = httpx2.ASGITransport(app=app, root_path=root_path)
    return httpx2.AsyncClient(transport=transport, base_url="http://localhost")


@pytest.mark.parametrize("path", ["/", "/traces?view=sessions", "/default/traces/abc", "/a.b/c"])
async def test_every_address_shows_the_page_and_is_asked_for_anew(webui, path) -> None:
    async with client(webui) as http:
        response = await http.get(path)
    assert response.text == INDEX
    assert response.headers["cache-control"] == "no-cache"


async def test_hashed_assets_are_kept_for_ever(webui) -> None:
    async with client(webui) as http:
        response = await http.get("/assets/index-abc.js")
        missing = await http.get("/assets/index-old.js")
    assert "immutable" in response.headers["cache-control"]
    assert missing.status_code == 404


async def test_under_a_sub_path_the_page_learns_where_it_is(webui) -> None:
    async with client(webui, root_path='/ops/"x"') as http:
        response = await http.get('/ops/"x"/traces')
    assert '<base href="/ops/&quot;x&quot;/" />' in response.text


@pytest.mark.parametrize("path", ["/../secret.txt", "/..%2fsecret.txt", "/%2e%2e/secret.txt"])
async def test_no_path_leads_out_of_the_built_page(webui, path) -> None:
    async with client(webui) as http:
        response = await http.get(path)
    assert "secret" not in response.text


async def test_a_page_that_is_not_built_says_how(tmp_path) -> None:
    async with client(tmp_path) as http:
        with pytest.raises(ThreadlineError, match="not built"):
            await http.get("/")
