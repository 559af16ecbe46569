"""Logfire's SDK around Anthropic's client and OpenAI's, with a session in baggage."""
# ruff: noqa: E402 - these packages look at what is set above them
# runs in others
# packages: logfire anthropic openai

import os

# Alone, or Logfire would send everything twice.
address = os.environ.pop("OTEL_EXPORTER_OTLP_ENDPOINT")

import logfire
from anthropic import Anthropic
from anthropic_messages import with_a_tool
from openai import OpenAI
from openai_chat import BEGUN, failing, in_pieces

logfire.configure(
    token="any-text",
    advanced=logfire.AdvancedOptions(base_url=address),
    scrubbing=False,
    console=False,
    inspect_arguments=False,
)
logfire.instrument_anthropic()
logfire.instrument_openai()


@logfire.instrument("get_weather", record_return=True)
def get_weather(city):
    return f"18 °C in {city}"


with logfire.set_baggage(**{"session.id": "logfire", "user.id": "ada"}):
    with logfire.span("weather"):
        with_a_tool(Anthropic(max_retries=0), get_weather)
    with logfire.span("pictures"):
        in_pieces(OpenAI(max_retries=0), BEGUN)
    with logfire.span("nobody"):
        failing(OpenAI(max_retries=0))
logfire.force_flush()
