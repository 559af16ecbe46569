"""OpenInference's instrumentation of OpenAI's Agents SDK, over the Responses API."""
# runs in light
# packages: openinference-instrumentation-openai-agents openai-agents openai

import asyncio
import contextlib

from agents import Agent, ModelSettings, Runner, function_tool, set_trace_processors
from openai import NotFoundError
from openai.types.shared import Reasoning
from openai_chat import PICTURE
from openinference.instrumentation import using_attributes
from openinference.instrumentation.openai_agents import OpenAIAgentsInstrumentor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

set_trace_processors([])
provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
OpenAIAgentsInstrumentor().instrument(tracer_provider=provider)


@function_tool
def get_weather(city: str) -> str:
    """Tell the weather of a city."""
    return f"18 °C in {city}"


weather = Agent(name="weather", instructions="Be brief.", tools=[get_weather], model="gpt-4o-mini")
settings = ModelSettings(reasoning=Reasoning(effort="low", summary="auto"))
pictures = Agent(name="pictures", model="gpt-5-mini", model_settings=settings)
nobody = Agent(name="nobody", model="no-such-model")


async def conversation():
    said = await Runner.run(weather, "What is the weather in Paris?")
    shown = [
        {"type": "input_text", "text": "And in this picture?"},
        {"type": "input_image", "image_url": PICTURE, "detail": "auto"},
    ]
    asked = [*said.to_input_list(), {"role": "user", "content": shown}]
    stream = Runner.run_streamed(pictures, asked)
    async for _ in stream.stream_events():
        pass
    with contextlib.suppress(NotFoundError):
        await Runner.run(nobody, "Hello")


with using_attributes(session_id="openinference-openai-agents", user_id="ada"):
    asyncio.run(conversation())
provider.shutdown()
