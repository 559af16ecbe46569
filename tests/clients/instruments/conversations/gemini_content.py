"""Two turns with Gemini: one with a tool that the client runs, one in pieces."""

import sys

from google import genai
from google.genai import types

from threadline import Laminar, observe

Laminar.initialize()
client = genai.Client()


def get_weather(city: str) -> str:
    """Tell the weather of a city."""
    return f"18 °C in {city}"


@observe(session_id=sys.argv[1])
def with_a_tool():
    config = types.GenerateContentConfig(tools=[get_weather])
    model = "gemini-2.5-flash"
    return client.models.generate_content(model=model, contents="Weather?", config=config).text


@observe(session_id=sys.argv[1])
def in_pieces():
    asked = {"model": "gemini-2.5-flash", "contents": "Tell it in pieces"}
    return "".join(piece.text for piece in client.models.generate_content_stream(**asked))


with_a_tool()
in_pieces()
Laminar.shutdown()
