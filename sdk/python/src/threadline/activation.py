"""Make a span the current one for a block, and write on it how the block ended."""

from __future__ import annotations

from contextlib import ContextDecorator
from contextvars import Token
from typing import TYPE_CHECKING

from opentelemetry import context, trace
from opentelemetry.trace import StatusCode

from threadline.guard import contain

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from opentelemetry.context import Context

    from threadline.span import LaminarSpan

_CANCELLED = frozenset({"CancelledError", "Cancelled"})
"""Classes by which asyncio, concurrent.futures and trio say that a task was cancelled."""


def detach(token: Token[Context]) -> None:
    """Restore the context from before a token, also where the token came from elsewhere.

    A generator or task may be closed in another context than it was entered in; OpenTelemetry's
    own detach logs an error then.
    """
    try:
        token.var.reset(token)
    except AttributeError:
        context.detach(token)  # of a context implementation named by OTEL_PYTHON_CONTEXT
    except ValueError:
        before = token.old_value
        token.var.set(context.Context() if before is Token.MISSING else before)
    except RuntimeError:
        return  # detached already


def record_error(span: trace.Span, error: BaseException) -> None:
    """Write on a span what an exception that leaves it means.

    A cancellation and Ctrl-C are events and no errors; the early close of a generator is nothing;
    anything else is an `exception` event and status ERROR with its text.
    """
    if isinstance(error, GeneratorExit):
        return
    if isinstance(error, KeyboardInterrupt) or type(error).__name__ in _CANCELLED:
        span.add_event("cancelled")
        return
    if isinstance(error, SystemExit) and error.code in {None, 0}:
        return
    try:
        text = str(error)
    except Exception:  # noqa: BLE001 - of a user's exception class
        text = type(error).__name__
        span.add_event("exception", {"exception.type": text, "exception.message": text})
    else:
        span.record_exception(error)
    span.set_status(StatusCode.ERROR, text)


class SpanBlock(ContextDecorator):
    """A block in which a span is the current one; also a decorator of functions.

    Args:
        start: gives the span; called when the block is entered.
        end_on_exit: end the span with the block.
        record_exception: write an exception that leaves the block on the span.
        set_status_on_exception: and give the span status ERROR.
    """

    def __init__(
        self,
        start: Callable[[], LaminarSpan],
        *,
        end_on_exit: bool,
        record_exception: bool = True,
        set_status_on_exception: bool = True,
    ) -> None:
        self._start = start
        self._end_on_exit = end_on_exit
        self._record_exception = record_exception
        self._set_status = set_status_on_exception
        self._span: LaminarSpan | None = None
        self._token: Token[Context] | None = None

    def _recreate_cm(self) -> SpanBlock:
        return SpanBlock(
            self._start,
            end_on_exit=self._end_on_exit,
            record_exception=self._record_exception,
            set_status_on_exception=self._set_status,
        )

    def __enter__(self) -> LaminarSpan:
        self._span = span = self._start()
        if span.span.get_span_context().is_valid:
            self._token = context.attach(trace.set_span_in_context(span.span))
        return span

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        span, token = self._span, self._token
        if span is None:
            return
        try:
            if token is not None:
                detach(token)
            if error is not None and span.span.is_recording():
                self._tell(span.span, error)
            if self._end_on_exit:
                span.end()
        except Exception:  # noqa: BLE001 - the block's own exception goes on, or none
            contain("leaving a span")

    def _tell(self, span: trace.Span, error: BaseException) -> None:
        if self._record_exception and self._set_status:
            record_error(span, error)
        elif isinstance(error, Exception) and self._record_exception:
            span.record_exception(error)
        elif isinstance(error, Exception) and self._set_status:
            span.set_status(StatusCode.ERROR, str(error))
