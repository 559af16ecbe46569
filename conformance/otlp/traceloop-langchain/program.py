"""Traceloop's SDK around an agent of LangChain, then a stream of a chain and an error."""
# ruff: noqa: E402 - these packages look at what is set above them
# runs in others
# packages: traceloop-sdk opentelemetry-instrumentation-langchain langchain langchain-openai

import os

from opentelemetry import trace
from traceloop.sdk import Traceloop
from traceloop.sdk.decorators import workflow

Traceloop.init(
    app_name="traceloop-langchain",
    api_endpoint=os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"],
    api_key="any-text",
    telemetry_enabled=False,
)

from langchain.agents import create_agent
from langchain_core.messages import HumanMessage
from langchain_openai import ChatOpenAI
from openai import NotFoundError
from openai_chat import PICTURE


def get_weather(city: str) -> str:
    """Tell the weather of a city."""
    return f"18 °C in {city}"


@workflow()
def weather():
    model = ChatOpenAI(model="gpt-4o-mini", max_retries=0)
    agent = create_agent(model, tools=[get_weather], system_prompt="Be brief.")
    question = {"role": "user", "content": "What is the weather in Paris?"}
    return agent.invoke({"messages": [question]})["messages"]


@workflow()
def pictures(said):
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
    return "".join(piece.text for piece in thinking.stream([*said, HumanMessage(shown)]))


@workflow()
def nobody():
    try:
        ChatOpenAI(model="no-such-model", max_retries=0).invoke("Hello")
    except NotFoundError as error:
        return str(error)


Traceloop.set_association_properties({"session_id": "traceloop-langchain", "user_id": "ada"})
pictures(weather())
nobody()
trace.get_tracer_provider().force_flush()
