"""Turn a request's headers or cookie into the session that its traces belong to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

from opentelemetry import context as context_api
from opentelemetry import trace

from threadline import association, runtime
from threadline.generators import Body, steps
from threadline.guard import contain
from threadline.propagation import brought, continued, read

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
ASGIApplication = Callable[[Scope, Receive, Send], Awaitable[None]]


class _Reading:
    """Where a request says its session and user, and whether it continues a trace."""

    def __init__(
        self, header: str | None, cookie: str | None, user_header: str | None, continue_trace: bool
    ) -> None:
        self.header = header.lower() if header else None
        self.cookie = cookie
        self.user_header = user_header.lower() if user_header else None
        self.continue_trace = continue_trace

    def context(self, headers: dict[str, str]) -> context_api.Context | None:
        """The context to handle a request in, or None for the one there is.

        Inside a span that the server's own instrumentation has started, that span's trace joins
        the session and goes on; else the trace of the headers does.
        """
        running = runtime.current
        if running is None:
            return None
        try:
            said = self._association(headers)
            span = trace.get_current_span()
            inside = span.get_span_context().is_valid
            before = context_api.get_current()
            context = continued(headers) if self.continue_trace and not inside else before
            if said != association.NOTHING:
                context = association.with_layer(None, said, context)
            if inside:
                association.join(span, said, adopt=not running.isolated)
        except Exception:  # noqa: BLE001 - the request is handled all the same
            contain("reading a request")
            return None
        return None if context is before else context

    def _association(self, headers: dict[str, str]) -> association.Association:
        session = headers.get(self.header) if self.header else None
        if not session and self.cookie:
            session = _cookie(headers.get("cookie", ""), self.cookie)
        user = headers.get(self.user_header) if self.user_header else None
        said = association.Association(association.id_text(session), association.id_text(user))
        return association.over(brought(headers), said) if self.continue_trace else said


def _cookie(header: str, name: str) -> str | None:
    try:
        found = SimpleCookie(header).get(name)
    except CookieError:
        return None
    return found.value if found is not None else None


class SessionMiddleware:
    """ASGI middleware by which everything a request starts belongs to the request's session.

    Args:
        app: the application.
        header: the request header that holds the session id, or None.
        cookie: the name of a cookie that holds it, where the header does not; None for none.
        user_header: the request header that holds the user id, or None.
        continue_trace: go on with the trace, and the session, of `traceparent` and `baggage`.

    Example:
        ```python
        app.add_middleware(SessionMiddleware, header="x-session-id", cookie="sid")
        ```
    """

    def __init__(
        self,
        app: ASGIApplication,
        header: str | None = "x-session-id",
        cookie: str | None = None,
        user_header: str | None = None,
        continue_trace: bool = True,
    ) -> None:
        self.app = app
        self._reading = _Reading(header, cookie, user_header, continue_trace)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request in its session."""
        context = None
        if scope["type"] in {"http", "websocket"}:
            context = self._reading.context(read(scope.get("headers", ())))
        if context is None:
            await self.app(scope, receive, send)
            return
        body = Body(context)
        token = body.enter()
        try:
            await self.app(scope, receive, send)
        finally:
            body.leave(token)


class WSGISessionMiddleware:
    """WSGI middleware by which everything a request starts belongs to the request's session.

    Args:
        app: the application.
        header: the request header that holds the session id, or None.
        cookie: the name of a cookie that holds it, where the header does not; None for none.
        user_header: the request header that holds the user id, or None.
        continue_trace: go on with the trace, and the session, of `traceparent` and `baggage`.

    Example:
        ```python
        app.wsgi_app = WSGISessionMiddleware(app.wsgi_app, header="x-session-id")
        ```
    """

    def __init__(
        self,
        app: Callable[..., Iterable[bytes]],
        header: str | None = "x-session-id",
        cookie: str | None = None,
        user_header: str | None = None,
        continue_trace: bool = True,
    ) -> None:
        self.app = app
        self._reading = _Reading(header, cookie, user_header, continue_trace)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Handle a request in its session, the iteration of its response included."""
        headers = {
            key[5:].replace("_", "-").lower(): value
            for key, value in environ.items()
            if key.startswith("HTTP_")
        }
        context = self._reading.context(headers)
        if context is None:
            return self.app(environ, start_response)
        body = Body(context)
        token = body.enter()
        try:
            response = self.app(environ, start_response)
        finally:
            body.leave(token)
        return _Response(response, body)


class _Response:
    """A response whose parts are made in the context of their request."""

    def __init__(self, response: Iterable[bytes], body: Body) -> None:
        self._response = response
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        return steps(_parts(self._response), self._body)

    def close(self) -> None:
        """Close the application's own response."""
        close = getattr(self._response, "close", None)
        if close is not None:
            token = self._body.enter()
            try:
                close()
            finally:
                self._body.leave(token)


def _parts(response: Iterable[bytes]) -> Any:
    yield from response
