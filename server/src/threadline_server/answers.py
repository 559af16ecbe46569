"""Turn whatever went wrong into an answer: OTLP's own on its paths, the one error shape elsewhere."""

from __future__ import annotations

from http import HTTPStatus

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Scope

from threadline_server.errors import ThreadlineError
from threadline_server.receive.otlp_http import (
    encoding_of,
    error_response,
    internal_error,
    is_otlp,
)

_HINTS = {
    404: "the calls are listed at /docs",
    405: "the methods that work are in the Allow header",
}


def answer(error: ThreadlineError) -> Response:
    """The one error shape, with Retry-After where trying again helps."""
    headers = {} if error.retry_after_s is None else {"Retry-After": str(error.retry_after_s)}
    return JSONResponse(error.body(), error.status, headers)


def refuse(scope: Scope, error: ThreadlineError) -> Response:
    """An answer as the path wants it: exporters read google.rpc.Status, everybody else JSON."""
    if not is_otlp(scope["path"]):
        return answer(error)
    headers = dict(scope["headers"])
    return error_response(error, encoding_of(headers.get(b"content-type", b"").decode("latin-1")))


async def answer_error(request: Request, error: Exception) -> Response:
    """For errors that we raised ourselves."""
    assert isinstance(error, ThreadlineError)
    return refuse(request.scope, error)


async def answer_http_exception(request: Request, error: Exception) -> Response:
    """For what the framework refuses: unknown paths and methods."""
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    code = status.phrase.lower().replace(" ", "_").replace("-", "_")
    message = f"{request.method} {request.url.path}: {error.detail or status.phrase}"
    ours = ThreadlineError(code, message, hint=_HINTS.get(status, ""), status=status)
    response = refuse(request.scope, ours)
    response.headers.update(error.headers or {})
    return response


async def answer_invalid(_: Request, error: Exception) -> Response:
    """For parameters (400) and bodies (422) that are not what the route asks for."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where, *path = [str(part) for part in first["loc"]]
    name = ".".join(path)
    in_body = where == "body"
    return answer(
        ThreadlineError(
            "invalid_body" if in_body else "invalid_parameter",
            f"{where} {name!r}: {first['msg']}",
            hint="the calls and their parameters are listed at /docs",
            status=422 if in_body else 400,
        )
    )


async def answer_unforeseen(request: Request, _: Exception) -> Response:
    """For faults of ours: nothing of them is shown, the log has them."""
    return refuse(request.scope, internal_error())
