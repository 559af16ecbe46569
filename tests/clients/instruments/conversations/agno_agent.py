"""Two turns with an agent of Agno."""

import sys

from agno.agent import Agent
from agno.models.openai import OpenAIChat

from threadline import Laminar, observe

Laminar.initialize()


def get_weather(city: str) -> str:
    """Tell the weather of a city."""
    return f"18 °C in {city}"


agent = Agent(model=OpenAIChat(id="gpt-4o-mini"), tools=[get_weather], telemetry=False)


@observe(session_id=sys.argv[1])
def turn(question):
    return agent.run(question).content


turn("Weather?")
turn("And tomorrow?")
Laminar.shutdown()
