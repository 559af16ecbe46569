"""Traceloop's SDK around Anthropic's client."""
# ruff: noqa: E402 - these packages look at what is set above them
# runs in others
# packages: traceloop-sdk opentelemetry-instrumentation-anthropic anthropic

import os

from opentelemetry import trace
from traceloop.sdk import Traceloop
from traceloop.sdk.decorators import tool, workflow

Traceloop.init(
    app_name="traceloop-anthropic",
    api_endpoint=os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"],
    api_key="any-text",
    telemetry_enabled=False,
)

from anthropic import Anthropic
from anthropic_messages import failing, in_pieces, with_a_tool

client = Anthropic(max_retries=0)


@tool()
def get_weather(city):
    return f"18 °C in {city}"


@workflow()
def weather():
    return with_a_tool(client, get_weather)


@workflow()
def pictures(messages):
    return in_pieces(client, messages)


@workflow()
def nobody():
    failing(client)


Traceloop.set_association_properties({"session_id": "traceloop-anthropic", "user_id": "ada"})
pictures(weather())
nobody()
trace.get_tracer_provider().force_flush()
