"""Trace AI agents into sessions: decorate a function, name the session, see what happened.

```python
from threadline import Laminar, observe

Laminar.initialize()


@observe(session_id="chat-42")
def answer(question: str) -> str: ...
```
"""

from typing import TYPE_CHECKING

from threadline.attributes import Attributes
from threadline.laminar import Laminar
from threadline.observe import observe
from threadline.span import LaminarSpan
from threadline.span_context import LaminarSpanContext
from threadline.tracer import get_laminar_tracer_provider, get_tracer
from threadline.version import VERSION

if TYPE_CHECKING:
    from threadline.instruments.names import Instruments
    from threadline.middleware import SessionMiddleware, WSGISessionMiddleware
    from threadline.processor import LaminarSpanProcessor

__all__ = [
    "Attributes",
    "Instruments",
    "Laminar",
    "LaminarSpan",
    "LaminarSpanContext",
    "LaminarSpanProcessor",
    "SessionMiddleware",
    "WSGISessionMiddleware",
    "__version__",
    "get_laminar_tracer_provider",
    "get_tracer",
    "observe",
]

__version__ = VERSION

# Imported when they are asked for: they need OpenTelemetry's SDK, or are rarely needed.
_LAZY = {
    "Instruments": "threadline.instruments.names",
    "LaminarSpanProcessor": "threadline.processor",
    "SessionMiddleware": "threadline.middleware",
    "WSGISessionMiddleware": "threadline.middleware",
}


def __getattr__(name: str) -> object:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found: object = getattr(import_module(_LAZY[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_LAZY})
