"""OpenInference's instrumentation of LlamaIndex: an agent with a tool, a stream, an error."""
# runs in heavy
# packages: openinference-instrumentation-llama-index llama-index-core llama-index-llms-openai

import asyncio
import contextlib

from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.base.llms.types import ChatMessage, ImageBlock, TextBlock
from llama_index.llms.openai import OpenAI
from openai import NotFoundError
from openai_chat import PICTURE
from openinference.instrumentation import using_attributes
from openinference.instrumentation.llama_index import LlamaIndexInstrumentor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
LlamaIndexInstrumentor().instrument(tracer_provider=provider)


def get_weather(city: str) -> str:
    """Tell the weather of a city."""
    return f"18 °C in {city}"


async def conversation():
    model = OpenAI(model="gpt-4o-mini", max_retries=0)
    agent = FunctionAgent(
        tools=[get_weather], llm=model, system_prompt="Be brief.", streaming=False
    )
    await agent.run("What is the weather in Paris?")


def in_pieces():
    options = {"stream_options": {"include_usage": True}, "prompt_cache_key": "weather"}
    model = OpenAI(model="gpt-4o", max_retries=0, additional_kwargs=options)
    picture = ImageBlock(url=PICTURE)
    asked = ChatMessage(role="user", blocks=[TextBlock(text="And in this picture?"), picture])
    for _ in model.stream_chat([ChatMessage(role="system", content="Be brief."), asked]):
        pass


def failing():
    with contextlib.suppress(NotFoundError):
        OpenAI(model="ft:gpt-4o-mini:no-such-model", max_retries=0).chat(
            [ChatMessage(content="Hello")]
        )


with using_attributes(session_id="openinference-llama-index", user_id="ada"):
    asyncio.run(conversation())
    in_pieces()
    failing()
provider.shutdown()
