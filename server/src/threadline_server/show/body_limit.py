"""Refuse a body that is too large before all of it is read, in the one error shape."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from threadline_server.errors import ThreadlineError

MIB = 1 << 20
BODY = 4 * MIB


class _BoundedRequest(Request):
    async def body(self) -> bytes:
        """The whole body; raises ThreadlineError 413 where there is more than may be."""
        if not hasattr(self, "_body"):
            stated = self.headers.get("content-length", "")
            if stated.isdecimal() and (len(stated) > 15 or int(stated) > BODY):
                raise _too_large()
            chunks = bytearray()
            async for chunk in self.stream():
                chunks += chunk
                if len(chunks) > BODY:
                    raise _too_large()
            self._body = bytes(chunks)
        return self._body


class BoundedRoute(APIRoute):
    """A route whose body is at most 4 MiB."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler, given a request whose body is read already."""
        handle = super().get_route_handler()

        async def bounded(request: Request) -> Response:
            within = _BoundedRequest(request.scope, request.receive)
            await within.body()
            return await handle(within)

        return bounded


def _too_large() -> ThreadlineError:
    return ThreadlineError(
        "too_large",
        f"the request body is larger than {BODY // MIB} MiB",
        hint="send less at once",
        status=413,
    )
