"""Turns the server's OpenAPI document into the types by which the page asks.

`python tools/schema.py` writes `web/src/api/schema.d.ts`; with `--check` it only compares, and ends
with status 1 where the committed file says otherwise than the server.
"""

import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

import httpx2

from node import BIN, node_environment
from threadline_server.app import create_app
from threadline_server.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
TYPES = WEB / "src" / "api" / "schema.d.ts"


async def openapi(folder: Path) -> bytes:
    """Give the document of a server that is not started."""
    service = create_app(Settings(data_dir=folder, grpc_port=0))
    transport = httpx2.ASGITransport(app=service.http)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as http:
        answer = await http.get("/openapi.json")
    service.store.close()
    return answer.content


def generate(folder: Path) -> str:
    """Give the types of today's document."""
    document = folder / "openapi.json"
    document.write_bytes(asyncio.run(openapi(folder)))
    target = folder / "schema.d.ts"
    program = WEB / "node_modules" / "openapi-typescript" / "bin" / "cli.js"
    environment = node_environment()
    subprocess.run(
        [str(BIN / "node"), str(program), str(document), "--output", str(target)],
        cwd=WEB,
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return target.read_text()


def main() -> None:
    """Write the types, or compare them."""
    with tempfile.TemporaryDirectory() as folder:
        types = generate(Path(folder))
    if "--check" not in sys.argv[1:]:
        TYPES.write_text(types)
    elif TYPES.read_text() != types:
        sys.exit("web/src/api/schema.d.ts is not the server's description. Run: make schema")


if __name__ == "__main__":
    main()
