"""Grow sessions from a seed: span lists with everything that has ever broken a rollup in them.

The same seed always gives the same spans. What the rules leave open is not generated: two versions
of one span that differ in content alone, two llm spans of one trace that end in the same
nanosecond, one call seen twice whose second sighting has children of its own.
"""

from __future__ import annotations

import copy
import json
import math
from dataclasses import dataclass, field
from random import Random
from typing import Any

from threadline_server.model.span import DecodedSpan, Event, Resource, Scope

MS = 1_000_000
BASE_NS = 1_790_000_000 * 10**9
PRICED_MODELS = ("nimbus-large", "nimbus-small")
UNPRICED_MODEL = "cirrus-preview"
RECEIVED_NS = BASE_NS + 10**17
SESSION_IDS: tuple[Any, ...] = (
    "checkout-42",
    "s/with?odd#signs &c",
    "sess 🧵 two",
    "  trimmed  ",
    '"quoted"',
    "bell\x07inside",
    4711,
    2.5,
    "L" * 1200,
    "L" * 1100 + "other",
    "日本語",
    "'; drop table sessions; --",
)
ABSENT_IDS: tuple[Any, ...] = (
    "",
    "   ",
    "null",
    "undefined",
    "None",
    "NaN",
    math.nan,
    "[object Object]",
    "[Scrubbed due to 'session']",
    '"null"',
    "\x00\x1f",
)
WORDS = ("refund", "invoice", "weather", "Zürich", "parcel", "latency", "Straße", "plan", "cost")


@dataclass
class Story:
    """Everything a client ever sent, in one list; some spans in several versions."""

    seed: int
    sent: list[DecodedSpan] = field(default_factory=list)


