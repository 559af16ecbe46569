"""MLflow's tracing with its automatic tracing of OpenAI's client."""
# ruff: noqa: E402 - these packages look at what is set above them
# runs in exporters
# packages: mlflow-tracing openai

import os

address = os.environ.pop("OTEL_EXPORTER_OTLP_ENDPOINT")
os.environ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = f"{address}/v1/traces"
os.environ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"] = "http/protobuf"

os.environ["MLFLOW_TRACKING_URI"] = address
os.environ["MLFLOW_EXPERIMENT_ID"] = "0"

import mlflow

mlflow.openai.autolog()

from openai import OpenAI
from openai_chat import failing, in_pieces, with_a_tool

client = OpenAI(max_retries=0)


@mlflow.trace(span_type="TOOL")
def get_weather(city):
    return f"18 °C in {city}"


def is_ours():
    span = mlflow.get_current_active_span()
    span.set_attributes({"session.id": "mlflow", "user.id": "ada"})


@mlflow.trace(span_type="AGENT")
def weather():
    is_ours()
    return with_a_tool(client, get_weather)


@mlflow.trace
def pictures(messages):
    is_ours()
    return in_pieces(client, messages)


@mlflow.trace
def nobody():
    is_ours()
    failing(client)


pictures(weather())
nobody()
