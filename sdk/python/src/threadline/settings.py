"""Resolve arguments and environment into the settings of the SDK."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote, urlsplit, urlunsplit

from threadline.guard import warn_once

MASK_PATTERNS = ("keys", "emails", "cards")
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})  # noqa: S104 - compared, not bound
DEFAULT_BASE_URL = "http://localhost:8000"
MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that `Laminar.initialize` and the environment have settled.

    Attributes:
        traces_endpoint: full URL that OTLP traces are posted to.
        logs_endpoint: full URL that OTLP logs (scores) are posted to.
        base_http_url: scheme, host and port of the server.
        headers: sent with each request, the authorization among them. Never logged.
        project_api_key: the key alone, or None.
        api_key_setting: the name of what gave the key, for messages; empty if nothing did.
        timeout_seconds: of one request.
        compression: of request bodies.
        max_export_batch_size: spans in one request.
        max_export_batch_size_bytes: estimated bytes in one request, before compression.
        max_queue_bytes: estimated bytes waiting; beyond it the oldest spans are dropped.
        schedule_delay_seconds: from a batch's first span to its sending.
        sample_rate: share of sessions that is kept, 0 to 1.
        mask: called with key and text of every string that goes out; its result goes out instead.
        mask_patterns: names of built-in patterns to mask, of `keys`, `emails`, `cards`.
        trace_content: False keeps inputs and outputs out.
        max_attribute_bytes: UTF-8 bytes after which a string is cut, with a mark.
        metadata: of every trace.
        disabled: True makes every call a no-op.
        log_level: of the logger `threadline`, or None to leave it.
        span_context: a serialized span context that new traces continue, or None.
    """

    traces_endpoint: str = f"{DEFAULT_BASE_URL}/v1/traces"
    logs_endpoint: str = f"{DEFAULT_BASE_URL}/v1/logs"
    base_http_url: str = DEFAULT_BASE_URL
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    project_api_key: str | None = field(default=None, repr=False)
    api_key_setting: str = ""
    timeout_seconds: float = 30.0
    compression: Literal["gzip", "none"] = "gzip"
    max_export_batch_size: int = 512
    max_export_batch_size_bytes: int = 8 * MIB
    max_queue_bytes: int = 64 * MIB
    schedule_delay_seconds: float = 0.5
    sample_rate: float = 1.0
    mask: Callable[[str, str], str] | None = None
    mask_patterns: tuple[str, ...] = ()
    trace_content: bool = True
    max_attribute_bytes: int = 10 * MIB
    metadata: Mapping[str, object] = field(default_factory=dict)
    disabled: bool = False
    log_level: int | None = None
    span_context: str | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table: an argument of `initialize`, its environment name, and its meaning.

    Attributes:
        name: of the argument; in parentheses where only the environment sets it.
        environment: of the variable; empty where only the argument sets it.
        accepts: turns what was given into a value, or raises ValueError or TypeError.
        default: in words.
        meaning: in one sentence.
    """

    name: str
    environment: str
    accepts: Callable[[object], object]
    default: str
    meaning: str


# What values are accepted


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("it must be a string")
    if not value.strip():
        raise ValueError("it must not be empty")
    return value.strip()


def _switch(value: object) -> bool:
    if isinstance(value, bool):
        return value
    word = value.strip().lower() if isinstance(value, str) else None
    if word in {"true", "1", "yes", "on"}:
        return True
    if word in {"false", "0", "no", "off", ""}:
        return False
    raise ValueError("it must be true or false")


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise TypeError("it must be a number")
    return float(value)


def _rate(value: object) -> float:
    rate = _number(value)
    if not 0.0 <= rate <= 1.0:
        raise ValueError("it must be from 0 to 1, such as 0.25 for a quarter of all sessions")
    return rate


def _seconds(value: object) -> float:
    seconds = _number(value)
    if not 0.0 < seconds < float("inf"):
        raise ValueError("it must be more than 0 seconds")
    return seconds


def _count(value: object) -> int:
    number = _number(value)
    if number < 1 or number != int(number):
        raise ValueError("it must be a whole number from 1 up")
    return int(number)


def _port(value: object) -> int:
    port = _count(value)
    if port > 65535:
        raise ValueError("a port is at most 65535")
    return port


def _url(value: object) -> str:
    text = _text(value)
    has_scheme = "://" in text
    text = text.rstrip("/")
    if not has_scheme:
        host = urlsplit(f"//{text}").hostname or ""
        text = f"{'http' if host in LOOPBACK else 'https'}://{text}"
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("it must be an http or https URL, such as http://localhost:8000")
    parts.port  # noqa: B018 - raises ValueError if it is no port
    return text


def _object(value: object) -> dict[str, object]:
    if isinstance(value, str):
        value = json.loads(value)
    if not isinstance(value, Mapping):
        raise TypeError('it must be an object, such as {"release": "1.4"}')
    return {str(key): member for key, member in value.items()}


def _hook(value: object) -> Callable[[str, str], str]:
    if not callable(value):
        raise TypeError("it must be a function of an attribute's key and its text")
    hook: Callable[[str, str], str] = value
    return hook


def _patterns(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        value = [name.strip() for name in value.split(",") if name.strip()]
    if not isinstance(value, (list, tuple, set, frozenset)):
        raise TypeError(f"it must be a list of names out of {', '.join(MASK_PATTERNS)}")
    unknown = [name for name in value if name not in MASK_PATTERNS]
    if unknown:
        raise ValueError(
            f"there is no pattern {unknown[0]!r}; there are {', '.join(MASK_PATTERNS)}"
        )
    return tuple(name for name in MASK_PATTERNS if name in value)


def _log_level(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    word = _text(value).upper()
    level = logging.CRITICAL + 10 if word == "OFF" else logging.getLevelNamesMapping().get(word)
    if level is None:
        raise ValueError("it must be debug, info, warning, error or off")
    return level


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "project_api_key",
        "LMNR_PROJECT_API_KEY",
        _text,
        "none",
        "Key of the project, sent as a bearer token. A server in open mode takes none.",
    ),
    Setting(
        "base_url",
        "LMNR_BASE_URL",
        _url,
        DEFAULT_BASE_URL,
        "The server. Without a scheme: https, or http on a loopback host.",
    ),
    Setting("base_http_url", "", _url, "base_url", "The server, where HTTP has a host of its own."),
    Setting(
        "http_port",
        "",
        _port,
        "the port in base_url, else 8000 on a loopback host, else the scheme's",
        "Port of the server.",
    ),
    Setting("grpc_port", "", _port, "none", "Accepted for compatibility; nothing goes over gRPC."),
    Setting(
        "force_http", "", _switch, "False", "Accepted for compatibility; HTTP is all there is."
    ),
    Setting("disable_batch", "", _switch, "False", "Send each span at once."),
    Setting("max_export_batch_size", "", _count, "512", "Spans in one request."),
    Setting(
        "max_export_batch_size_bytes",
        "",
        _count,
        "8 MiB",
        "Estimated bytes in one request, before compression.",
    ),
    Setting(
        "flush_by_size", "", _switch, "True", "Accepted for compatibility; batches always obey it."
    ),
    Setting("export_timeout_seconds", "", _seconds, "30", "Time limit of one request."),
    Setting("metadata", "LMNR_TRACE_METADATA", _object, "{}", "Metadata of every trace."),
    Setting(
        "sample_rate",
        "LMNR_SAMPLE_RATE",
        _rate,
        "1",
        "Share of sessions that is kept; a session is kept or dropped whole.",
    ),
    Setting(
        "mask", "", _hook, "none", "Called with key and text of each string that would be sent."
    ),
    Setting("mask_patterns", "", _patterns, "()", f"Patterns to mask: {', '.join(MASK_PATTERNS)}."),
    Setting(
        "trace_content",
        "LMNR_TRACE_CONTENT",
        _switch,
        "True",
        "Record inputs and outputs, of instrumentations too.",
    ),
    Setting(
        "max_attribute_bytes", "", _count, "10 MiB", "Length at which a text is cut, with a mark."
    ),
    Setting(
        "(disabled)", "LMNR_DISABLE_TRACING", _switch, "False", "True makes every call a no-op."
    ),
    Setting("(disabled)", "OTEL_SDK_DISABLED", _switch, "False", "The same."),
    Setting("(log level)", "LMNR_LOG_LEVEL", _log_level, "unset", "Level of our own log."),
    Setting(
        "(span context)",
        "LMNR_SPAN_CONTEXT",
        _text,
        "none",
        "A serialized span context that the traces of this process continue.",
    ),
)


def resolve(arguments: Mapping[str, object], environment: Mapping[str, str]) -> Settings:
    """Settle every setting: argument, else `LMNR_*`, else `OTEL_*`, else default.

    Args:
        arguments: of `Laminar.initialize`, by name; None counts as not given, and names that are
            no settings are left alone.
        environment: `os.environ`, or a part of it.

    Raises:
        TypeError: an argument is of a wrong kind.
        ValueError: an argument is out of its range.
    """
    given = _given(arguments, environment)
    value = given.get
    key, key_setting = _api_key(arguments, value("project_api_key"))
    ours = key is not None or "base_url" in given or "base_http_url" in given
    base = _base_url(given)
    endpoints = {"traces": f"{base}/v1/traces", "logs": f"{base}/v1/logs"}
    headers: dict[str, str] = {}
    standard: dict[str, object] = {}
    if not ours:
        endpoints, headers, standard = _from_standard_names(environment, endpoints)
        base = _origin(endpoints["traces"])
        key_setting = "OTEL_EXPORTER_OTLP_HEADERS" if headers else ""
    if key is not None:
        headers = {"authorization": f"Bearer {key}"}
    disabled = any(
        given.get(f"(disabled) {name}") is True
        for name in ("LMNR_DISABLE_TRACING", "OTEL_SDK_DISABLED")
    )
    if not headers and not disabled and urlsplit(base).hostname not in LOOPBACK:
        warn_once(
            "no key",
            "No project API key for %s: the server will refuse what is sent. "
            "Set LMNR_PROJECT_API_KEY, or pass project_api_key to Laminar.initialize.",
            base,
        )
    settled: dict[str, object] = {
        **standard,
        **{name: given[name] for name in _SAME_NAME if name in given},
        "project_api_key": key,
        "api_key_setting": key_setting,
        "base_http_url": base,
        "traces_endpoint": endpoints["traces"],
        "logs_endpoint": endpoints["logs"],
        "headers": headers,
        "disabled": disabled,
        "log_level": value("(log level) LMNR_LOG_LEVEL"),
        "span_context": value("(span context) LMNR_SPAN_CONTEXT"),
    }
    if "export_timeout_seconds" in given:
        settled["timeout_seconds"] = given["export_timeout_seconds"]
    if given.get("disable_batch") is True:
        settled["schedule_delay_seconds"] = 0.0
    return Settings(**settled)  # type: ignore[arg-type]  # each was accepted by its row above


_SAME_NAME = (
    "max_export_batch_size",
    "max_export_batch_size_bytes",
    "metadata",
    "sample_rate",
    "mask",
    "mask_patterns",
    "trace_content",
    "max_attribute_bytes",
)


def _given(arguments: Mapping[str, object], environment: Mapping[str, str]) -> dict[str, object]:
    given: dict[str, object] = {}
    for setting in SETTINGS:
        argument = arguments.get(setting.name)
        if argument is not None:
            try:
                given[setting.name] = setting.accepts(argument)
            except (TypeError, ValueError) as error:
                kind = TypeError if isinstance(error, TypeError) else ValueError
                raise kind(f"{setting.name} of Laminar.initialize: {error}") from None
            continue
        text = environment.get(setting.environment, "") if setting.environment else ""
        if not text.strip():
            continue
        name = setting.name
        if name.startswith("("):
            name = f"{name} {setting.environment}"
        try:
            given[name] = setting.accepts(text)
        except (TypeError, ValueError) as error:
            warn_once(
                f"environment: {setting.environment}",
                "%s is ignored: %s.",
                setting.environment,
                error,
            )
    return given


def _api_key(arguments: Mapping[str, object], key: object) -> tuple[str | None, str]:
    if not isinstance(key, str):
        return None, ""
    by_argument = arguments.get("project_api_key") is not None
    return key, "project_api_key" if by_argument else "LMNR_PROJECT_API_KEY"


def _base_url(given: Mapping[str, object]) -> str:
    url = str(given.get("base_http_url") or given.get("base_url") or DEFAULT_BASE_URL)
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = given.get("http_port") or parts.port or (8000 if host in LOOPBACK else None)
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port != {"http": 80, "https": 443}[parts.scheme]:
        netloc = f"{netloc}:{port}"
    return urlunsplit((parts.scheme, netloc, parts.path.rstrip("/"), "", ""))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, "", "", ""))


def _from_standard_names(
    environment: Mapping[str, str], endpoints: dict[str, str]
) -> tuple[dict[str, str], dict[str, str], dict[str, object]]:
    """What OpenTelemetry's own variables say about the exporter.

    See https://opentelemetry.io/docs/specs/otel/protocol/exporter/. As in OpenTelemetry for
    Python, the timeout is in seconds.
    """

    def read(name: str) -> str:
        specific = environment.get(f"OTEL_EXPORTER_OTLP_TRACES_{name}", "")
        return (specific or environment.get(f"OTEL_EXPORTER_OTLP_{name}", "")).strip()

    found = dict(endpoints)
    general = environment.get("OTEL_EXPORTER_OTLP_ENDPOINT", "").strip().rstrip("/")
    if general:
        found = {signal: f"{general}/v1/{signal}" for signal in endpoints}
    exact = environment.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "").strip()
    if exact:
        found["traces"] = exact
        if not general:
            stem = exact.removesuffix("/v1/traces") if exact.endswith("/v1/traces") else None
            found["logs"] = f"{stem if stem is not None else _origin(exact)}/v1/logs"
    exact_logs = environment.get("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "").strip()
    if exact_logs:
        found["logs"] = exact_logs
    for signal, url in found.items():
        if urlsplit(url).scheme not in {"http", "https"}:
            warn_once(f"endpoint: {signal}", "The OTLP endpoint for %s is no http URL.", signal)
            found[signal] = endpoints[signal]
    settled: dict[str, object] = {}
    if timeout := read("TIMEOUT"):
        try:
            settled["timeout_seconds"] = _seconds(timeout)
        except ValueError as error:
            warn_once("environment: timeout", "OTEL_EXPORTER_OTLP_TIMEOUT is ignored: %s.", error)
    if compression := read("COMPRESSION"):
        if compression in {"gzip", "none"}:
            settled["compression"] = compression
        else:
            warn_once("environment: compression", "OTLP compression %s: gzip is used.", compression)
    return found, _headers(read("HEADERS")), settled


def _headers(text: str) -> dict[str, str]:
    headers: dict[str, str] = {}
    for pair in text.split(","):
        name, equals, value = pair.partition("=")
        if equals and name.strip():
            headers[unquote(name.strip()).lower()] = unquote(value.strip())
    return headers
