"""Turns a seed into an endless stream of traces of sessions, about ten spans of about 1 kB each.

Sessions are live together, as users are: the next trace belongs to one of some hundred. A trace's
model calls carry what its session said last, what the agent is told, and what its tools gave.
"""

from __future__ import annotations

import hashlib
import json
import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from loadkit.encode import encode_span, key_value, length_delimited
from loadkit.record import Rec
from loadkit.text import Text
from loadkit.vocabulary import ERRORS, MARKERS, MODELS, SERVICES, TOOLS

from scaling.template import PIECE, Template, Values, gap, time_gap

COMMON_WORD = "helpfulness"
"""A word of what every agent is told, and so of every trace."""

PIECES = 60_000
LIVE_SESSIONS = 300
QUESTION_PIECES, ANSWER_PIECES = 2, 3
REMEMBERED_PIECES = QUESTION_PIECES + ANSWER_PIECES
"""What was asked and answered in the trace before, word for word."""

SHAPES = 96
EVERY_LARGE, LARGE_NUMBER = 20_000, 11
LARGE_SPANS = 400
"""One trace in so many has so many spans."""

EVERY_LONG, LONG_NUMBER = 4_000, LIVE_SESSIONS + 7
LONG_TURNS = 250
LONG_PLACES = 20
"""One session in so many has so many traces, and has them as often as so many others together."""

SPACING_NS = 250_000_000
"""Between the starts of two traces: a million of them make 70 hours."""


def session_id(seed: int, number: int) -> str:
    """The id of a session, of 20 characters."""
    return f"sess-{number:08x}-{_hash(seed, 's', number)[:3].hex()}"


def trace_id(seed: int, number: int) -> bytes:
    """The id of a trace."""
    return _hash(seed, "t", number)[:16]


def token(seed: int, number: int) -> str:
    """A word of 12 characters that one trace has and no other."""
    return "k" + _hash(seed, "w", number).hex()[:11]


def _hash(seed: int, kind: str, number: int) -> bytes:
    return hashlib.blake2b(f"{seed}{kind}{number}".encode(), digest_size=24).digest()


def _piece(number: int) -> str:
    return gap("piece", number).decode("latin-1")


@dataclass(slots=True)
class Session:
    """A live session: what it said last, and how many traces it still has."""

    id: bytes
    user: bytes
    shapes: list[int]
    left: int
    said: list[bytes]
    token: bytes


@dataclass(slots=True)
class Shape:
    """A trace without its values, and the offsets of its times in nanoseconds."""

    template: Template
    offsets: list[int]
    service: str


