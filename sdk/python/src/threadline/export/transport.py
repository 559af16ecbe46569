"""Turn a request's body into a POST, and the answer into what becomes of the batch."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime
from gzip import compress
from json import loads
from typing import TYPE_CHECKING, Literal
from urllib.parse import urljoin, urlsplit

import requests
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTracePartialSuccess,
    ExportTraceServiceResponse,
)
from requests.auth import AuthBase
from urllib3.exceptions import NameResolutionError, NewConnectionError, ProtocolError

from threadline.export.delivery import DELIVERED, Outcome
from threadline.guard import warn_once
from threadline.version import VERSION

if TYPE_CHECKING:
    from threadline.export.delivery import Signal
    from threadline.settings import Settings

RETRIED_STATUS = frozenset({408, 429, 502, 503, 504})
"""Answers after which the same batch is sent again: OTLP's, and the server's that it waited too
long for a body, as after a laptop's sleep.
https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes"""

MAX_RETRY_AFTER_SECONDS = 300.0
"""Of `Retry-After`, so that a wrong date does not end tracing for good."""

MAX_ANSWER_BYTES = 64 * 1024
"""Read of an answer; the rest is left."""

MAX_MESSAGE_LENGTH = 300
MAX_REDIRECTS = 3
COMPRESSION_LEVEL = 3
"""A third of the time of zlib's usual 6 for a tenth more bytes."""


class _OwnAuthorization(AuthBase):
    """Keeps requests from replacing our authorization by a password of the URL or of `.netrc`."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


class Transport:
    """Posts bodies through one session; proxies and certificates are as the environment says."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._endpoints = {"traces": settings.traces_endpoint, "logs": settings.logs_endpoint}
        self._session = requests.Session()
        self._session.headers.update(settings.headers)
        if "authorization" in self._session.headers:
            self._session.auth = _OwnAuthorization()
        self._session.headers["User-Agent"] = f"threadline-python/{VERSION}"
        self._session.headers["Content-Type"] = "application/x-protobuf"
        # Answers are short, and none shall unfold to many times what is read of it.
        self._session.headers["Accept-Encoding"] = "identity"
        self._compresses = settings.compression == "gzip"
        if self._compresses:
            self._session.headers["Content-Encoding"] = "gzip"

    def send(self, signal: Signal, body: bytes, timeout_seconds: float) -> Outcome:
        """Post one body.

        Args:
            signal: `traces` or `logs`.
            body: a serialized OTLP request.
            timeout_seconds: for the connection, and for each pause of the server's.
        """
        if self._compresses:
            body = compress(body, COMPRESSION_LEVEL, mtime=0)
        url = self._endpoints[signal]
        try:
            for _ in range(MAX_REDIRECTS):
                answer = self._post(url, body, timeout_seconds)
                with answer:
                    if answer.status_code not in {307, 308}:
                        return self._outcome(answer, url, _read(answer, timeout_seconds))
                    target = urljoin(url, answer.headers.get("Location", ""))
                if not _may_follow(url, target):
                    return Outcome(
                        "refused", f"{_shown(url)} redirects to {_origin(target)}; {_SAY_URL}"
                    )
                url = target
        except (requests.RequestException, ValueError) as error:
            # A URL or header that is no valid one is a ValueError too; no later attempt mends it.
            kind: Literal["refused", "unreachable"] = (
                "refused" if isinstance(error, ValueError) else "unreachable"
            )
            return Outcome(kind, f"{_origin(url)}: {_reason(error)}")
        return Outcome("refused", f"{_shown(url)} redirects too often; {_SAY_URL}")

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _post(self, url: str, body: bytes, timeout_seconds: float) -> requests.Response:
        def post() -> requests.Response:
            timeout = (timeout_seconds, timeout_seconds)
            return self._session.post(
                url, data=body, timeout=timeout, allow_redirects=False, stream=True
            )

        try:
            return post()
        except requests.ConnectionError as error:
            if not isinstance(error.args[0] if error.args else None, ProtocolError):
                raise
            # The server had closed a kept connection just then: a new one may do.
            return post()

    def _outcome(self, answer: requests.Response, url: str, content: bytes) -> Outcome:
        status = answer.status_code
        if status < 300:
            _warn_of_partial_success(content)
            return DELIVERED
        message = f"{_shown(url)} answered {status}"
        if reason := _server_message(content):
            message += f": {reason}"
        if status in RETRIED_STATUS:
            return Outcome("retry", message, retry_after(answer.headers.get("Retry-After")))
        if status == 413:
            return Outcome("too_large", message)
        if status in {401, 403}:
            named = self._settings.api_key_setting
            message += f"; the key is from {named}" if named else "; set LMNR_PROJECT_API_KEY"
        elif 300 <= status < 400:
            target = urljoin(url, answer.headers.get("Location", ""))
            message += f", to {_origin(target)}; {_SAY_URL}"
        return Outcome("refused", message)


