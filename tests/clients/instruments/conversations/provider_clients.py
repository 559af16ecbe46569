"""Two turns in which every provider's own client is asked once."""

import os
import sys

import cohere
import groq
import mistralai.client
import ollama
import together

from threadline import Laminar, observe

URL = os.environ["ANTHROPIC_BASE_URL"]
KEY = "no-secret"

Laminar.initialize()
openai_likes = [
    groq.Groq(api_key=KEY, base_url=URL).chat.completions.create,
    together.Together(api_key=KEY, base_url=URL).chat.completions.create,
    mistralai.client.Mistral(api_key=KEY, server_url=URL).chat.complete,
    cohere.ClientV2(api_key=KEY, base_url=URL).chat,
    ollama.Client(host=URL).chat,
]


@observe(session_id=sys.argv[1])
def turn(question):
    for ask in openai_likes:
        ask(model="some-model", messages=[{"role": "user", "content": question}])


turn("Hello")
turn("And tomorrow?")
Laminar.shutdown()
