"""Leaves the model calls of the OpenAI Agents SDK to that SDK's own spans.

Below them OpenAI's client would be traced again, and what the client is asked for there, a response
whose body is read later, its instrumentor takes for one that is whole: it would show a coroutine's
text for an answer, and warn of the coroutine.
"""

import sys
from typing import Any

from opentelemetry.instrumentation.utils import suppress_instrumentation
from wrapt import wrap_function_wrapper

from threadline.guard import guarded

MODEL_CALLS = frozenset({"generation", "response"})
"""What the SDK calls its spans of model calls."""


def leave_calls_of_agents() -> None:
    """Wrap the client's requests, outside its instrumentor."""
    wrap_function_wrapper("openai", "AsyncOpenAI.request", _request)


def _request(wrapped: Any, _instance: Any, args: Any, kwargs: Any) -> Any:
    return _untraced(wrapped, args, kwargs) if _is_recorded() else wrapped(*args, **kwargs)


async def _untraced(wrapped: Any, args: Any, kwargs: Any) -> Any:
    with suppress_instrumentation():
        return await wrapped(*args, **kwargs)


def _is_recorded() -> bool:
    """Whether a span of the SDK that its instrumentor turns into ours records the call right now."""
    instrumentation = sys.modules.get("openinference.instrumentation.openai_agents")
    tracing = sys.modules.get("agents.tracing")
    if instrumentation is None or tracing is None:
        return False
    with guarded("looking for a span of the OpenAI Agents SDK"):
        span = tracing.get_current_span()
        data = getattr(span, "span_data", None)
        return (
            getattr(data, "type", None) in MODEL_CALLS
            and span.span_id != "no-op"
            and instrumentation.OpenAIAgentsInstrumentor().is_instrumented_by_opentelemetry
        )
    return False
