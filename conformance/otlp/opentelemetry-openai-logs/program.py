"""OpenTelemetry's instrumentation of OpenAI's client as it is by default: a log record for each message."""
# runs in others
# packages: opentelemetry-instrumentation-openai-v2 openai opentelemetry-sdk

import os

os.environ["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] = "true"

from openai import OpenAI
from openai_chat import failing, in_pieces, with_a_tool
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.openai_v2 import OpenAIInstrumentor
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
logs = LoggerProvider()
logs.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
OpenAIInstrumentor().instrument(tracer_provider=provider, logger_provider=logs)
tracer = provider.get_tracer("weather")
client = OpenAI(max_retries=0)


def get_weather(city):
    with tracer.start_as_current_span("execute_tool get_weather") as span:
        span.set_attribute("gen_ai.operation.name", "execute_tool")
        span.set_attribute("gen_ai.tool.name", "get_weather")
        return f"18 °C in {city}"


def turn(name, speak, *said):
    with tracer.start_as_current_span(f"invoke_agent {name}") as span:
        span.set_attribute("gen_ai.operation.name", "invoke_agent")
        span.set_attribute("gen_ai.agent.name", name)
        span.set_attribute("gen_ai.conversation.id", "opentelemetry-openai-logs")
        span.set_attribute("user.id", "ada")
        return speak(client, *said)


messages = turn("weather", with_a_tool, get_weather)
turn("pictures", in_pieces, messages)
turn("nobody", failing)
logs.shutdown()  # so that the messages arrive ahead of the spans that they belong to
provider.shutdown()
