"""Carry a trace with its session, user and metadata over HTTP headers, and take it up again.

The headers are those of W3C Trace Context and Baggage:
https://www.w3.org/TR/trace-context/ and https://www.w3.org/TR/baggage/.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote, unquote

from opentelemetry import baggage
from opentelemetry import context as context_api
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from threadline import association, runtime
from threadline.activation import detach
from threadline.association import Association, id_text
from threadline.attributes import SESSION_ID, USER_ID
from threadline.encode import encode
from threadline.guard import contain

if TYPE_CHECKING:
    from contextvars import Token

    from opentelemetry.context import Context

METADATA = "threadline.metadata"
"""The baggage member that holds a trace's metadata, as JSON."""

MAX_BAGGAGE = 8192
"""Bytes of a baggage header, by W3C Baggage; members beyond it are left out, metadata first."""

_OURS = frozenset({SESSION_ID, USER_ID, METADATA})
_TRACE_CONTEXT = TraceContextTextMapPropagator()


def inject(carrier: Any) -> Any:
    """Add `traceparent` and `baggage` to a carrier.

    Args:
        carrier: a mapping of header names and values, or a list of pairs.

    Returns:
        The carrier itself.
    """
    if runtime.current is None:
        return carrier
    try:
        headers: dict[str, str] = {}
        _TRACE_CONTEXT.inject(headers)
        header = _baggage_header(association.current(), read(carrier).get("baggage", ""))
        if header:
            headers["baggage"] = header
        _write(carrier, headers)
    except Exception:  # noqa: BLE001 - the request goes out all the same
        contain("injecting headers")
    return carrier


def _write(carrier: Any, headers: Mapping[str, str]) -> None:
    if not isinstance(carrier, list):
        for name, value in headers.items():
            for given in [key for key in carrier if str(key).lower() == name and key != name]:
                del carrier[given]
            carrier[name] = value
        return
    as_bytes = bool(carrier) and isinstance(carrier[0][0], bytes)
    carrier[:] = [pair for pair in carrier if _text(pair[0]).lower() not in headers]
    for name, value in headers.items():
        carrier.append((name.encode(), value.encode()) if as_bytes else (name, value))


def _baggage_header(said: Association, before: str) -> str:
    members = [member for name, member in _members(before) if name not in _OURS]
    taken = {name for name, _ in _members(before)}
    members += [
        f"{_escaped(name)}={_escaped(str(value))}"
        for name, value in baggage.get_all().items()
        if name not in _OURS and name not in taken
    ]
    if said.session_id:
        members.append(f"{SESSION_ID}={_escaped(said.session_id)}")
    if said.user_id:
        members.append(f"{USER_ID}={_escaped(said.user_id)}")
    if said.metadata:
        members.append(f"{METADATA}={_escaped(encode(said.metadata))}")
    while members and len(",".join(members)) > MAX_BAGGAGE:
        members.pop()
    return ",".join(members)


def _escaped(text: str) -> str:
    # As encodeURIComponent does: a plus sign means itself in W3C Baggage, and no space.
    return quote(text.encode("utf-8", "replace"), safe="!'()*-._~")


class Extraction:
    """A block whose spans continue what came from elsewhere; made by `Laminar.extract`.

    Args:
        context: gives the context of the block when it is entered.
    """

    __slots__ = ("_context", "_tokens")

    def __init__(self, context: Callable[[], Context]) -> None:
        self._context = context
        self._tokens: list[Token[Context]] = []

    def __enter__(self) -> Self:
        if runtime.current is not None:
            try:
                self._tokens.append(context_api.attach(self._context()))
            except Exception:  # noqa: BLE001 - the block runs all the same
                contain("continuing a trace")
        return self

    def __exit__(self, *error: object) -> None:
        if self._tokens:
            detach(self._tokens.pop())

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(self, *error: object) -> None:
        self.__exit__()


def extracted(carrier: object) -> Context:
    """The current context, with the trace and the association that a carrier brings."""
    headers = read(carrier)
    said = brought(headers)
    context = continued(headers)
    return context if said == association.NOTHING else association.with_layer(None, said, context)


def continued(headers: Mapping[str, str]) -> Context:
    """The current context, with the trace and the foreign baggage that headers bring.

    Our own baggage is left out of it: OpenTelemetry's propagators would send it to everyone.
    """
    context = _TRACE_CONTEXT.extract(headers, context_api.get_current())
    for name, value in _values(headers):
        if name not in _OURS:
            context = baggage.set_baggage(name, value, context)
    return context


def brought(headers: Mapping[str, str]) -> Association:
    """Session, user and metadata that headers bring."""
    ours = {name: value for name, value in _values(headers) if name in _OURS}
    return Association(
        id_text(ours.get(SESSION_ID)), id_text(ours.get(USER_ID)), _metadata(ours.get(METADATA))
    )


def _values(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    return [
        (name, unquote(member.partition("=")[2].partition(";")[0].strip()))
        for name, member in _members(headers.get("baggage", ""))
    ]


def _metadata(text: str | None) -> Mapping[str, Any] | None:
    try:
        value = json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and value else None


def _members(header: str) -> list[tuple[str, str]]:
    found = []
    for member in header[:MAX_BAGGAGE].split(","):
        name, equals, _ = member.strip().partition("=")
        if equals and name.strip():
            found.append((unquote(name.strip()), member.strip()))
    return found


def read(carrier: object) -> dict[str, str]:
    """Headers under lower-case names, of whatever holds headers; several of one name are joined.

    Args:
        carrier: a mapping, an object with `items()`, or an iterable of pairs; names and values are
            text or bytes, values may be lists of them. Anything else has none.
    """
    items = getattr(carrier, "items", None)
    pairs: Any = items() if callable(items) else carrier
    headers: dict[str, str] = {}
    if isinstance(pairs, (str, bytes)) or not isinstance(pairs, Iterable):
        return headers
    for pair in pairs:
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            continue
        name = _text(pair[0]).lower()
        values = pair[1] if isinstance(pair[1], (list, tuple)) else (pair[1],)
        value = ",".join(_text(each) for each in values)
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    return headers


def _text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
