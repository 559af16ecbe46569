"""Google's Agent Development Kit, which traces itself: a tool, a stream about a picture, an error."""
# runs in others
# packages: google-adk google-genai opentelemetry-sdk

import asyncio
import base64
import os

os.environ["OTEL_SEMCONV_STABILITY_OPT_IN"] = "gen_ai_latest_experimental"
os.environ["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] = "SPAN_ONLY"

import contextlib

from google.adk.agents import LlmAgent, RunConfig
from google.adk.agents.run_config import StreamingMode
from google.adk.planners import BuiltInPlanner
from google.adk.runners import InMemoryRunner
from google.genai import types
from google.genai.errors import ClientError
from openai_chat import PICTURE
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)


def get_weather(city: str) -> str:
    """Tell the weather of a city."""
    return f"18 °C in {city}"


thoughts = BuiltInPlanner(thinking_config=types.ThinkingConfig(include_thoughts=True))
weather = LlmAgent(
    name="weather", model="gemini-2.5-flash", instruction="Be brief.", tools=[get_weather]
)
pictures = LlmAgent(name="pictures", model="gemini-2.5-flash", planner=thoughts)
nobody = LlmAgent(name="nobody", model="gemini-no-such-model")


async def turn(agent, *parts, config=None):
    runner = InMemoryRunner(agent=agent, app_name="weather")
    await runner.session_service.create_session(
        app_name="weather", user_id="ada", session_id="google-adk"
    )
    asked = types.Content(role="user", parts=list(parts))
    async for _ in runner.run_async(
        user_id="ada",
        session_id="google-adk",
        new_message=asked,
        run_config=config or RunConfig(),
    ):
        pass


async def conversation():
    await turn(weather, types.Part.from_text(text="What is the weather in Paris?"))
    picture = base64.b64decode(PICTURE.partition(",")[2])
    await turn(
        pictures,
        types.Part.from_text(text="And in this picture?"),
        types.Part.from_bytes(data=picture, mime_type="image/png"),
        config=RunConfig(streaming_mode=StreamingMode.SSE),
    )
    with contextlib.suppress(ClientError):
        await turn(nobody, types.Part.from_text(text="Hello"))


asyncio.run(conversation())
provider.shutdown()