_SAY_URL = "set LMNR_BASE_URL to where the server is"


def _may_follow(url: str, target: str) -> bool:
    """Whether a redirect stays with the host that the key is meant for."""
    here, there = urlsplit(url), urlsplit(target)
    return here.hostname == there.hostname and there.scheme in {here.scheme, "https"}


def _shown(url: str) -> str:
    """A URL without what may be secret in it: a password, a query."""
    return _origin(url) + urlsplit(url).path


def _origin(url: str) -> str:
    parts = urlsplit(url)
    host = parts.hostname or "nowhere"
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")


def _read(answer: requests.Response, timeout_seconds: float) -> bytes:
    content = bytearray()
    end = time.monotonic() + timeout_seconds
    for chunk in answer.iter_content(8192):
        content += chunk
        if len(content) >= MAX_ANSWER_BYTES or time.monotonic() > end:
            break
    return bytes(content)


def _reason(error: requests.RequestException | ValueError) -> str:
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, requests.exceptions.SSLError):
        return "no trusted TLS connection"
    first = error.args[0] if error.args else None
    if isinstance(first, ProtocolError):
        return "it hung up"
    cause = getattr(first, "reason", None)
    if isinstance(cause, NameResolutionError):
        return "there is no such host"
    if isinstance(cause, NewConnectionError):
        return "nobody listens there"
    # Not the error's text: it may hold the URL of a proxy with its password.
    return f"the connection failed ({type(error).__name__})"


def retry_after(value: str | None) -> float | None:
    """How many seconds a `Retry-After` asks to wait: 0 to 300, or None if it says nothing.

    Args:
        value: seconds, or an HTTP date (RFC 9110, section 10.2.3).
    """
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(value).timestamp() - time.time()
        except (ValueError, TypeError, OverflowError):
            return None
    if seconds != seconds:  # noqa: PLR0124 - NaN is a float that is no number of seconds
        return None
    return min(max(seconds, 0.0), MAX_RETRY_AFTER_SECONDS)


def _warn_of_partial_success(content: bytes) -> None:
    if not content:
        return
    try:
        partial = ExportTraceServiceResponse.FromString(content).partial_success
    except Exception:  # noqa: BLE001 - a server may answer with anything, and has taken the batch
        return
    if partial.rejected_spans:
        warn_once(
            "partial success",
            "The server did not keep %d of what was sent: %s.",
            partial.rejected_spans,
            _one_line(partial.error_message) or "it does not say why",
        )


def _server_message(content: bytes) -> str:
    """What a server says about its error, in whichever of the usual shapes."""
    if content[:1] == b"\x08" or content[:1] == b"\x12":
        try:
            # google.rpc.Status has the same fields: an integer 1 and a text 2.
            return _one_line(ExportTracePartialSuccess.FromString(content).error_message)
        except Exception:  # noqa: BLE001 - then it is text
            return ""
    text = content.decode("utf-8", "replace")
    try:
        said = loads(text)
        if isinstance(said, dict):
            error = said.get("error")
            said = error if isinstance(error, dict) else said
            said = said.get("message") or error or said.get("detail") or ""
        return _one_line(str(said))
    except ValueError:
        return "" if text.lstrip().startswith("<") else _one_line(text)


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[
        :MAX_MESSAGE_LENGTH
    ].rstrip(".")
