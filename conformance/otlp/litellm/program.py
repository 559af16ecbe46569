"""LiteLLM's own callback for OpenTelemetry."""
# runs in heavy
# packages: litellm opentelemetry-sdk

import asyncio
import contextlib
import json

import litellm
from openai_chat import BEGUN, PICTURE, TOOL
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
tracer = provider.get_tracer("weather")
litellm.callbacks = ["otel"]


def identity():
    span = trace.get_current_span()
    return {"metadata": {"litellm_parent_otel_span": span}, "user": "ada"}


async def weather():
    messages = list(BEGUN)
    asked = await litellm.acompletion(
        model="openai/gpt-4o-mini", messages=messages, tools=[TOOL], **identity()
    )
    message = asked.choices[0].message
    (call,) = message.tool_calls
    told = f"18 °C in {json.loads(call.function.arguments)['city']}"
    messages.append(message.model_dump(exclude_none=True))
    messages.append({"role": "tool", "tool_call_id": call.id, "content": told})
    await litellm.acompletion(
        model="openai/gpt-4o-mini", messages=messages, tools=[TOOL], **identity()
    )


async def pictures():
    content = [
        {"type": "text", "text": "And in this picture?"},
        {"type": "image_url", "image_url": {"url": PICTURE}},
    ]
    async for _ in await litellm.acompletion(
        model="anthropic/claude-sonnet-4-5",
        messages=[{"role": "user", "content": content}],
        thinking={"type": "enabled", "budget_tokens": 1024},
        stream=True,
        stream_options={"include_usage": True},
        **identity(),
    ):
        pass


async def nobody():
    with contextlib.suppress(litellm.NotFoundError):
        await litellm.acompletion(
            model="openai/no-such-model", messages=BEGUN, max_retries=0, **identity()
        )


async def conversation():
    for turn in (weather, pictures, nobody):
        with tracer.start_as_current_span(turn.__name__) as span:
            span.set_attribute("session.id", "litellm")
            await turn()
    # The callback is called later, by a worker of LiteLLM's own.
    await asyncio.sleep(3)


asyncio.run(conversation())
provider.shutdown()
