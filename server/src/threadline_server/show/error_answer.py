"""Turn whatever went wrong into an answer of the one error shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Scope

from threadline_server.errors import ThreadlineError, internal_error

Refuse = Callable[[Scope, ThreadlineError], Response]
"""Answers an error as the request's path wants it."""

_HINTS = {
    404: "the calls are listed at /docs",
    405: "the methods that work are in the Allow header",
}


def error_answer(error: ThreadlineError) -> Response:
    """The one error shape, with Retry-After where trying again helps."""
    headers = {} if error.retry_after_s is None else {"Retry-After": str(error.retry_after_s)}
    return JSONResponse(error.body(), error.status, headers)


def exception_handlers(refuse: Refuse) -> Mapping[Any, Callable[[Request, Any], Any]]:
    """What answers for each kind of exception that leaves a route."""

    async def raised(request: Request, error: ThreadlineError) -> Response:
        return refuse(request.scope, error)

    async def refused_by_framework(request: Request, error: HTTPException) -> Response:
        status = HTTPStatus(error.status_code)
        code = status.phrase.lower().replace(" ", "_").replace("-", "_")
        message = f"{request.method} {request.url.path}: {error.detail or status.phrase}"
        hint = _HINTS.get(status, "")
        response = refuse(
            request.scope, ThreadlineError(code, message, hint=hint, status=int(status))
        )
        response.headers.update(error.headers or {})
        return response

    async def unforeseen(request: Request, _: Exception) -> Response:
        return refuse(request.scope, internal_error())

    return {
        ThreadlineError: raised,
        HTTPException: refused_by_framework,
        RequestValidationError: _invalid,
        Exception: unforeseen,
    }


async def _invalid(_: Request, error: RequestValidationError) -> Response:
    """Parameters (400) and bodies (422) that are not what the route asks for."""
    first = error.errors()[0]
    where, *path = [str(part) for part in first["loc"]]
    in_body = where == "body"
    return error_answer(
        ThreadlineError(
            "invalid_body" if in_body else "invalid_parameter",
            f"{where} {'.'.join(path)!r}: {first['msg']}",
            hint="the calls and their parameters are listed at /docs",
            status=422 if in_body else 400,
        )
    )
