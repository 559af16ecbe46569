"""Two turns with a model of smolagents, and a tool as its agents call one."""

import sys

from smolagents import OpenAIModel, tool

from threadline import Laminar, observe

Laminar.initialize()
model = OpenAIModel("gpt-4o-mini")


@tool
def get_weather(city: str) -> str:
    """Tell the weather of a city.

    Args:
        city: its name
    """
    return f"18 °C in {city}"


@observe(session_id=sys.argv[1])
def turn(question):
    answer = model([{"role": "user", "content": question}])
    return f"{answer.content}: {get_weather('Paris')}"


turn("Hello")
turn("And tomorrow?")
Laminar.shutdown()
