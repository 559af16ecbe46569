"""Two turns with a crew of one agent that has a tool."""

import sys

from crewai import Agent, Crew, Task
from crewai.tools import tool

from threadline import Laminar, observe

Laminar.initialize()


@tool("get_weather")
def get_weather(city: str) -> str:
    """Tell the weather of a city."""
    return f"18 °C in {city}"


agent = Agent(
    role="weather", goal="tell it", backstory="none", llm="openai/gpt-4o-mini", tools=[get_weather]
)


@observe(session_id=sys.argv[1])
def turn(question):
    task = Task(description=question, expected_output="text", agent=agent)
    return str(Crew(agents=[agent], tasks=[task]).kickoff())


turn("Weather?")
turn("And tomorrow?")
Laminar.shutdown()
