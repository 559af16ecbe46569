"""Tell at which paths OTLP arrives: OpenTelemetry's own, and those that other products' SDKs keep to."""

from __future__ import annotations

import re

from threadline_server.receive.payload import Signal

BASES: dict[str, str] = {
    "": "OpenTelemetry, Laminar, Phoenix, Arize, MLflow, Logfire, Traceloop",
    "/api/public/otel": "Langfuse",
    "/otel": "LangSmith, Braintrust, Weave",
    "/api/v1/otel": "LangSmith, where it is self-hosted",
    "/api/v1/private/otel": "Opik",
    "/api/otel": "LangWatch",
    "/otlp": "Grafana's collectors",
}
"""What stands before `/v1/traces`, `/v1/logs` and `/v1/metrics`, and who sends there."""

SIGNALS: dict[str, Signal] = {
    "/v1/traces": "traces",
    "/v1/logs": "logs",
    "/v1/metrics": "metrics",
}

PATHS: dict[str, Signal] = {
    base + path: signal for base in BASES for path, signal in SIGNALS.items()
}

_SLASHES = re.compile(r"//+")


def signal_at(path: str) -> Signal | None:
    """The signal that a path takes, None where it is none of OTLP's.

    Slashes at the end, and two in a row where a base URL ended in one, make no difference.
    """
    if "//" in path:
        path = _SLASHES.sub("/", path)
    return PATHS.get(path.rstrip("/"))


def is_otlp(path: str) -> bool:
    """Whether a path is one of OTLP's."""
    return signal_at(path) is not None
