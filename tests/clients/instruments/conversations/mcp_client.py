"""Two turns that call a tool of an MCP server in another process, each one trace through both."""

import asyncio
import os
import sys
from pathlib import Path

from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from threadline import Laminar, observe

Laminar.initialize()
SERVER = StdioServerParameters(
    command=sys.executable,
    args=[str(Path(__file__).with_name("mcp_server.py"))],
    env=dict(os.environ),
)


@observe(session_id=sys.argv[1])
async def turn(client):
    return (await client.call_tool("get_weather", {"city": "Paris"})).content[0].text


async def main():
    async with Client(stdio_client(SERVER)) as client:
        await turn(client)
        await turn(client)


asyncio.run(main())
Laminar.shutdown()
