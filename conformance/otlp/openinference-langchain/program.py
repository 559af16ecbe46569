"""OpenInference's instrumentation of LangChain: an agent of LangGraph, then chains, in pieces and failing."""
# runs in light
# packages: openinference-instrumentation-langchain langchain langchain-openai langgraph

import contextlib

from langchain.agents import create_agent
from langchain_core.messages import HumanMessage
from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI
from openai import NotFoundError
from openai_chat import PICTURE
from openinference.instrumentation import using_attributes
from openinference.instrumentation.langchain import LangChainInstrumentor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
LangChainInstrumentor().instrument(tracer_provider=provider)


def get_weather(city: str) -> str:
    """Tell the weather of a city."""
    return f"18 °C in {city}"


model = ChatOpenAI(model="gpt-4o-mini", max_retries=0)
agent = create_agent(model, tools=[get_weather], system_prompt="Be brief.")
question = {"role": "user", "content": "What is the weather in Paris?"}
shown = [
    {"type": "text", "text": "And in this picture?"},
    {"type": "image_url", "image_url": {"url": PICTURE}},
]
thinking = ChatOpenAI(
    model="gpt-5-mini",
    max_retries=0,
    reasoning_effort="low",
    model_kwargs={"prompt_cache_key": "weather"},
    stream_usage=True,
)

with using_attributes(session_id="openinference-langchain", user_id="ada"):
    said = agent.invoke({"messages": [question]})["messages"]
    list(thinking.stream([*said, HumanMessage(shown)]))
    nobody = ChatOpenAI(model="no-such-model", max_retries=0)
    with contextlib.suppress(NotFoundError):
        (ChatPromptTemplate.from_messages([("user", "{question}")]) | nobody).invoke("Hello")
provider.shutdown()
