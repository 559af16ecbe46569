"""Two turns with an agent on LangGraph, the second asynchronous; its tool has a span within."""

import asyncio
import sys

from threadline import Laminar, observe

Laminar.initialize()


def main():
    from langchain.agents import create_agent

    @observe(name="look it up")
    def looked_up(city):
        return f"18 °C in {city}"

    def get_weather(city: str) -> str:
        """Tell the weather of a city."""
        return looked_up(city)

    agent = create_agent("openai:gpt-4o-mini", tools=[get_weather], system_prompt="Be brief.")
    asked = {"messages": [{"role": "user", "content": "Weather?"}]}

    @observe(session_id=sys.argv[1])
    def turn():
        return agent.invoke(asked)["messages"][-1].content

    @observe(name="turn", session_id=sys.argv[1])
    async def next_turn():
        return (await agent.ainvoke(asked))["messages"][-1].content

    turn()
    asyncio.run(next_turn())


main()
Laminar.shutdown()
