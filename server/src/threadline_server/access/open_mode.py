"""Decide who may call a server that asks for no key: this machine's programs, and no web page.

Any page that a browser on this machine shows can send requests to loopback, by a name of its own
that resolves there, or in spite of not being able to read the answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from threadline_server.access.loopback import is_loopback, name_of
from threadline_server.errors import ThreadlineError

PROJECT = "default"
ALIVE = "/healthz"
_HAVE_BODIES = frozenset({"POST", "PUT", "PATCH"})

Refuse = Callable[[Scope, ThreadlineError], Response]


class OpenMode:
    """The rules of a server without keys; each method raises ThreadlineError where one is broken."""

    def __init__(self, allowed_hosts: Iterable[str], *, trust_proxy: bool) -> None:
        self._allowed = frozenset(_allowed_name(host) for host in allowed_hosts)
        self._trust_proxy = trust_proxy

    def project_of(self, headers: Mapping[str, str]) -> str:
        """The project that any key and no key writes to; the key is neither looked at nor kept."""
        self.check_forwarded(headers)
        return PROJECT

    def check(self, scope: Scope, *, is_otlp: bool) -> None:
        """Apply every rule to one HTTP request."""
        headers = Headers(scope=scope)
        self.check_forwarded(headers)
        hosts = headers.getlist("host")
        host = hosts[0] if len(hosts) == 1 else ""
        if not is_otlp and scope["path"] != ALIVE:
            self.check_host(host)
            check_content_type(scope["method"], headers)
        self.check_origin(headers, host)

    def check_forwarded(self, headers: Mapping[str, str]) -> None:
        """A proxy lets others reach what listens on loopback; that has to be wanted."""
        if self._trust_proxy:
            return
        for name in headers:
            if name.lower() == "forwarded" or name.lower().startswith("x-forwarded-"):
                raise ThreadlineError(
                    "forwarded",
                    f"the request came through a proxy ({name}), and this server asks nobody "
                    "for a key",
                    hint="start it with --trust-proxy if the proxy asks who is there",
                    status=403,
                )

    def check_host(self, host: str) -> None:
        """A web page that reaches us by a name of its own (DNS rebinding) is not let in."""
        if not self._is_ours(host):
            raise ThreadlineError(
                "unknown_host",
                f"this server is not called {host[:100]!r}",
                hint="use http://localhost, or start it with --allowed-host and that name",
                status=421,
            )

    def check_origin(self, headers: Headers, host: str) -> None:
        """A web page of another origin may not send anything, whatever it could read."""
        origins = headers.getlist("origin")
        if not origins:
            return
        called = [host]
        if self._trust_proxy:
            called.extend(headers.getlist("x-forwarded-host"))
        if len(origins) == 1 and any(
            self._is_ours(name) and _same_place(origins[0], name) for name in called
        ):
            return
        raise ThreadlineError(
            "foreign_origin",
            f"web pages of {origins[0][:100]!r} may not call this server",
            hint="open the page that this server itself shows",
            status=403,
        )

    def _is_ours(self, host: str) -> bool:
        name = name_of(host)
        return name is not None and (is_loopback(name) or name in self._allowed)


def check_content_type(method: str, headers: Headers) -> None:
    """Forms can be sent by any web page, JSON only by one that we let."""
    has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
    if method not in _HAVE_BODIES and not has_body:
        return
    content_type = headers.get("content-type", "")
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise ThreadlineError(
            "unknown_content_type",
            f"Content-Type {content_type[:100]!r} is not supported",
            hint="send application/json",
            status=415,
        )


def _allowed_name(host: str) -> str:
    name = name_of(host)
    if name is None:
        raise ThreadlineError(
            "wrong_setting",
            f"--allowed-host {host!r} is no host name",
            hint="give a name alone, without scheme and path: --allowed-host threadline.example.com",
        )
    return name


def _same_place(origin: str, host: str) -> bool:
    scheme, _, place = origin.lower().partition("://")
    return scheme in ("http", "https") and place == host.lower()


class OpenModeMiddleware:
    """Answers what breaks a rule of the open mode, and hands everything else on."""

    def __init__(
        self, app: ASGIApp, mode: OpenMode, is_otlp: Callable[[str], bool], refuse: Refuse
    ) -> None:
        self._app = app
        self._mode = mode
        self._is_otlp = is_otlp
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            self._mode.check(scope, is_otlp=self._is_otlp(scope["path"]))
        except ThreadlineError as error:
            await self._refuse(scope, error)(scope, receive, send)
            return
        await self._app(scope, receive, send)
