"""Turns one row of the table into a running instrumentor, or into one line that says why not."""

import importlib
import importlib.metadata
from typing import Any

from opentelemetry.trace import TracerProvider

from threadline.guard import logger, warn_once
from threadline.instruments.call_stack import imported_by
from threadline.instruments.client_tracer import ClientTracerProvider
from threadline.instruments.instrumentation import Instrumentation
from threadline.instruments.rival import rival_of
from threadline.instruments.table import TABLE


def start(
    row: Instrumentation, tracer_provider: TracerProvider, *, trace_content: bool, advised: bool
) -> None:
    """Switch one instrumentor on, inside the import statement that brought its package.

    Args:
        row: the package.
        tracer_provider: where its spans go.
        trace_content: whether inputs and outputs are recorded.
        advised: whether a missing instrumentor is worth a word.
    """
    try:
        if not is_installed(row.distribution):
            logger.debug("%s is not installed; the module comes from elsewhere", row.distribution)
            return
        instrumentor = _instrumentor(row)
        if instrumentor is None:
            if advised and not _imported_by_framework(row):
                _say(row, f'pip install "threadline[{row.extra}]"')
            return
        if instrumentor.is_instrumented_by_opentelemetry:
            logger.debug("%s is traced already", row.extra)
        elif rival := rival_of(instrumentor):
            logger.debug("%s is traced already, by %s", row.extra, rival)
        else:
            hidden = row.hidden_contents() if row.hidden_contents and not trace_content else {}
            # Without the last option a version that does not fit is only logged, as an error.
            provider = ClientTracerProvider(tracer_provider) if row.client else tracer_provider
            instrumentor.instrument(
                tracer_provider=provider,
                **row.options,
                **hidden,
                raise_exception_on_conflict=True,
            )
            if row.afterwards:
                row.afterwards()
    except Exception as error:  # noqa: BLE001 - whatever fails in there must not fail the import
        logger.debug("%s could not be instrumented", row.extra, exc_info=True)
        _say(row, str(error) or type(error).__name__)


def is_installed(distribution: str) -> bool:
    """Whether a distribution is there, in any version."""
    try:
        importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def _say(row: Instrumentation, why: str) -> None:
    warn_once(f"instruments: {row.extra}", "%s is not traced: %s", row.extra, why)


def _imported_by_framework(row: Instrumentation) -> bool:
    others = tuple(other for other in TABLE if other.records_calls and other is not row)
    framework = imported_by(others)
    return framework is not None and is_installed(framework.distribution)


def _instrumentor(row: Instrumentation) -> Any:
    """Give the instrumentor, or None where its package is missing; other errors are raised."""
    module_name, _, class_name = row.instrumentor.partition(":")
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        missing = error.name
        if missing is not None and f"{module_name}.".startswith(f"{missing}."):
            return None
        raise
    return getattr(module, class_name)()
