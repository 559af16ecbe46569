"""Two turns with a pipeline of Haystack."""

import sys

from haystack import Pipeline
from haystack.components.builders import ChatPromptBuilder
from haystack.components.generators.chat import OpenAIChatGenerator
from haystack.dataclasses import ChatMessage

from threadline import Laminar, observe

Laminar.initialize()
pipeline = Pipeline()
pipeline.add_component("prompt", ChatPromptBuilder([ChatMessage.from_user("{{question}}")]))
pipeline.add_component("model", OpenAIChatGenerator(model="gpt-4o-mini"))
pipeline.connect("prompt.prompt", "model.messages")


@observe(session_id=sys.argv[1])
def turn(question):
    answer = pipeline.run({"prompt": {"question": question}})
    return answer["model"]["replies"][0].text


turn("Hello")
turn("And tomorrow?")
Laminar.shutdown()
