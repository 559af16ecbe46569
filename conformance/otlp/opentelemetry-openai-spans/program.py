"""OpenTelemetry's instrumentation of OpenAI's client, contents on spans: the conventions of today."""
# runs in others
# packages: opentelemetry-instrumentation-openai-v2 openai opentelemetry-sdk

import os

os.environ["OTEL_SEMCONV_STABILITY_OPT_IN"] = "gen_ai_latest_experimental"
os.environ["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] = "span_only"

from openai import OpenAI
from openai_chat import failing, in_pieces, with_a_tool
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.openai_v2 import OpenAIInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
OpenAIInstrumentor().instrument(tracer_provider=provider)
tracer = provider.get_tracer("weather")
client = OpenAI(max_retries=0)


def get_weather(city):
    with tracer.start_as_current_span("execute_tool get_weather") as span:
        span.set_attribute("gen_ai.operation.name", "execute_tool")
        span.set_attribute("gen_ai.tool.name", "get_weather")
        span.set_attribute("gen_ai.tool.call.id", "call_1")
        span.set_attribute("gen_ai.tool.call.arguments", f'{{"city":"{city}"}}')
        told = f"18 °C in {city}"
        span.set_attribute("gen_ai.tool.call.result", told)
        return told


def turn(name, speak, *said):
    with tracer.start_as_current_span(f"invoke_agent {name}") as span:
        span.set_attribute("gen_ai.operation.name", "invoke_agent")
        span.set_attribute("gen_ai.agent.name", name)
        span.set_attribute("gen_ai.conversation.id", "conversation-1")
        span.set_attribute("session.id", "opentelemetry-openai-spans")
        span.set_attribute("user.id", "ada")
        return speak(client, *said)


messages = turn("weather", with_a_tool, get_weather)
turn("pictures", in_pieces, messages)
turn("nobody", failing)
provider.shutdown()
