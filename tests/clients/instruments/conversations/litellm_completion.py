"""Two turns with LiteLLM, the second in pieces."""

import sys

from threadline import Laminar, observe

Laminar.initialize()
import litellm  # noqa: E402 - after initialize(), as many programs have it


@observe(session_id=sys.argv[1])
def turn(question, **options):
    asked = [{"role": "user", "content": question}]
    return litellm.completion(model="openai/gpt-4o-mini", messages=asked, **options)


turn("Hello")
list(turn("Tell it in pieces", stream=True, stream_options={"include_usage": True}))
Laminar.shutdown()