class _ShapeMaker:
    """Makes one shape: an agent, its model calls, and the tools between them."""

    def __init__(self, r: random.Random, system: str, service: str, spans: int, *, fails: bool):
        self._r, self._system, self._service = r, system, service
        self._spans, self._fails = spans, fails
        self._times: list[int] = []
        self._made: list[bytes] = []
        self._pieces = 0
        asked = self._question(1)
        self._history = [("user", asked), ("assistant", self._text(ANSWER_PIECES))]

    def _time(self, offset_ns: int) -> int:
        self._times.append(offset_ns)
        return time_gap(len(self._times) - 1)

    def _text(self, count: int) -> str:
        first = self._pieces
        self._pieces += count
        return " ".join(_piece(number) for number in range(first, first + count))

    def _question(self, token_number: int) -> str:
        return f"{self._text(QUESTION_PIECES)} {gap('token', token_number).decode('latin-1')}"

    def _messages(self, messages: list[tuple[str, str]]) -> str:
        return json.dumps(
            [{"role": r, "parts": [{"type": "text", "content": t}]} for r, t in messages],
            ensure_ascii=False,
        )

    def _put(self, rec: Rec, attributes: dict) -> None:
        """Serialise a span; texts hold gaps, whose bytes are no UTF-8, so they go in by hand."""
        about = {"session.id": gap("session"), "user.id": gap("user")} | attributes
        texts = {k: v for k, v in about.items() if isinstance(v, bytes)}
        others = {k: v for k, v in about.items() if not isinstance(v, bytes)}
        body = encode_span(rec, gap("trace"), others)
        for key, value in texts.items():
            held = length_delimited(0x12, length_delimited(0x0A, value))
            body += length_delimited(0x4A, length_delimited(0x0A, key.encode()) + held)
        self._made.append(body)

    def make(self) -> Shape:
        """The shape."""
        r, at = self._r, 2_000_000
        model = r.choices(MODELS, weights=[model[2] for model in MODELS])[0]
        root = Rec(f"{self._service}.turn", "agent", gap("span", 0), b"", self._time(0), 0)
        asked = self._question(0)
        said = [("system", self._system), *self._history, ("user", asked)]
        number, answer = 1, ""
        while number < self._spans:
            calls_model = number % 2 == 1 or number == self._spans - 1
            start, at = at, at + int(r.lognormvariate(0.2 if calls_model else -1.5, 0.7) * 1e9)
            answer = self._text(ANSWER_PIECES)
            rec = Rec(
                f"chat {model[0]}" if calls_model else r.choice(TOOLS),
                "llm" if calls_model else "tool",
                gap("span", number),
                gap("span", 0),
                self._time(start),
                self._time(at),
            )
            if self._fails and number == self._spans - 1:
                rec.error = r.choice(ERRORS)
            if calls_model:
                self._put(rec, self._model_call(model, said[:4] + said[4:][-2:], answer))
                said.append(("assistant", answer))
            else:
                self._put(rec, self._tool_call(rec.name, answer))
                said.append(("tool", answer))
            number += 1
        root.end = self._time(at + 2_000_000)
        self._put(
            root,
            {
                "gen_ai.operation.name": "invoke_agent",
                "gen_ai.agent.name": self._service,
                "gen_ai.input.messages": self._messages([("user", asked)]).encode("latin-1"),
                "gen_ai.output.messages": self._messages([("assistant", answer)]).encode("latin-1"),
            },
        )
        serialised = b"".join(length_delimited(0x12, body) for body in self._made)
        template = Template(serialised, self._spans, len(self._times), self._pieces)
        return Shape(template, self._times, self._service)

    def _model_call(self, model: tuple, said: list[tuple[str, str]], answer: str) -> dict:
        return {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": model[1],
            "gen_ai.request.model": model[0],
            "gen_ai.response.model": model[0],
            "gen_ai.usage.input_tokens": self._r.randrange(200, 4000),
            "gen_ai.usage.output_tokens": self._r.randrange(10, 400),
            "gen_ai.input.messages": self._messages(said).encode("latin-1"),
            "gen_ai.output.messages": self._messages([("assistant", answer)]).encode("latin-1"),
        }

    def _tool_call(self, name: str, result: str) -> dict:
        return {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": name,
            "gen_ai.tool.type": "function",
            "gen_ai.tool.call.arguments": f'{{"query": "{self._text(1)}"}}'.encode("latin-1"),
            "gen_ai.tool.call.result": result.encode("latin-1"),
        }


