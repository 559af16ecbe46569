"""Answer OTLP/HTTP: an export request in, an export response or a google.rpc.Status out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import structlog
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from threadline_server.errors import ThreadlineError, internal_error
from threadline_server.receive.admission import Admission
from threadline_server.receive.body import read_body
from threadline_server.receive.counters import Counters
from threadline_server.receive.export_reply import export_reply
from threadline_server.receive.intake import Intake
from threadline_server.receive.limits import Limits
from threadline_server.receive.paths import signal_at
from threadline_server.receive.payload import Encoding, Payload, Signal
from threadline_server.receive.rpc_status import rpc_status_in

log = structlog.get_logger(__name__)

Authorize = Callable[[Mapping[str, str]], str]
"""The project that a request with these headers may write to; raises ThreadlineError otherwise."""

CONTENT_TYPES: dict[Encoding, str] = {
    "protobuf": "application/x-protobuf",
    "json": "application/json",
}
_ENCODINGS: dict[str, Encoding] = {
    "application/x-protobuf": "protobuf",
    "application/protobuf": "protobuf",
    "application/json": "json",
}
CLIENT_LEFT = 499


def encoding_of(content_type: str) -> Encoding | None:
    """The encoding that a Content-Type names; None where it is none of OTLP's."""
    return _ENCODINGS.get(content_type.partition(";")[0].strip().lower())


def error_response(error: ThreadlineError, encoding: Encoding | None) -> Response:
    """An error as OTLP wants it, in the request's encoding; in JSON where that is unknown."""
    chosen = encoding or "json"
    headers = {"Content-Type": CONTENT_TYPES[chosen]}
    if error.retry_after_s is not None:
        headers["Retry-After"] = str(error.retry_after_s)
    return Response(rpc_status_in(chosen, error), error.status, headers)


def refusal(scope: Scope, error: ThreadlineError) -> Response:
    """The same for a request that does not get as far as its route."""
    return error_response(error, encoding_of(Headers(scope=scope).get("content-type", "")))


def _unknown_type(content_type: str) -> ThreadlineError:
    return ThreadlineError(
        "unknown_content_type",
        f"Content-Type {content_type[:100]!r} is not supported",
        hint="use application/x-protobuf or application/json",
        status=415,
    )


class OtlpHttp:
    """The OTLP paths of the HTTP port."""

    def __init__(
        self,
        intake: Intake,
        admission: Admission,
        limits: Limits,
        counters: Counters,
        authorize: Authorize,
    ) -> None:
        self._intake = intake
        self._admission = admission
        self._limits = limits
        self._counters = counters
        self._authorize = authorize

    def routes(self) -> list[BaseRoute]:
        """One route for all paths, since each request to any other path passes it first."""
        return [_OtlpRoute(self)]

    async def answer(self, request: Request) -> Response:
        """Take one request in, or refuse what is no POST: other methods change nothing."""
        signal = signal_at(request.scope["path"])
        if signal is None or request.method != "POST":
            raise HTTPException(405, headers={"Allow": "POST"})
        return await self._export(request, signal)

    async def _export(self, request: Request, signal: Signal) -> Response:
        content_type = request.headers.get("content-type", "")
        encoding = encoding_of(content_type)
        if encoding is None:
            self._counters.answered(signal, "http", "unknown_content_type")
            return error_response(_unknown_type(content_type), None)
        try:
            return await self._kept(request, signal, encoding)
        except ThreadlineError as error:
            self._counters.answered(signal, "http", error.code)
            return error_response(error, encoding)
        except ClientDisconnect:
            self._counters.answered(signal, "http", "client_left")
            return Response(status_code=CLIENT_LEFT)
        except Exception:
            log.exception("an export request failed", signal=signal)
            self._counters.answered(signal, "http", "internal")
            return error_response(internal_error(), encoding)

    async def _kept(self, request: Request, signal: Signal, encoding: Encoding) -> Response:
        project = self._authorize(request.headers)
        with self._admission.open() as reservation:
            body = await read_body(request, self._limits, reservation)
            content_encoding = request.headers.get("content-encoding", "")
            payload = Payload(signal, "http", encoding, content_encoding, body, project)
            rejected = await self._intake.take(payload, reservation)
        self._counters.answered(signal, "http", "partial" if rejected else "ok")
        return Response(
            export_reply(signal, encoding, rejected),
            headers={"Content-Type": CONTENT_TYPES[encoding]},
        )


class _OtlpRoute(BaseRoute):
    """Every path of OTLP in any of its spellings."""

    def __init__(self, otlp: OtlpHttp) -> None:
        self._otlp = otlp

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether a request is for one of the paths, whatever its method."""
        ours = scope["type"] == "http" and signal_at(scope["path"]) is not None
        return (Match.FULL if ours else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        response = await self._otlp.answer(Request(scope, receive, send))
        await response(scope, receive, send)
