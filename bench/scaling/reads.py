"""Asks what a person waits for, and times each answer."""

from __future__ import annotations

import http.client
import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode, urlsplit

from loadkit.procstat import percentiles
from loadkit.vocabulary import MARKERS

from scaling import traces
from scaling.load import CONNECTIONS, REQUEST_SPANS

POLL_S = 0.02

LATELY = CONNECTIONS * REQUEST_SPANS
"""Traces of requests that may not be acknowledged yet."""

YOUNG_SESSIONS = 2 * traces.LIVE_SESSIONS
"""Sessions of the latest that may not have a trace yet."""


@dataclass(slots=True)
class Sample:
    """Ids of what is stored for certain, drawn anew for each call."""

    r: random.Random
    seed: int
    start_ns: int
    traces: int
    sessions: int

    def trace(self) -> str:
        """Any trace."""
        return traces.trace_id(self.seed, self.r.randrange(self._stored())).hex()

    def token(self) -> str:
        """A word that one trace has, and the next of its session."""
        return traces.token(self.seed, self.r.randrange(self._stored()))

    def last_token(self) -> str:
        """A word of the last trace of a request that was acknowledged."""
        return traces.token(self.seed, self.traces - 1)

    def large_trace(self) -> str:
        """A trace of 400 spans."""
        count = (self._stored() - traces.LARGE_NUMBER) // traces.EVERY_LARGE + 1
        number = self.r.randrange(count) * traces.EVERY_LARGE + traces.LARGE_NUMBER
        return traces.trace_id(self.seed, number).hex()

    def session(self) -> str:
        """Any session."""
        return traces.session_id(
            self.seed, self.r.randrange(max(1, self.sessions - YOUNG_SESSIONS))
        )

    def long_session(self) -> str:
        """A session of some hundred traces; the first ever where there is no other yet."""
        count = (self.sessions - traces.LONG_NUMBER - traces.EVERY_LONG) // traces.EVERY_LONG + 1
        number = self.r.randrange(max(1, count)) * traces.EVERY_LONG + traces.LONG_NUMBER
        return traces.session_id(self.seed, number)

    def hour(self) -> dict[str, str]:
        """An hour within the time of the load; all of it where it is shorter."""
        seconds = self._stored() * traces.SPACING_NS // 10**9
        first = datetime.fromtimestamp(self.start_ns // 10**9, UTC)
        begin = first + timedelta(seconds=self.r.randrange(max(1, seconds - 3600)))
        return {"from": begin.isoformat(), "to": (begin + timedelta(hours=1)).isoformat()}

    def _stored(self) -> int:
        return max(1, self.traces - LATELY)


Question = tuple[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Read:
    """One thing that a person does: its requests, made one after another."""

    name: str
    kind: str
    ask: Callable[[Sample], list[Question]]


def _list(noun: str, **query: str) -> Callable[[Sample], list[Question]]:
    return lambda _: [(f"/{noun}", {"limit": "50", **query})]


def _found(noun: str, word: Callable[[Sample], str]) -> Callable[[Sample], list[Question]]:
    return lambda sample: [(f"/{noun}", {"limit": "50", "q": word(sample)})]


def _session(pick: Callable[[Sample], str]) -> Callable[[Sample], list[Question]]:
    def ask(sample: Sample) -> list[Question]:
        chosen = {"session_id": pick(sample)}
        return [("/session", chosen), ("/traces", {**chosen, "limit": "100"})]

    return ask


def _trace(pick: Callable[[Sample], str]) -> Callable[[Sample], list[Question]]:
    return lambda sample: [(f"/traces/{pick(sample)}", {})]


def _span(sample: Sample) -> list[Question]:
    trace = sample.trace()
    return [(f"/traces/{trace}/spans/{trace[:12]}0001", {})]


_RARE, _LESS_RARE = sorted(MARKERS, key=lambda word: MARKERS[word])

_USER, _RARE_USER = "user-00002", "user-00040"
"""Of one session in five, and of one in six hundred."""

READS: list[Read] = [
    Read("sessions, newest first", "list", _list("sessions")),
    Read("traces, newest first", "list", _list("traces")),
    Read("spans, newest first", "list", _list("spans")),
    Read("sessions by tokens", "sort", _list("sessions", sort="-total_tokens")),
    Read("sessions by cost", "sort", _list("sessions", sort="-total_cost")),
    Read("sessions by duration, shortest first", "sort", _list("sessions", sort="duration_ms")),
    Read("traces by cost", "sort", _list("traces", sort="-total_cost")),
    Read("sessions with errors", "filter", _list("sessions", filter="error_count:gt:0")),
    Read("sessions of a user", "filter", _list("sessions", filter=f"user_ids:contains:{_USER}")),
    Read(
        "sessions of a rare user",
        "filter",
        _list("sessions", filter=f"user_ids:contains:{_RARE_USER}"),
    ),
    Read(
        "sessions of a model", "filter", _list("sessions", filter="models:contains:llama-3.1-70b")
    ),
    Read("sessions over 100 traces", "filter", _list("sessions", filter="trace_count:gt:100")),
    Read(
        "sessions with errors by cost",
        "filter",
        _list("sessions", filter="error_count:gt:0", sort="-total_cost"),
    ),
    Read("traces that failed", "filter", _list("traces", filter="status:eq:error")),
    Read("traces of a rare user", "filter", _list("traces", filter=f"user_id:eq:{_RARE_USER}")),
    Read(
        "traces of a rare user by cost",
        "filter",
        _list("traces", filter=f"user_id:eq:{_RARE_USER}", sort="-total_cost"),
    ),
    Read("sessions of an hour", "filter", lambda s: [("/sessions", {"limit": "50", **s.hour()})]),
    Read("a session and its traces", "open", _session(Sample.session)),
    Read("a session of some hundred traces", "open", _session(Sample.long_session)),
    Read("a trace", "open", _trace(Sample.trace)),
    Read("a trace of 400 spans", "open", _trace(Sample.large_trace)),
    Read("a span", "open", _span),
    Read("sessions with a word of one trace", "search", _found("sessions", Sample.token)),
    Read("sessions with a rare word", "search", _found("sessions", lambda _: _RARE)),
    Read("sessions with a less rare word", "search", _found("sessions", lambda _: _LESS_RARE)),
    Read(
        "sessions with a word of every trace",
        "search",
        _found("sessions", lambda _: traces.COMMON_WORD),
    ),
    Read(
        "sessions with two words",
        "search",
        _found("sessions", lambda _: f"{_LESS_RARE} {traces.COMMON_WORD}"),
    ),
    Read("sessions with a prefix", "search", _found("sessions", lambda s: f"{s.token()[:5]}*")),
    Read("hits of a word of one trace", "search", _found("search", Sample.token)),
    Read("hits of a word of every trace", "search", _found("search", lambda _: traces.COMMON_WORD)),
]
"""What is timed. A kind is a promise: lists and what is opened must not grow with the store."""


@dataclass(slots=True)
class Timed:
    """The times of one read in seconds, and what was wrong with its answers."""

    seconds: list[float] = field(default_factory=list)
    items: int = 0
    note: str = ""

    def figures(self) -> dict:
        """Percentiles in milliseconds, the items of the last answer, the note."""
        return percentiles(self.seconds) | {"items": self.items, "note": self.note}


class Reader:
    """Reads over one connection, as a browser does; what an answer takes to parse is not counted."""

    def __init__(self, url: str, sample: Sample) -> None:
        address = urlsplit(url)
        self._connection = http.client.HTTPConnection(
            address.hostname or "", address.port, timeout=120
        )
        self.sample = sample

    def _get(self, path: str, query: dict[str, str]) -> tuple[int, bytes]:
        target = f"/api/v1{path}" + (f"?{urlencode(query)}" if query else "")
        self._connection.request("GET", target)
        answer = self._connection.getresponse()
        return answer.status, answer.read()

    def time_all(
        self, calls: int, warmup: int, moved: Callable[[Sample], None]
    ) -> dict[str, Timed]:
        """Ask everything in turn, so many times; `moved` tells the sample what is stored by now."""
        timed = {read.name: Timed() for read in READS}
        for call in range(warmup + calls):
            for read in READS:
                moved(self.sample)
                self._time(read, timed[read.name], counts=call >= warmup)
        return timed

    def _time(self, read: Read, timed: Timed, *, counts: bool) -> None:
        if timed.note == "not offered":
            return
        questions = read.ask(self.sample)
        begun = time.perf_counter()
        answers = [self._get(path, query) for path, query in questions]
        elapsed = time.perf_counter() - begun
        status, body = answers[-1]
        if read.name.startswith("hits") and status == 404:
            timed.note = "not offered"
        elif any(status != 200 for status, _ in answers):
            timed.note = f"answered {[status for status, _ in answers]}: {body[:120]!r}"
        else:
            timed.items = _items(json.loads(body))
            if not timed.items:
                timed.note = "an empty answer"
        if counts:
            timed.seconds.append(elapsed)

    def found_after(self, word: str, limit_s: float = 30) -> float:
        """Seconds until a word is found that was just acknowledged; infinite past the limit."""
        begun = time.perf_counter()
        while time.perf_counter() - begun < limit_s:
            status, body = self._get("/sessions", {"limit": "1", "q": word})
            if status == 200 and json.loads(body)["items"]:
                return time.perf_counter() - begun
            time.sleep(POLL_S)
        return float("inf")


def _items(answer: dict) -> int:
    for name in ("items", "spans"):
        if name in answer:
            return len(answer[name])
    return 1
