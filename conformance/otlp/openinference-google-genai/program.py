"""OpenInference's instrumentation of Google's GenAI client."""
# runs in heavy
# packages: openinference-instrumentation-google-genai google-genai opentelemetry-sdk

import base64
import contextlib

from google import genai
from google.genai import types
from google.genai.errors import ClientError
from openai_chat import PICTURE
from openinference.instrumentation import OITracer, TraceConfig, using_attributes
from openinference.instrumentation.google_genai import GoogleGenAIInstrumentor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
GoogleGenAIInstrumentor().instrument(tracer_provider=provider)
tracer = OITracer(provider.get_tracer("weather"), TraceConfig())
client = genai.Client()
declared = {
    "name": "get_weather",
    "description": "Tell the weather of a city.",
    "parameters": {"type": "OBJECT", "properties": {"city": {"type": "STRING"}}},
}
config = types.GenerateContentConfig(
    system_instruction="Be brief.",
    tools=[types.Tool(function_declarations=[declared])],
)


@tracer.tool
def get_weather(city):
    return f"18 °C in {city}"


@tracer.chain
def weather():
    question = types.Part.from_text(text="What is the weather in Paris?")
    said = [types.Content(role="user", parts=[question])]
    asked = client.models.generate_content(model="gemini-2.5-flash", contents=said, config=config)
    call = asked.function_calls[0]
    told = {"result": get_weather(**call.args)}
    said.append(asked.candidates[0].content)
    result = types.Part.from_function_response(name=call.name, response=told)
    said.append(types.Content(role="user", parts=[result]))
    answer = client.models.generate_content(model="gemini-2.5-flash", contents=said, config=config)
    return [*said, answer.candidates[0].content]


@tracer.chain
def pictures(said):
    picture = base64.b64decode(PICTURE.partition(",")[2])
    parts = [
        types.Part.from_text(text="And in this picture?"),
        types.Part.from_bytes(data=picture, mime_type="image/png"),
    ]
    thinking = types.GenerateContentConfig(
        cached_content="cachedContents/weather",
        thinking_config=types.ThinkingConfig(include_thoughts=True),
    )
    pieces = client.models.generate_content_stream(
        model="gemini-2.5-flash",
        contents=[*said, types.Content(role="user", parts=parts)],
        config=thinking,
    )
    return "".join(piece.text for piece in pieces)


with using_attributes(session_id="openinference-google-genai", user_id="ada"):
    pictures(weather())
    with contextlib.suppress(ClientError):
        client.models.generate_content(model="no-such-model", contents="Hello")
provider.shutdown()