class Stream:
    """The stream: traces one after another from `start_ns` on."""

    def __init__(self, seed: int, start_ns: int) -> None:
        self._seed, self._start = seed, start_ns
        self._r = r = random.Random(f"scale:{seed}")
        text = Text(seed)
        self._pool = [self._padded(text.make(r, PIECE + 8)) for _ in range(PIECES)]
        words = list(MARKERS)
        for word in words:
            for at in r.sample(range(PIECES), max(1, int(PIECES * MARKERS[word] / 50))):
                self._pool[at] = self._padded(f"{word} {self._pool[at].decode()}")
        told = {
            service: f"You are {service}. {COMMON_WORD} first. {text.make(r, 120)}"
            for service in SERVICES
        }
        services = r.choices(SERVICES, weights=(6, 3, 1), k=SHAPES)
        sizes = [max(2, min(40, int(r.lognormvariate(2.17, 0.6)))) for _ in range(SHAPES)]
        self._shapes = [
            _ShapeMaker(r, told[service], service, size, fails=at % 20 == 0).make()
            for at, (service, size) in enumerate(zip(services, sizes, strict=True))
        ]
        self._large = _ShapeMaker(
            r, told[SERVICES[0]], SERVICES[0], LARGE_SPANS, fails=False
        ).make()
        self.traces = self.sessions = self.spans = 0
        self._live = [self._begin() for _ in range(LIVE_SESSIONS)]

    @staticmethod
    def _padded(text: str) -> bytes:
        return text.replace("\n", " ")[:PIECE].ljust(PIECE).encode()

    def _begin(self) -> Session:
        r, number = self._r, self.sessions
        self.sessions += 1
        turns = max(1, min(60, int(r.lognormvariate(1.45, 0.85))))
        user = f"user-{int(r.paretovariate(0.6)) % 5000:05d}".encode()
        own = r.choices(range(SHAPES), k=3)
        said = r.choices(self._pool, k=REMEMBERED_PIECES)
        before = token(self._seed, -1 - number).encode()
        identity = session_id(self._seed, number).encode()
        return Session(identity, user, own, turns, said, before)

    def _next_session(self) -> Session:
        place = int(self._r.random() * LIVE_SESSIONS)
        session = self._live[place]
        if session.left == 0:
            session = self._live[place] = self._begin()
            if self.sessions % EVERY_LONG == LONG_NUMBER + 1:
                session.left = LONG_TURNS
                for other in self._r.sample(range(LIVE_SESSIONS), LONG_PLACES):
                    self._live[other] = session
        session.left -= 1
        return session

    def trace(self) -> tuple[str, bytes, int]:
        """The next trace: its service, its serialised spans as fields of a scope, their number."""
        r, number = self._r, self.traces
        session = self._next_session()
        large = number % EVERY_LARGE == LARGE_NUMBER
        shape = self._large if large else self._shapes[session.shapes[int(r.random() * 3)]]
        template = shape.template
        identity = trace_id(self._seed, number)
        begun = self._start + number * SPACING_NS
        fresh = r.choices(self._pool, k=template.pieces - REMEMBERED_PIECES)
        own = token(self._seed, number).encode()
        values = Values(
            identity,
            [identity[:6] + at.to_bytes(2, "big") for at in range(template.spans)],
            [struct.pack("<Q", begun + offset) for offset in shape.offsets],
            session.id,
            session.user,
            session.said + fresh,
            (own, session.token),
        )
        session.said = fresh[:QUESTION_PIECES] + fresh[-ANSWER_PIECES:]
        session.token = own
        self.traces += 1
        self.spans += template.spans
        return shape.service, template.fill(values), template.spans


def requests(stream: Stream, spans: int) -> Iterator[tuple[bytes, int, int, int]]:
    """Request bodies of at least so many spans, with how many, and all traces and sessions so far."""
    origins = {service: _origin(service) for service in SERVICES}
    while True:
        by_service: dict[str, list[bytes]] = {}
        count = 0
        while count < spans:
            service, serialised, held = stream.trace()
            by_service.setdefault(service, []).append(serialised)
            count += held
        body = b"".join(
            length_delimited(
                0x0A,
                origins[service][0] + length_delimited(0x12, origins[service][1] + b"".join(made)),
            )
            for service, made in by_service.items()
        )
        yield body, count, stream.traces, stream.sessions


def _origin(service: str) -> tuple[bytes, bytes]:
    """The resource of a service, and the scope of its spans, as fields."""
    said = {"service.name": service, "telemetry.sdk.language": "python"}
    resource = b"".join(
        length_delimited(0x0A, key_value(key, value).SerializeToString())
        for key, value in said.items()
    )
    return length_delimited(0x0A, resource), length_delimited(
        0x0A, length_delimited(0x0A, b"scale")
    )
