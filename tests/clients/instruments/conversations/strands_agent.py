"""Two turns with an agent of Strands, which sends its spans to the global provider by itself."""

import os
import sys

from strands import Agent, tool
from strands.models.openai import OpenAIModel

from threadline import Laminar, observe

Laminar.initialize()


@tool
def get_weather(city: str) -> str:
    """Tell the weather of a city."""
    return f"18 °C in {city}"


client = {"api_key": "no-secret", "base_url": os.environ["OPENAI_BASE_URL"]}
model = OpenAIModel(client_args=client, model_id="gpt-4o-mini")


@observe(session_id=sys.argv[1])
def turn(question):
    agent = Agent(model=model, tools=[get_weather], callback_handler=None)
    return str(agent(question))


turn("Weather?")
turn("And tomorrow?")
Laminar.shutdown()