class _Trace:
    """Builds the spans of one trace."""

    def __init__(self, random: Random, start: int, session: Any, user: str | None) -> None:
        self.random = random
        self.trace_id = f"{random.getrandbits(128):032x}"
        self.start = start
        self.session = session
        self.user = user
        self.spans: list[DecodedSpan] = []
        self.app = Scope("app", "1.0")
        self.instrumentation = Scope("openai-instrumentation", "2.1")
        self.front = Resource({"service.name": "front"})
        self.worker = Resource({"service.name": "worker", "host.name": "b"})

    def text(self) -> str:
        return " ".join(self.random.choices(WORDS, k=self.random.randint(1, 6)))

    def _id(self) -> str:
        return f"{self.random.getrandbits(63) + 1:016x}"

    def span(
        self,
        name: str,
        parent: DecodedSpan | str | None,
        within: tuple[int, int],
        attributes: dict[str, Any],
        scope: Scope | None = None,
    ) -> DecodedSpan:
        """A span somewhere within an interval of nanoseconds."""
        first, last = within
        start = self.random.choice((first, self.random.randint(first, last)))
        end = self.random.randint(start, last)
        parent_id = parent.span_id if isinstance(parent, DecodedSpan) else parent
        span = DecodedSpan(
            trace_id=self.trace_id,
            span_id=self._id(),
            parent_span_id=parent_id,
            name=name,
            start_ns=start,
            end_ns=end,
            attributes=attributes,
            resource=self.front,
            scope=scope or self.app,
            status_code=self.random.choice((0, 0, 0, 1)),
        )
        self.spans.append(span)
        return span

    def usage(self, *, cost: float = 0.25) -> dict[str, Any]:
        """Usage keys: mostly sound, sometimes all zeros, sometimes not to be believed."""
        random = self.random
        if random.random() < 0.1:
            return {"gen_ai.usage.input_tokens": 0, "gen_ai.usage.output_tokens": 0}
        keys: dict[str, Any] = {
            "gen_ai.usage.input_tokens": random.randint(1, 100_000),
            "gen_ai.usage.output_tokens": random.randint(1, 10_000),
        }
        if random.random() < 0.3:
            keys["gen_ai.usage.cache_read.input_tokens"] = random.randint(
                0, keys["gen_ai.usage.input_tokens"]
            )
        if random.random() < 0.1:
            keys["gen_ai.usage.cache_creation.input_tokens"] = random.randint(
                0,
                keys["gen_ai.usage.input_tokens"]
                - keys.get("gen_ai.usage.cache_read.input_tokens", 0),
            )
        if random.random() < 0.1:
            keys["gen_ai.usage.reasoning.output_tokens"] = random.randint(
                0, keys["gen_ai.usage.output_tokens"]
            )
        if random.random() < 0.05:
            keys["gen_ai.usage.input_tokens"] = random.choice((-5, 2**60, "many"))
            keys.pop("gen_ai.usage.cache_read.input_tokens", None)
            keys.pop("gen_ai.usage.cache_creation.input_tokens", None)
        if random.random() < cost:
            keys.update(self.cost())
        return keys

    def cost(self) -> dict[str, Any]:
        random = self.random
        kind = random.random()
        if kind < 0.1:
            return {"gen_ai.usage.cost": random.choice((-1.0, math.inf, math.nan))}
        if kind < 0.2:
            return {"gen_ai.usage.cost": 0.0}
        if kind < 0.4:
            parts = (random.randint(1, 64) / 64, random.randint(1, 64) / 64)
            return {
                "gen_ai.usage.input_cost": parts[0],
                "gen_ai.usage.output_cost": parts[1],
                "gen_ai.usage.cost": parts[0] + parts[1],
            }
        return {"gen_ai.usage.cost": random.randint(1, 640) / 64}

    def messages(self) -> dict[str, Any]:
        asked = [
            {"role": "system", "parts": [{"type": "text", "content": "Answer briefly."}]},
            {"role": "user", "parts": [{"type": "text", "content": self.text()}]},
            {"role": "assistant", "parts": [{"type": "text", "content": self.text()}]},
            {"role": "user", "parts": [{"type": "text", "content": self.text()}]},
        ]
        answered = [{"role": "assistant", "parts": [{"type": "text", "content": self.text()}]}]
        return {
            "gen_ai.input.messages": json.dumps(asked, ensure_ascii=False),
            "gen_ai.output.messages": json.dumps(answered, ensure_ascii=False),
        }

    def model(self) -> dict[str, Any]:
        name = self.random.choice((*PRICED_MODELS, UNPRICED_MODEL))
        keys: dict[str, Any] = {"gen_ai.request.model": name}
        if self.random.random() < 0.3:
            keys["gen_ai.response.model"] = name
        return keys

    def llm(self, parent: DecodedSpan | str | None, within: tuple[int, int]) -> DecodedSpan:
        """A model call; sometimes without content, without usage, or seen by two scopes."""
        random = self.random
        keys: dict[str, Any] = {"gen_ai.operation.name": "chat", **self.model()}
        if random.random() < 0.3:
            keys["lmnr.span.type"] = random.choice(("LLM", "DEFAULT"))
        if random.random() < 0.9:
            keys.update(self.usage())
        if random.random() < 0.8:
            keys.update(self.messages())
        if random.random() < 0.3:
            keys["gen_ai.response.id"] = f"resp-{self._id()}"
        return self.span("chat", parent, within, keys, self.instrumentation)

    def twin(self, span: DecodedSpan) -> None:
        """The same call once more, from another scope and inside or around it."""
        random = self.random
        keys = {
            key: value
            for key, value in span.attributes.items()
            if key.startswith(("gen_ai.usage", "gen_ai.request", "gen_ai.response", "gen_ai.op"))
        }
        if random.random() < 0.5:
            keys.update(self.messages())
        if random.random() < 0.25:
            # One of two that watch may know no prices.
            keys = {key: value for key, value in keys.items() if not key.endswith("cost")}
        kind = random.random()
        if "gen_ai.response.id" in keys and kind < 0.4:
            keys["gen_ai.usage.input_tokens"] = random.randint(1, 1000)
        start, end = span.start_ns, span.end_ns
        shape = random.random()
        if shape < 0.35:
            start, end = start - random.randint(0, MS), end + random.randint(0, MS)
        elif shape < 0.7:
            start = random.randint(start, end)
            end = random.randint(start, end)
        elif shape < 0.85:
            # Sequential calls overlap by a fraction: these stay two.
            start, end = end - min(1000, end - start) // 2, end + MS
        twin = self.span("chat", span.parent_span_id, (start, end), keys, Scope("second-sdk", "0"))
        twin.start_ns, twin.end_ns = start, end

    def tool(
        self, parent: DecodedSpan | str | None, within: tuple[int, int], depth: int
    ) -> DecodedSpan:
        random = self.random
        keys: dict[str, Any] = random.choice(
            ({"lmnr.span.type": "TOOL"}, {"gen_ai.operation.name": "execute_tool"})
        ).copy()
        keys["lmnr.span.input"] = self.text()
        if random.random() < 0.15:
            keys.update(self.usage())
        elif random.random() < 0.1:
            keys.update(self.cost())
        span = self.span("lookup", parent, within, keys)
        if depth > 0 and random.random() < 0.5:
            self.grow(span, depth - 1)
        return span

    def agent(
        self, parent: DecodedSpan | str | None, within: tuple[int, int], depth: int
    ) -> DecodedSpan:
        """An agent that often reports the usage of what runs below it."""
        random = self.random
        keys: dict[str, Any] = {"gen_ai.operation.name": "invoke_agent"}
        if random.random() < 0.6:
            keys.update(self.usage(cost=0.5))
            keys.update(self.model())
        elif random.random() < 0.3:
            keys.update(self.cost())
        span = self.span("agent", parent, within, keys)
        if depth > 0:
            self.grow(span, depth - 1)
        return span

    def wrapper(
        self, parent: DecodedSpan | str | None, within: tuple[int, int], depth: int
    ) -> DecodedSpan:
        """A model call around model calls and tools, as text generation with tools reports it."""
        span = self.llm(parent, within)
        span.scope = self.app
        if self.random.random() < 0.4:
            span.attributes.update(self.cost())
        if depth > 0:
            self.grow(span, depth - 1)
        return span

    def grow(self, parent: DecodedSpan | str | None, depth: int) -> None:
        """Give a span between one and three children."""
        random = self.random
        if isinstance(parent, DecodedSpan):
            within = (parent.start_ns, parent.end_ns)
        else:
            within = (self.start, self.start + 2000 * MS)
        for _ in range(random.randint(1, 3)):
            kind = random.random()
            if kind < 0.4:
                call = self.llm(parent, within)
                if random.random() < 0.3:
                    self.twin(call)
            elif kind < 0.6:
                self.tool(parent, within, depth)
            elif kind < 0.75:
                self.agent(parent, within, depth)
            elif kind < 0.9:
                self.wrapper(parent, within, depth)
            else:
                step = self.span("step", parent, within, {"lmnr.span.input": self.text()})
                if depth > 0:
                    self.grow(step, depth - 1)

    def root(self) -> DecodedSpan:
        keys: dict[str, Any] = {}
        if self.random.random() < 0.7:
            keys["lmnr.span.input"] = self.text()
        if self.random.random() < 0.6:
            keys["lmnr.span.output"] = self.text()
        root = self.span("turn", None, (self.start, self.start + 2000 * MS), keys)
        root.start_ns, root.end_ns = self.start, self.start + self.random.randint(1, 2000) * MS
        return root

    def build(self, session_ids: list[Any]) -> None:
        """Grow the trace, then spoil it."""
        random = self.random
        shape = random.random()
        if shape < 0.7:
            self.grow(self.root(), 2)
        elif shape < 0.8:
            self.grow(self._id(), 2)
        elif shape < 0.9:
            self.grow(None, 1)
        else:
            self.grow(self.root(), 1)
            late = self.root()
            late.start_ns += random.choice((0, 5 * MS))
        self._claims(session_ids)
        self._spoil()

    def _claims(self, session_ids: list[Any]) -> None:
        random = self.random
        key = random.choice(
            (
                "session.id",
                "lmnr.association.properties.session_id",
                "lmnr.association.properties.session_id",
                "gen_ai.conversation.id",
            )
        )
        share = random.choice((1.0, 0.5, 0.2, 0.0))
        for span in self.spans:
            attributes = span.attributes
            if random.random() < share:
                attributes[key] = self.session
            if random.random() < 0.1:
                attributes[random.choice(("session.id", key))] = random.choice(session_ids)
            if random.random() < 0.1:
                attributes["gen_ai.conversation.id"] = random.choice(session_ids)
            if random.random() < 0.06:
                attributes["session.id"] = random.choice(ABSENT_IDS)
            self._describe(attributes)
        if random.random() < 0.1:
            self.worker.attributes["session.id"] = random.choice(session_ids)
        if random.random() < 0.05:
            self.app.attributes["session.id"] = random.choice(session_ids)
        if random.random() < 0.05:
            self.worker.attributes["user.id"] = "worker-user"

    def _describe(self, attributes: dict[str, Any]) -> None:
        """Users, tags and metadata, on some spans and not on others."""
        random = self.random
        if self.user is not None and random.random() < 0.4:
            attributes[random.choice(("user.id", "lmnr.association.properties.user_id"))] = (
                self.user
            )
        if random.random() < 0.05:
            attributes["user.id"] = "someone-else"
        if random.random() < 0.2:
            attributes["lmnr.association.properties.tags"] = random.sample(
                ("beta", "eu", "slow"), random.randint(1, 2)
            )
        if random.random() < 0.2:
            part = random.choice(("plan", "region.code", "tenant"))
            attributes[f"lmnr.association.properties.metadata.{part}"] = random.choice(WORDS)

    def _spoil(self) -> None:
        random = self.random
        for span in self.spans:
            if random.random() < 0.3:
                span.resource = self.worker
            kind = random.random()
            if kind < 0.06:
                span.status_code = 2
            elif kind < 0.12:
                span.events.append(Event("exception", span.end_ns, {"exception.type": "E"}))
            elif kind < 0.15:
                span.events.append(Event("note", span.end_ns, {}))
            kind = random.random()
            if kind < 0.05 and "gen_ai.output.messages" not in span.attributes:
                span.end_ns = 0
            elif kind < 0.07:
                span.end_ns = span.start_ns - MS
            elif kind < 0.08:
                span.start_ns = random.choice((0, 5, 2**64 - 1))
            if random.random() < 0.02:
                span.parent_span_id = self._id()
        if random.random() < 0.15 and len(self.spans) >= 2:
            # A cycle: of one, two or many.
            low, high = sorted(random.sample(range(len(self.spans)), 2))
            self.spans[low].parent_span_id = self.spans[random.choice((low, high))].span_id
        if random.random() < 0.1:
            self.spans.pop(0)


