"""LangSmith's SDK, sending over OpenTelemetry, with its wrapper around OpenAI's client."""
# runs in exporters
# packages: langsmith openai opentelemetry-sdk

import os

os.environ["LANGSMITH_TRACING"] = "true"
os.environ["LANGSMITH_TRACING_MODE"] = "otel"
os.environ["LANGSMITH_ENDPOINT"] = os.environ.pop("OTEL_EXPORTER_OTLP_ENDPOINT")
os.environ["LANGCHAIN_REVISION_ID"] = "1.0"
os.environ["LANGSMITH_API_KEY"] = "any-text"

from langsmith import Client, traceable, tracing_context
from langsmith.wrappers import wrap_openai
from openai import OpenAI
from openai_chat import failing, in_pieces, with_a_tool

langsmith = Client()
client = wrap_openai(OpenAI(max_retries=0))


@traceable(run_type="tool")
def get_weather(city):
    return f"18 °C in {city}"


@traceable(run_type="chain", client=langsmith)
def weather():
    return with_a_tool(client, get_weather)


@traceable(run_type="chain", client=langsmith)
def pictures(messages):
    return in_pieces(client, messages)


with tracing_context(metadata={"session_id": "langsmith", "user_id": "ada"}, client=langsmith):
    pictures(weather())
    failing(client)
langsmith.flush()
