"""Two calls of OpenAI's Responses API, one in pieces, in a session and in no span of the program's."""

import asyncio
import sys

from threadline import Laminar

Laminar.initialize()

with Laminar.session(sys.argv[1], user_id="alice"):
    from openai import AsyncOpenAI, OpenAI

    OpenAI().responses.create(model="gpt-4o-mini", input="Hello")

    async def in_pieces():
        async with AsyncOpenAI() as client:
            events = await client.responses.create(model="gpt-4o-mini", input="Bye", stream=True)
            async for _ in events:
                pass

    asyncio.run(in_pieces())
Laminar.shutdown()
