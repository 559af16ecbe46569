"""Two turns with the OpenAI Agents SDK, the second in pieces; its own traces go nowhere."""

import asyncio
import sys

from agents import Agent, Runner, function_tool, set_trace_processors

from threadline import Laminar, observe

set_trace_processors([])
Laminar.initialize()


@function_tool
def get_weather(city: str) -> str:
    """Tell the weather of a city."""
    return f"18 °C in {city}"


agent = Agent(name="weather", instructions="Be brief.", tools=[get_weather], model="gpt-4o-mini")


@observe(session_id=sys.argv[1])
async def turn():
    return (await Runner.run(agent, "Weather?")).final_output


@observe(session_id=sys.argv[1])
async def in_pieces():
    result = Runner.run_streamed(agent, "Weather?")
    async for _ in result.stream_events():
        pass
    return result.final_output


async def main():
    await turn()
    await in_pieces()


asyncio.run(main())
Laminar.shutdown()
