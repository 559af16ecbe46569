"""Two turns with an agent of Pydantic AI, made before tracing begins."""

import sys

from pydantic_ai import Agent

from threadline import Laminar, observe

agent = Agent("openai:gpt-4o-mini", name="weather")


@agent.tool_plain
def get_weather(city: str) -> str:
    """Tell the weather of a city."""
    return f"18 °C in {city}"


Laminar.initialize()


@observe(session_id=sys.argv[1])
def turn(question):
    return agent.run_sync(question).output


turn("Weather?")
turn("And tomorrow?")
Laminar.shutdown()
