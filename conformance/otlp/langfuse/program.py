"""Langfuse's SDK with its own OpenAI client."""
# ruff: noqa: E402 - these packages look at what is set above them
# runs in exporters
# packages: langfuse openai

import os

os.environ["LANGFUSE_MEDIA_UPLOAD_ENABLED"] = "false"

from langfuse import Langfuse, observe, propagate_attributes

langfuse = Langfuse(
    public_key="any-text",
    secret_key="any-text",
    base_url=os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"],
)

from langfuse.openai import OpenAI
from openai_chat import failing, in_pieces, with_a_tool

client = OpenAI(max_retries=0)


@observe(as_type="tool")
def get_weather(city):
    return f"18 °C in {city}"


@observe(as_type="agent")
def weather():
    return with_a_tool(client, get_weather)


@observe()
def pictures(messages):
    return in_pieces(client, messages)


with propagate_attributes(session_id="langfuse", user_id="ada", tags=["beta"]):
    pictures(weather())
    failing(client)
langfuse.flush()
