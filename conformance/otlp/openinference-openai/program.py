"""OpenInference's instrumentation of OpenAI's client."""
# runs in exporters
# packages: openinference-instrumentation-openai openai opentelemetry-sdk

from openai import OpenAI
from openai_chat import failing, in_pieces, with_a_tool
from openinference.instrumentation import OITracer, TraceConfig, using_attributes
from openinference.instrumentation.openai import OpenAIInstrumentor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
OpenAIInstrumentor().instrument(tracer_provider=provider)
tracer = OITracer(provider.get_tracer("weather"), TraceConfig())
client = OpenAI(max_retries=0)


@tracer.tool
def get_weather(city):
    return f"18 °C in {city}"


@tracer.chain
def weather():
    return with_a_tool(client, get_weather)


@tracer.chain
def pictures(messages):
    return in_pieces(client, messages)


with using_attributes(session_id="openinference-openai", user_id="ada", tags=["beta"]):
    pictures(weather())
    failing(client)
provider.shutdown()
