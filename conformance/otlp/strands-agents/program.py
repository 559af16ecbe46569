"""Strands' agents, which trace themselves: a tool, a picture, an error."""
# runs in heavy
# packages: strands-agents openai opentelemetry-sdk

import base64
import os

from openai_chat import PICTURE
from strands import Agent, tool
from strands.models.openai import OpenAIModel
from strands.telemetry import StrandsTelemetry

telemetry = StrandsTelemetry()
telemetry.setup_otlp_exporter()
IDENTITY = {"session.id": "strands-agents", "user.id": "ada"}
CLIENT = {"api_key": "no-secret", "base_url": os.environ["OPENAI_BASE_URL"], "max_retries": 0}


@tool
def get_weather(city: str) -> str:
    """Tell the weather of a city."""
    return f"18 °C in {city}"


def agent(name, model, **options):
    model = OpenAIModel(client_args=CLIENT, model_id=model)
    return Agent(
        name=name, model=model, callback_handler=None, trace_attributes=IDENTITY, **options
    )


weather = agent("weather", "gpt-4o-mini", tools=[get_weather], system_prompt="Be brief.")
weather("What is the weather in Paris?")
picture = base64.b64decode(PICTURE.partition(",")[2])
shown = {"image": {"format": "png", "source": {"bytes": picture}}}
agent("pictures", "gpt-4o-mini", messages=weather.messages)(
    [{"text": "And in this picture?"}, shown]
)
try:
    agent("nobody", "no-such-model")("Hello")
except Exception as error:  # noqa: BLE001 - which one is Strands' business
    print(type(error).__name__)
telemetry.tracer_provider.shutdown()
