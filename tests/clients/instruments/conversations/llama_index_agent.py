"""Two turns with an agent of LlamaIndex."""

import asyncio
import sys

from llama_index.core.agent.workflow import FunctionAgent
from llama_index.llms.openai import OpenAI

from threadline import Laminar, observe

Laminar.initialize()


def get_weather(city: str) -> str:
    """Tell the weather of a city."""
    return f"18 °C in {city}"


model = OpenAI(model="gpt-4o-mini")
agent = FunctionAgent(tools=[get_weather], llm=model, system_prompt="Be brief.", streaming=False)


@observe(session_id=sys.argv[1])
async def turn(question):
    return str(await agent.run(question))


async def main():
    await turn("Weather?")
    await turn("And tomorrow?")


asyncio.run(main())
Laminar.shutdown()
