"""OpenInference's instrumentation of CrewAI, whose model calls OpenAI's is asked for."""
# runs in heavy
# packages: openinference-instrumentation-crewai openinference-instrumentation-openai crewai openai

from crewai import Agent, Crew, Task
from crewai.tools import tool
from openinference.instrumentation import using_attributes
from openinference.instrumentation.crewai import CrewAIInstrumentor
from openinference.instrumentation.openai import OpenAIInstrumentor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
CrewAIInstrumentor().instrument(tracer_provider=provider)
OpenAIInstrumentor().instrument(tracer_provider=provider)


@tool("get_weather")
def get_weather(city: str) -> str:
    """Tell the weather of a city."""
    return f"18 °C in {city}"


def turn(question, model):
    agent = Agent(
        role="weather",
        goal="tell the weather",
        backstory="a meteorologist",
        llm=model,
        tools=[get_weather],
        max_retry_limit=0,
    )
    task = Task(description=question, expected_output="one sentence", agent=agent)
    return str(Crew(agents=[agent], tasks=[task]).kickoff())


with using_attributes(session_id="openinference-crewai", user_id="ada"):
    turn("What is the weather in Paris?", "openai/gpt-4o-mini")
    try:
        turn("And tomorrow?", "openai/no-such-model")
    except Exception as error:  # noqa: BLE001 - which one is CrewAI's business
        print(type(error).__name__)
provider.shutdown()
