"""Makes what starts inside a run of LangChain or LangGraph a child of that run's span.

LangChain tells its tracers of runs by callbacks, which cannot make a span the current one. Without
this a tool's own spans, and the provider's client below a chat model, would stand beside the run,
or begin traces of their own, and their tokens would count a second time.
"""

import sys
from types import ModuleType
from typing import Any
from uuid import UUID

from opentelemetry import trace
from opentelemetry.context import Context, attach
from opentelemetry.trace import Span
from wrapt import register_post_import_hook, wrap_function_wrapper

from threadline.guard import guarded
from threadline.instruments.call_stack import frames, module_of

CONTEXTS = ("langchain_core.runnables.config", "langgraph._internal._runnable")
"""Where both packages enter the copied context in which a chain, node or tool runs."""

MODELS = "langchain_core.language_models"
FRAMES_LOOKED_AT = 60
"""A provider's client lies about 20 frames below the model that calls it."""


def nest_runs() -> None:
    """Make a run's span the current one while its chain, node or tool runs."""
    for name in CONTEXTS:
        register_post_import_hook(_wrap, name)


def _wrap(module: ModuleType) -> None:
    with guarded("nesting spans in LangChain's runs"):
        if hasattr(module, "_set_config_context"):
            wrap_function_wrapper(module, "_set_config_context", _entered)


def _entered(wrapped: Any, _instance: Any, args: Any, kwargs: Any) -> Any:
    """Enter the run; the copied context is thrown away after it, so nothing is detached."""
    entered = wrapped(*args, **kwargs)
    with guarded("nesting spans in a LangChain run"):
        config = args[0] if args else kwargs.get("config")
        callbacks = config.get("callbacks") if isinstance(config, dict) else None
        span = _span_of(getattr(callbacks, "parent_run_id", None))
        if span is not None:
            attach(trace.set_span_in_context(span))
    return entered


def model_run_context() -> Context | None:
    """Give the context of the chat model or LLM run that calls a provider right now, if one does.

    A model's run is only known to the functions that carry it out, so the stack is asked. That
    takes microseconds, once for each call to a provider.
    """
    if MODELS not in sys.modules:
        return None
    for frame in frames(FRAMES_LOOKED_AT):
        if module_of(frame).startswith(f"{MODELS}."):
            manager = frame.f_locals.get("run_manager")
            span = _span_of(getattr(manager, "run_id", None))
            if span is not None:
                return trace.set_span_in_context(span)
    return None


def _span_of(run_id: object) -> Span | None:
    instrumentation = sys.modules.get("openinference.instrumentation.langchain")
    if instrumentation is None or not isinstance(run_id, UUID):
        return None
    instrumentor = instrumentation.LangChainInstrumentor()
    if not instrumentor.is_instrumented_by_opentelemetry:
        return None
    span = instrumentor.get_span(run_id)
    return span if isinstance(span, Span) else None
