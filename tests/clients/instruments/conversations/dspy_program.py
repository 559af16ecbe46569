"""Two turns with a DSPy model, called as its modules call it."""

import sys

import dspy

from threadline import Laminar, observe

Laminar.initialize()
dspy.configure(lm=dspy.LM("openai/gpt-4o-mini", cache=False))


def get_weather(city: str) -> str:
    """Tell the weather of a city."""
    return f"18 °C in {city}"


@observe(session_id=sys.argv[1])
def turn(question):
    answer = dspy.settings.lm(question)[0]
    return f"{answer}: {dspy.Tool(get_weather)(city='Paris')}"


turn("Weather?")
turn("And tomorrow?")
Laminar.shutdown()
