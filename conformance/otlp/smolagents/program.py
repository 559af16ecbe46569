"""OpenInference's instrumentation of smolagents: an agent that calls a tool, a stream, an error."""
# runs in heavy
# packages: openinference-instrumentation-smolagents smolagents openai

from openinference.instrumentation import using_attributes
from openinference.instrumentation.smolagents import SmolagentsInstrumentor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from smolagents import OpenAIModel, ToolCallingAgent, tool

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
SmolagentsInstrumentor().instrument(tracer_provider=provider)


@tool
def get_weather(city: str) -> str:
    """Tell the weather of a city.

    Args:
        city: its name
    """
    return f"18 °C in {city}"


def turn(model, question, max_steps=1):
    agent = ToolCallingAgent(
        tools=[get_weather], model=model, verbosity_level=0, max_steps=max_steps
    )
    return agent.run(question)


with using_attributes(session_id="smolagents", user_id="ada"):
    turn(OpenAIModel("gpt-4o-mini"), "What is the weather in Paris?")
    model = OpenAIModel("gpt-4o-mini")
    for _ in model.generate_stream(
        [{"role": "user", "content": [{"type": "text", "text": "And tomorrow?"}]}]
    ):
        pass
    try:
        turn(OpenAIModel("no-such-model"), "Hello")
    except Exception as error:  # noqa: BLE001 - which one is smolagents' business
        print(type(error).__name__)
provider.shutdown()