def _versions(random: Random, span: DecodedSpan) -> list[DecodedSpan]:
    """What else was sent under the identity of a span, all of it to lose or to win plainly."""
    others: list[DecodedSpan] = []
    if not BASE_NS <= span.start_ns < RECEIVED_NS:
        # Repaired times would make versions tie.
        return others
    kind = random.random()
    if kind < 0.06 and span.end_ns > span.start_ns:
        early = copy.deepcopy(span)
        early.end_ns = random.choice((0, span.start_ns))
        early.name = "draft"
        early.attributes["session.id"] = "session of a draft"
        others.append(early)
    elif kind < 0.12:
        poor = copy.deepcopy(span)
        poor.attributes = dict(list(poor.attributes.items())[: len(poor.attributes) // 2])
        poor.name = "poor"
        if len(poor.attributes) < len(span.attributes):
            others.append(poor)
    elif kind < 0.17 and span.end_ns:
        rich = copy.deepcopy(span)
        rich.end_ns = max(span.end_ns, span.start_ns) + random.randint(1, 50) * MS
        rich.attributes["extra"] = "more"
        rich.attributes.update({"gen_ai.usage.input_tokens": random.randint(1, 100)})
        if "gen_ai.operation.name" in rich.attributes:
            others.append(rich)
    return others


def _pending(random: Random, span: DecodedSpan) -> DecodedSpan:
    """The announcement that an exporter sends ahead of a span."""
    announced = copy.deepcopy(span)
    announced.span_id = f"{random.getrandbits(63) + 1:016x}"
    announced.parent_span_id = span.span_id
    announced.end_ns = announced.start_ns
    announced.events = []
    for key in list(announced.attributes):
        if key.startswith(("gen_ai.usage", "gen_ai.output", "lmnr.span.output")):
            del announced.attributes[key]
    announced.attributes["logfire.span_type"] = "pending_span"
    announced.attributes["logfire.pending_parent_id"] = span.parent_span_id or "0" * 16
    return announced


def generate(seed: int) -> Story:
    """One to three sessions of one to six traces, most of them troubled."""
    random = Random(seed)
    story = Story(seed)
    session_ids = random.sample(SESSION_IDS, random.randint(1, 3))
    users = random.sample(("ada", "grace", "edsger"), 2)
    clock = BASE_NS + seed * 10**12
    for _ in range(random.randint(1, 6)):
        clock += random.choice((0, 0, 400, 3000, 60_000)) * MS
        user = random.choice((*users, None))
        trace = _Trace(random, clock, random.choice((*session_ids, None)), user)
        trace.build(session_ids)
        for span in trace.spans:
            story.sent.extend(_versions(random, span))
            kind = random.random()
            if kind < 0.06:
                story.sent.append(_pending(random, span))
            if kind >= 0.02:
                # Otherwise only the announcement was ever sent.
                story.sent.append(span)
    return story


def generate_siblings(seed: int) -> Story:
    """One trace of look-alikes under a parent that was never sent, seen by up to three scopes."""
    random = Random(seed)
    trace = _Trace(random, BASE_NS, None, None)
    parent = random.choice(("e" * 16, None))
    for _ in range(random.randint(2, 9)):
        keys: dict[str, Any] = {
            "gen_ai.operation.name": "chat",
            "gen_ai.request.model": random.choice((*PRICED_MODELS, UNPRICED_MODEL)[::2]),
            "gen_ai.usage.input_tokens": random.choice((7, 7, 9)),
        }
        if random.random() < 0.3:
            keys["gen_ai.response.id"] = random.choice(("one", "other"))
        if random.random() < 0.4:
            keys.update(trace.messages())
        if random.random() < 0.3:
            keys["gen_ai.usage.cost"] = random.randint(1, 64) / 64
        start, end = sorted((random.randint(0, 4), random.randint(0, 4)))
        within = (BASE_NS + start * MS, BASE_NS + end * MS)
        span = trace.span("chat", parent, within, keys, Scope(random.choice("abc")))
        span.start_ns, span.end_ns = within
    return Story(seed, trace.spans)


def deliver(random: Random, sent: list[DecodedSpan]) -> list[list[list[DecodedSpan]]]:
    """The same spans as the network brings them: commits of requests, shuffled, some twice."""
    spans = [*sent, *random.choices(sent, k=len(sent) // 4)] if sent else []
    random.shuffle(spans)
    commits: list[list[list[DecodedSpan]]] = []
    while spans:
        commit: list[list[DecodedSpan]] = []
        for _ in range(random.randint(1, 4)):
            size = random.randint(1, max(1, len(spans)))
            request, spans = spans[:size], spans[size:]
            if request:
                commit.append(copy.deepcopy(request) if random.random() < 0.5 else request)
        commits.append(commit)
    return commits
