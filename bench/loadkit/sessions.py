"""Turns a seed and a number into one session of a chatting agent: turns, model calls, tools."""

from __future__ import annotations

import json
import random
from bisect import bisect
from itertools import accumulate

from .record import Rec
from .text import Text
from .vocabulary import ERRORS, MARKERS, MODELS, SERVICES, TOOLS

EVERY_LONG = 400  # one session in this many has 200-260 turns
EVERY_WIDE = 500  # one trace in about this many has 150-500 spans


class SessionMaker:
    HISTORY_MAX = (3_000, 6_000, 10_000, 20_000)  # a session's context window, characters

    def __init__(self, seed: int, days: float, anchor_ns: int):
        self.window = 0
        self.seed, self.days, self.anchor = seed, days, anchor_ns
        self.text = Text(seed)
        self.model_cum = list(accumulate(m[2] for m in MODELS))

    def turns(self, r: random.Random, index: int) -> int:
        if index % EVERY_LONG == 7:
            return r.randrange(200, 261)
        return max(1, min(400, int(r.lognormvariate(0.92, 1.2))))

    def steps(self, r: random.Random) -> int:
        if r.random() < 1 / EVERY_WIDE:
            return r.randrange(55, 180)
        return max(1, min(60, int(r.lognormvariate(1.1, 0.7))))

    def make(self, index: int):
        """Yields (trace_id, session, ctx, [Rec in order of end time]) for one session."""
        r = random.Random(f"{self.seed}:{index}")
        session, user = (
            f"sess-{index:06d}-{r.getrandbits(32):08x}",
            f"user-{int(r.paretovariate(0.6)) % 997:04d}",
        )
        service = r.choices(SERVICES, weights=(6, 3, 1))[0]
        model = MODELS[bisect(self.model_cum, r.random() * self.model_cum[-1])]
        gaps = [r.expovariate(1 / 90.0) for _ in range(self.turns(r, index))]
        end = self.anchor - int(r.random() * self.days * 86400e9)
        now = end - int((sum(gaps) + 20 * len(gaps)) * 1e9)
        self.window = r.choices(self.HISTORY_MAX, weights=(3, 4, 2, 1))[0]
        history = [("system", self.text.make(r, r.randrange(600, 1600)))]
        for gap in gaps:
            now += int(gap * 1e9)
            ctx = {"session": session, "user": user, "service": service, "root": f"{service}.turn"}
            trace_id = r.getrandbits(128).to_bytes(16, "big")
            recs = self._turn(r, now, history, model, ctx)
            now = max(x.end for x in recs)
            yield trace_id, session, ctx, sorted(recs, key=lambda x: x.end)

    def _own(self, r: random.Random, size: int) -> str:
        t = self.text.make(r, size)
        for word, p in MARKERS.items():
            if r.random() < p:
                cut = t.find(" ", r.randrange(len(t)))
                t = f"{t[:cut]} {word} {t[cut + 1 :]}" if cut > 0 else f"{t} {word}"
        return t

    def _window(self, history) -> list:
        """The system message and as many of the latest messages as fit."""
        size, keep = len(history[0][1]), []
        for m in reversed(history[1:]):
            size += len(m[1])
            if size > self.window:
                break
            keep.append(m)
        return [history[0], *reversed(keep)]

    def _turn(self, r, start, history, model, ctx) -> list[Rec]:
        def sid():
            return r.getrandbits(64).to_bytes(8, "big")

        root = Rec(
            ctx["root"], "agent", sid(), b"", start, 0, input=self._own(r, r.randrange(80, 900))
        )
        history.append(("user", root.input))
        recs, t = [root], start + 2_000_000
        steps = self.steps(r)
        for step in range(steps):
            msgs = self._window(history)
            out = self._own(r, int(min(2000, max(500, r.lognormvariate(6.6, 0.5)))))
            dur = int(r.lognormvariate(0.2, 0.6) * 1e9)
            llm = Rec(
                f"chat {model[0]}",
                "llm",
                sid(),
                root.span_id,
                t,
                t + dur,
                msgs,
                out,
                model,
                (sum(len(m[1]) for m in msgs) // 4, len(out) // 4),
            )
            recs.append(llm)
            t += dur + 1_000_000
            if r.random() < 0.012:
                llm.error = r.choice(ERRORS)
            history.append(("assistant", out))
            if step == steps - 1:
                break
            for _ in range(r.choices((0, 1, 2, 3), weights=(1, 4, 3, 2))[0]):
                dur = int(r.lognormvariate(-1.5, 1.0) * 1e9)
                if r.random() < 0.25:
                    docs = [self._own(r, r.randrange(300, 900)) for _ in range(r.choice((3, 4, 5)))]
                    s = Rec(
                        "retrieve",
                        "retriever",
                        sid(),
                        root.span_id,
                        t,
                        t + dur,
                        self._own(r, 80),
                        "\n".join(d[:200] for d in docs),
                        docs=docs,
                    )
                    if r.random() < 0.5:  # a retriever wrapped in a chain
                        c = Rec(
                            "knowledge_lookup",
                            "chain",
                            sid(),
                            root.span_id,
                            t - 500_000,
                            t + dur + 500_000,
                            s.input,
                            s.output,
                        )
                        s.parent = c.span_id
                        recs.append(c)
                else:
                    args = json.dumps(
                        {"query": self._own(r, r.randrange(30, 160)), "limit": r.randrange(1, 50)}
                    )
                    s = Rec(
                        r.choice(TOOLS),
                        "tool",
                        sid(),
                        root.span_id,
                        t,
                        t + dur,
                        args,
                        self._own(r, int(min(6000, r.lognormvariate(6.0, 0.9)))),
                    )
                    if r.random() < 0.03:
                        s.error, s.output = r.choice(ERRORS), ""
                recs.append(s)
                history.append(("tool", s.output))
                t += dur + 1_000_000
        root.output, root.end = recs[-1].output if recs[-1].kind == "llm" else out, t + 3_000_000
        if recs[-1].error and r.random() < 0.5:
            root.error = recs[-1].error
        return recs
