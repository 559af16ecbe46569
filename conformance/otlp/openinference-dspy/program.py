"""OpenInference's instrumentation of DSPy: an agent that reasons and acts, then an error."""
# runs in heavy
# packages: openinference-instrumentation-dspy dspy litellm

import dspy
from openinference.instrumentation import using_attributes
from openinference.instrumentation.dspy import DSPyInstrumentor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
DSPyInstrumentor().instrument(tracer_provider=provider)


def get_weather(city: str) -> str:
    """Tell the weather of a city."""
    return f"18 °C in {city}"


def turn(question):
    weather = dspy.Tool(get_weather)(city="Paris")
    return dspy.settings.lm(f"{question} It is known that: {weather}")[0]


with using_attributes(session_id="openinference-dspy", user_id="ada"):
    dspy.configure(lm=dspy.LM("openai/gpt-4o-mini", cache=False, num_retries=0))
    turn("What is the weather in Paris?")
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "What is the weather in Paris?"},
        {"role": "assistant", "content": "18 °C"},
        {"role": "user", "content": "And tomorrow?"},
    ]
    dspy.settings.lm(messages=messages)
    try:
        dspy.LM("openai/no-such-model", cache=False, num_retries=0)("Hello")
    except Exception as error:  # noqa: BLE001 - which one is LiteLLM's business
        print(type(error).__name__)
provider.shutdown()
