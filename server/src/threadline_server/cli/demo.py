"""Send the demo's sessions to a running server and say where to look at them."""

from __future__ import annotations

import http.client
import json
import os
import time
from datetime import datetime
from random import Random
from urllib.parse import urlencode, urlsplit

from threadline_server.errors import ThreadlineError

PROBE_S = 5
FLUSH_TRIES = 5


def _refused(url: str, why: str) -> ThreadlineError:
    return ThreadlineError(
        "no_server",
        f"no Threadline answers at {url}: {why}",
        hint="start one with `threadline serve` (in a checkout: make serve), or name another with --url",
    )


def _ask(url: str, path: str, key: str | None = None) -> tuple[int, bytes]:
    """Status and body of a GET."""
    parts = urlsplit(url)
    connect = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = connect(parts.hostname or "", parts.port, timeout=PROBE_S)
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    try:
        connection.request("GET", parts.path.rstrip("/") + path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def _check(url: str) -> None:
    """Ask the server whether it is there before megabytes are sent.

    Raises ThreadlineError where it is not.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ThreadlineError(
            "wrong_setting",
            f"--url cannot be {url!r}",
            hint="give scheme, host and port, as in http://localhost:8000",
        )
    try:
        status, body = _ask(url, "/healthz")
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise _refused(url, str(error) or type(error).__name__) from error
    if status != 200 or b'"status"' not in body:
        raise _refused(url, f"something else is there (GET /healthz gave {status})")


def _arrived(url: str, key: str | None, session_id: str, trace_count: int) -> bool:
    """Whether the server has all traces of a session; a key that may not read is believed."""
    query = urlencode({"session_id": session_id})
    status, body = _ask(url, f"/api/v1/session?{query}", key)
    if status in (401, 403):
        return True
    return status == 200 and json.loads(body)["trace_count"] >= trace_count


def _suffix(now_ns: int) -> str:
    """A few letters that differ from one run to the next, to keep session ids readable."""
    letters = "abcdefghijkmnpqrstuvwxyz23456789"
    seconds = now_ns // 1_000_000_000
    return "".join(letters[(seconds >> shift) & 31] for shift in (15, 10, 5, 0))


def _use_no_variables() -> None:
    """What the shell says about tracing other programs must not change what the demo shows."""
    for name in [name for name in os.environ if name.startswith(("LMNR_", "OTEL_"))]:
        del os.environ[name]
    os.environ["OTEL_SERVICE_NAME"] = "halden-cycles"


def run(url: str, key: str | None, seed: int) -> int:
    """Send every story; gives exit status 0 once the server has them all.

    Raises ThreadlineError where there is no server, or where it did not take everything.
    """
    url = url.rstrip("/")
    _check(url)
    _use_no_variables()
    from threadline import Laminar
    from threadline_server.demo.days import dated
    from threadline_server.demo.sending import send
    from threadline_server.demo.stories import POINTED_AT, STORIES
    from threadline_server.demo.timeline import Timeline

    # Stories have times of their own, so nothing of this process may be traced beside them.
    Laminar.initialize(project_api_key=key, base_url=url, instruments=set())
    now_ns = time.time_ns()
    today = datetime.fromtimestamp(now_ns / 1e9).astimezone().date()
    suffix = _suffix(now_ns)
    ids: dict[str, str] = {}
    sent = []
    for story in STORIES:
        session = dated(story, today)
        ids[story.name] = f"{session.name}-{suffix}"
        timeline = Timeline(session, Random(f"{seed} {story.name}"))  # noqa: S311 - durations, no secrets
        sent.append(send(session, ids[story.name], timeline, now_ns))
    flushed = any(Laminar.flush() for _ in range(FLUSH_TRIES))
    Laminar.shutdown()
    # What a server refuses is dropped, and then nothing waits any more: it is asked what it has.
    counts = zip(ids.values(), (each.trace_count for each in sent), strict=True)
    if not flushed or not all(_arrived(url, key, *each) for each in counts):
        raise ThreadlineError(
            "not_delivered",
            f"{url} did not take everything that was sent",
            hint="the lines above say why; the server's log says more",
        )
    print(
        f"Sent {len(sent)} sessions with {sum(s.trace_count for s in sent)} traces and "
        f"{sum(s.span_count for s in sent)} spans, {sum(s.error_count for s in sent)} of them failed."
    )
    print(f"\n  all sessions\n    {url}/default/traces?view=sessions\n")
    for said, story in POINTED_AT:
        print(f"  {said}\n    {session_url(url, ids[story.name])}\n")
    return 0


def session_url(url: str, session_id: str) -> str:
    """The address of the page with one session, expanded."""
    query = urlencode(
        {
            "view": "sessions",
            "filter": f"session_id:eq:{session_id}",
            "range": "all",
            "expand": session_id,
        }
    )
    return f"{url}/default/traces?{query}"
