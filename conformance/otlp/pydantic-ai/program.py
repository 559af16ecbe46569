"""Pydantic AI, which traces itself: an agent with a tool, a stream about a picture, an error."""
# runs in exporters
# packages: pydantic-ai-slim openai opentelemetry-sdk

import asyncio
import base64

from openai_chat import PICTURE
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from pydantic_ai import Agent, BinaryContent
from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.models.instrumented import InstrumentationSettings

SESSION = "pydantic-ai"
provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
Agent.instrument_all(InstrumentationSettings(tracer_provider=provider))
agent = Agent("openai-responses:gpt-4o-mini", name="weather", instructions="Be brief.")


@agent.tool_plain
def get_weather(city: str) -> str:
    """Tell the weather of a city."""
    return f"18 °C in {city}"


async def conversation():
    said = await agent.run("What is the weather in Paris?", conversation_id=SESSION)
    settings = {"openai_reasoning_effort": "low", "openai_prompt_cache_key": "weather"}
    pictures = Agent("openai-responses:gpt-5-mini", name="pictures", model_settings=settings)
    picture = BinaryContent(base64.b64decode(PICTURE.partition(",")[2]), media_type="image/png")
    asked = ["And in this picture?", picture]
    async with pictures.run_stream(
        asked, message_history=said.all_messages(), conversation_id=SESSION
    ) as stream:
        await stream.get_output()
    try:
        nobody = Agent("openai-responses:no-such-model", name="nobody")
        await nobody.run("Hello", message_history=said.all_messages(), conversation_id=SESSION)
    except ModelHTTPError:
        pass


asyncio.run(conversation())
provider.shutdown()
