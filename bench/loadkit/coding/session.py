"""Turns a seed and a number into one session of a coding agent: many calls, each with all that was said.

Every tool result is new text. Serialised spans come one at a time, since a session of 200 calls
carries some 500 MB of history.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass

from ..dialects import ABOUT
from ..encode import encode, encode_span
from ..record import Rec
from ..vocabulary import ERRORS, MARKERS
from .dialects import CONVERSATIONS
from .message import Message, ToolCall
from .output import TOOLS, path
from .source import Names

MODEL = ("claude-sonnet-4", "anthropic")
SERVICE = "code-agent"
RESULT_SIZES = (10_000, 50_000)
"""Characters of the smallest and the largest tool result; the middle is near 22,000."""

MARKED = 40
"""How much more often a marker word is in a tool result than in a text of a chatting agent."""

CHARACTERS_A_TOKEN = 4
SECOND = 10**9


@dataclass(frozen=True, slots=True)
class EncodedSpan:
    """A span ready to be sent, and what a tally asks of it."""

    body: bytes
    trace_id: str
    session: str
    kind: str
    start_ns: int
    failed: bool


class Agent:
    """What all sessions of one agent have in common: its instructions and tools."""

    def __init__(self, seed: int) -> None:
        r = random.Random(f"agent:{seed}")
        names = Names(r)
        rules = [f"- {names.prose(r.randrange(12, 40)).capitalize()}." for _ in range(70)]
        self.system = Message("system", "You are a coding agent.\n\n" + "\n".join(rules))
        self.tools = [self._definition(r, names, name) for name in TOOLS]

    @staticmethod
    def _definition(r: random.Random, names: Names, tool: str) -> dict:
        wanted = {
            names.name(): {"type": "string", "description": names.prose(r.randrange(8, 30))}
            for _ in range(r.randrange(2, 5))
        }
        parameters = {"type": "object", "properties": wanted, "required": list(wanted)[:1]}
        said = names.prose(r.randrange(40, 120))
        function = {"name": tool, "description": said, "parameters": parameters}
        return {"type": "function", "function": function}


class CodingSession:
    """One session, begun at `start_ns`; `window` is the context in tokens after which the agent
    goes on with a summary, None for one that is never full.
    """

    def __init__(
        self,
        agent: Agent,
        dialect: str,
        *,
        seed: int,
        number: int,
        calls: int,
        start_ns: int,
        window: int | None = None,
    ) -> None:
        self._r = r = random.Random(f"coding:{seed}:{number}")
        self.session = f"code-{number:05d}-{r.getrandbits(32):08x}"
        self._context = {
            "session": self.session,
            "user": f"user-{r.randrange(40):04d}",
            "service": SERVICE,
            "root": f"{SERVICE}.turn",
        }
        self._agent = agent
        self._dialect = dialect
        self._calls = calls
        self._now = start_ns
        self._window = window
        self._names = Names(r)
        self._conversation = CONVERSATIONS[dialect](agent.tools, MODEL[0])
        self._conversation.add(agent.system)

    @property
    def now_ns(self) -> int:
        """When what was made so far is over."""
        return self._now

    def spans(self) -> Iterator[EncodedSpan]:
        """All spans, trace by trace, each trace in the order in which they end."""
        left = self._calls
        while left:
            calls = min(left, self._r.randrange(8, 33))
            left -= calls
            yield from self._turn(calls)
            self._now += int(self._r.expovariate(1 / 60) * SECOND)

    def _id(self, bits: int) -> bytes:
        return self._r.getrandbits(bits).to_bytes(bits // 8, "big")

    def _turn(self, calls: int) -> Iterator[EncodedSpan]:
        r, trace_id = self._r, self._id(128)
        asked = self._names.prose(r.randrange(20, 160)).capitalize()
        root = Rec(self._context["root"], "agent", self._id(64), b"", self._now, 0, asked)
        self._conversation.add(Message("user", asked))
        self._pass(2e-3)
        for number in range(calls):
            self._compact()
            answer = self._answer(last=number == calls - 1)
            yield self._model_call(root, trace_id, answer)
            self._conversation.add(answer)
            if answer.call is not None:
                yield self._tool_call(root, trace_id, answer.call)
        root.output, root.end = self._conversation.messages[-1].text, self._now
        yield self._encoded(encode(root, trace_id, self._context, self._dialect), root, trace_id)

    def _pass(self, seconds: float) -> None:
        self._now += int(seconds * SECOND)

    def _compact(self) -> None:
        held = self._conversation
        if self._window is None or held.size // CHARACTERS_A_TOKEN < self._window:
            return
        summary = self._names.prose(self._r.randrange(400, 1200)).capitalize()
        kept = held.messages[-4:]
        while kept and kept[0].answers:  # a result without its call is no conversation
            kept = kept[1:]
        held.restart([self._agent.system, Message("user", summary), *kept])

    def _answer(self, *, last: bool) -> Message:
        r = self._r
        text = self._names.prose(r.randrange(20, 260) if last else r.randrange(0, 60)).capitalize()
        if last:
            return Message("assistant", text)
        tool = r.choices(list(TOOLS), weights=[weight for _, weight in TOOLS.values()])[0]
        wanted = {"path": path(r, self._names), "limit": r.randrange(50, 2000)}
        wanted |= {"query": self._names.prose(r.randrange(1, 12))} if r.random() < 0.5 else {}
        call_id = f"toolu_{r.getrandbits(96):024x}"
        return Message("assistant", text, ToolCall(call_id, tool, json.dumps(wanted)))

    def _model_call(self, root: Rec, trace_id: bytes, answer: Message) -> EncodedSpan:
        start = self._now
        self._pass(self._r.lognormvariate(1.2, 0.5))
        tokens = (
            self._conversation.size // CHARACTERS_A_TOKEN,
            max(1, answer.size // CHARACTERS_A_TOKEN),
        )
        call = Rec(
            f"chat {MODEL[0]}",
            "llm",
            self._id(64),
            root.span_id,
            start,
            self._now,
            model=MODEL,
            tokens=tokens,
        )
        about = ABOUT[self._dialect](call, self._context)
        body = encode_span(call, trace_id, about) + self._conversation.call(answer)
        return self._encoded(body, call, trace_id)

    def _tool_call(self, root: Rec, trace_id: bytes, asked: ToolCall) -> EncodedSpan:
        start = self._now
        self._pass(self._r.lognormvariate(-0.5, 1.0))
        result = self._result(asked.name)
        call = Rec(
            asked.name,
            "tool",
            self._id(64),
            root.span_id,
            start,
            self._now,
            asked.arguments,
            result,
        )
        if self._r.random() < 0.02:
            call.error = self._r.choice(ERRORS)
        self._conversation.add(Message("tool", result, answers=asked.call_id))
        body = encode(call, trace_id, self._context, self._dialect)
        return self._encoded(body, call, trace_id)

    def _result(self, tool: str) -> str:
        r = self._r
        low, high = RESULT_SIZES
        size = int(low * (high / low) ** r.random())
        text = TOOLS[tool][0](r, size)[:size]
        for word, chance in MARKERS.items():
            if r.random() < chance * MARKED:
                cut = text.rfind(" ", 0, r.randrange(100, len(text)))
                text = f"{text[:cut]} {word}{text[cut + len(word) + 1 :]}"
        return text

    def _encoded(self, body: bytes, rec: Rec, trace_id: bytes) -> EncodedSpan:
        failed = rec.error is not None
        return EncodedSpan(body, trace_id.hex(), self.session, rec.kind, rec.start, failed)
