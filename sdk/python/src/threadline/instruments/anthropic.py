"""Keeps Anthropic's client from tracing its calls a second time.

From 2.0 on the client makes spans of its own, without contents unless asked for, for the global
tracer provider. A stream's is not even below the instrumentor's, so alone it would be a trace more.
"""

import sys
from typing import Any

from wrapt import wrap_function_wrapper

SOURCE = "anthropic._tracing"
SETTING = "env_open_telemetry"


def silence_own_spans() -> None:
    """Leave clients that are made from now on without spans of their own, unless told otherwise.

    A client that is given `open_telemetry=…`, and one whose environment asks for contents, keeps
    its spans. What is changed here is only what a client does that was told nothing.
    https://platform.claude.com/docs/en/api/sdks/python
    """
    module = sys.modules.get(SOURCE)
    if hasattr(module, SETTING):
        wrap_function_wrapper(module, SETTING, _without_spans)


def _without_spans(wrapped: Any, _instance: Any, args: Any, kwargs: Any) -> Any:
    options = wrapped(*args, **kwargs)
    return options if options.get("traces") else {**options, "traces": {"enabled": False}}
