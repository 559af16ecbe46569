"""Deterministic generator of agent sessions as OTLP trace requests.

Every session has its own random stream (seed + session number), so a corpus of N
spans holds the same sessions as the first part of a larger one with the same seed,
anchor and dialect.
"""

from __future__ import annotations

import json
import random
import tempfile
import time
from bisect import bisect
from collections import Counter
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

from opentelemetry.proto.common.v1.common_pb2 import (
    AnyValue,
    ArrayValue,
    InstrumentationScope,
    KeyValue,
)
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from .corpus import CorpusWriter
from .vocabulary import ERRORS, MARKERS, MODELS, SERVICES, SYLLABLES, TOOLS

DIALECTS = ("openinference", "genai", "lmnr")
EVERY_LONG = 400  # one session in this many has 200-260 turns
EVERY_WIDE = 500  # one trace in about this many has 150-500 spans


class Text:
    """Lorem-like text over a Zipf-weighted vocabulary of 6000 made-up words."""

    def __init__(self, seed: int):
        r = random.Random(f"vocabulary:{seed}")
        words: dict[str, None] = {}
        while len(words) < 6000:
            words["".join(r.choices(SYLLABLES, k=r.choice((1, 2, 2, 3, 3, 4))))] = None
        self.words = list(words)
        self.cum = list(accumulate(1 / (i + 3) for i in range(len(self.words))))
        self.mean = 7.0  # bytes per word with its space, close enough to aim by

    def make(self, r: random.Random, size: int) -> str:
        ws = r.choices(self.words, cum_weights=self.cum, k=max(3, int(size / self.mean)))
        for i in range(r.randrange(8, 16), len(ws), 13):
            ws[i] += r.choice((".", ",", ".\n", ";", ":"))
        return " ".join(ws)


@dataclass(slots=True)
class Rec:
    """One span, before a dialect is chosen."""

    name: str
    kind: str  # agent | llm | tool | retriever | chain
    span_id: bytes
    parent: bytes
    start: int
    end: int
    input: object = ""  # text, or for llm a list of (role, text)
    output: str = ""
    model: tuple | None = None
    tokens: tuple[int, int] = (0, 0)
    docs: list[str] = field(default_factory=list)
    error: tuple[str, str] | None = None


def _kv(key: str, v) -> KeyValue:
    if isinstance(v, bool):
        a = AnyValue(bool_value=v)
    elif isinstance(v, str):
        a = AnyValue(string_value=v)
    elif isinstance(v, int):
        a = AnyValue(int_value=v)
    elif isinstance(v, float):
        a = AnyValue(double_value=v)
    else:
        a = AnyValue(array_value=ArrayValue(values=[AnyValue(string_value=x) for x in v]))
    return KeyValue(key=key, value=a)


def _messages_json(msgs) -> str:
    return json.dumps([{"role": a, "content": b} for a, b in msgs])


def _attrs_openinference(s: Rec, ctx) -> dict:
    a = {
        "openinference.span.kind": s.kind.upper(),
        "session.id": ctx["session"],
        "user.id": ctx["user"],
    }
    if s.kind == "llm":
        a["llm.model_name"], a["llm.provider"] = s.model[0], s.model[1]
        a["llm.invocation_parameters"] = '{"temperature": 0.2, "max_tokens": 1024}'
        a["llm.token_count.prompt"], a["llm.token_count.completion"] = s.tokens
        a["llm.token_count.total"] = sum(s.tokens)
        # As the OpenInference instrumentors do: the raw request beside the flattened messages.
        a["input.value"], a["input.mime_type"] = (
            f'{{"messages": {_messages_json(s.input)}}}',
            "application/json",
        )
        for i, (role, text) in enumerate(s.input):
            a[f"llm.input_messages.{i}.message.role"] = role
            a[f"llm.input_messages.{i}.message.content"] = text
        a["llm.output_messages.0.message.role"] = "assistant"
        a["llm.output_messages.0.message.content"] = s.output
    else:
        a["input.value"], a["input.mime_type"] = s.input, "text/plain"
    a["output.value"], a["output.mime_type"] = s.output, "text/plain"
    if s.kind == "tool":
        a["tool.name"], a["tool.parameters"] = s.name, s.input
    for i, d in enumerate(s.docs):
        a[f"retrieval.documents.{i}.document.content"] = d
        a[f"retrieval.documents.{i}.document.score"] = round(0.95 - 0.07 * i, 3)
    return a


def _attrs_genai(s: Rec, ctx) -> dict:
    op = {"agent": "invoke_agent", "llm": "chat", "tool": "execute_tool"}.get(s.kind, s.kind)
    a = {
        "gen_ai.operation.name": op,
        "gen_ai.conversation.id": ctx["session"],
        "session.id": ctx["session"],
        "user.id": ctx["user"],
    }
    if s.kind == "llm":
        parts = [{"role": r, "parts": [{"type": "text", "content": t}]} for r, t in s.input]
        a |= {
            "gen_ai.provider.name": s.model[1],
            "gen_ai.request.model": s.model[0],
            "gen_ai.response.model": s.model[0],
            "gen_ai.request.temperature": 0.2,
            "gen_ai.usage.input_tokens": s.tokens[0],
            "gen_ai.usage.output_tokens": s.tokens[1],
            "gen_ai.response.finish_reasons": ["stop"],
            "gen_ai.input.messages": json.dumps(parts),
            "gen_ai.output.messages": json.dumps(
                [
                    {
                        "role": "assistant",
                        "parts": [{"type": "text", "content": s.output}],
                        "finish_reason": "stop",
                    }
                ]
            ),
        }
    elif s.kind == "tool":
        a |= {
            "gen_ai.tool.name": s.name,
            "gen_ai.tool.type": "function",
            "gen_ai.tool.call.arguments": s.input,
            "gen_ai.tool.call.result": s.output,
        }
    else:
        a |= {
            "gen_ai.agent.name": ctx["service"],
            "gen_ai.input.messages": _messages_json([("user", s.input)]),
            "gen_ai.output.messages": _messages_json([("assistant", s.output)]),
        }
        if s.docs:
            a["gen_ai.retrieval.documents"] = json.dumps([{"content": d} for d in s.docs])
    return a


def _attrs_lmnr(s: Rec, ctx) -> dict:
    a = {
        "lmnr.span.type": {"llm": "LLM", "tool": "TOOL"}.get(s.kind, "DEFAULT"),
        "lmnr.association.properties.session_id": ctx["session"],
        "lmnr.association.properties.user_id": ctx["user"],
        "lmnr.association.properties.metadata.env": "prod",
        "lmnr.span.path": [ctx["root"]] + ([s.name] if s.parent else []),
        "lmnr.span.instrumentation_source": "python",
    }
    if s.kind == "llm":
        a |= {
            "gen_ai.system": s.model[1],
            "gen_ai.request.model": s.model[0],
            "gen_ai.response.model": s.model[0],
            "gen_ai.usage.input_tokens": s.tokens[0],
            "gen_ai.usage.output_tokens": s.tokens[1],
            "llm.usage.total_tokens": sum(s.tokens),
        }
        for i, (role, text) in enumerate(s.input):
            a[f"gen_ai.prompt.{i}.role"], a[f"gen_ai.prompt.{i}.content"] = role, text
        a["gen_ai.completion.0.role"], a["gen_ai.completion.0.content"] = "assistant", s.output
    else:
        a["lmnr.span.input"], a["lmnr.span.output"] = json.dumps(s.input), json.dumps(s.output)
        if s.docs:
            a["lmnr.span.output"] = json.dumps(s.docs)
    return a


ATTRS = {"openinference": _attrs_openinference, "genai": _attrs_genai, "lmnr": _attrs_lmnr}


def encode(s: Rec, trace_id: bytes, ctx: dict, dialect: str) -> bytes:
    p = Span(
        trace_id=trace_id,
        span_id=s.span_id,
        parent_span_id=s.parent,
        name=s.name,
        kind=Span.SPAN_KIND_CLIENT if s.kind == "llm" else Span.SPAN_KIND_INTERNAL,
        start_time_unix_nano=s.start,
        end_time_unix_nano=s.end,
        attributes=[_kv(k, v) for k, v in ATTRS[dialect](s, ctx).items()],
    )
    if s.error:
        typ, msg = s.error
        p.status.CopyFrom(Status(code=Status.STATUS_CODE_ERROR, message=f"{typ}: {msg}"))
        trace = (
            "Traceback (most recent call last):\n"
            + "".join(
                f'  File "/app/agent/step_{i}.py", line {40 + i}, in run\n    return self.call(args)\n'
                for i in range(9)
            )
            + f"{typ}: {msg}"
        )
        p.events.add(
            time_unix_nano=s.end,
            name="exception",
            attributes=[
                _kv("exception.type", typ),
                _kv("exception.message", msg),
                _kv("exception.stacktrace", trace),
                _kv("exception.escaped", "False"),
            ],
        )
    else:
        p.status.code = Status.STATUS_CODE_OK
    return p.SerializeToString()


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


def _varint(n: int) -> bytes:
    b = bytearray()
    while n > 127:
        b.append(n & 127 | 128)
        n >>= 7
    b.append(n)
    return bytes(b)


def _field(tag: int, body: bytes) -> bytes:
    return bytes([tag]) + _varint(len(body)) + body


def request_body(groups: dict[str, list[bytes]]) -> bytes:
    """ExportTraceServiceRequest from {service: [serialised Span, ...]}."""
    out = []
    for service, spans in groups.items():
        res = Resource(
            attributes=[
                _kv("service.name", service),
                _kv("telemetry.sdk.language", "python"),
                _kv("telemetry.sdk.name", "opentelemetry"),
                _kv("deployment.environment", "prod"),
            ]
        ).SerializeToString()
        scope = InstrumentationScope(name="loadkit", version="0.1.0").SerializeToString()
        scope_spans = _field(0x0A, scope) + b"".join(_field(0x12, s) for s in spans)
        out.append(_field(0x0A, _field(0x0A, res) + _field(0x12, scope_spans)))
    return b"".join(out)


def generate(
    folder: Path,
    spans: int,
    dialect: str,
    *,
    seed: int,
    days: float,
    batch: int,
    anchor_ns: int,
) -> dict:
    t0 = time.time()
    folder.mkdir(parents=True, exist_ok=True)
    maker = SessionMaker(seed, days, anchor_ns)
    index: list[tuple] = []  # start_ns, offset, lengths, trace_id, session, service, errors, words
    sessions: Counter = Counter()
    marked: dict[str, list] = {w: [] for w in MARKERS}
    kinds: Counter = Counter()
    total = i = 0
    with tempfile.TemporaryFile(dir=folder) as spool:
        off = 0
        while total < spans:
            for trace_id, session, ctx, recs in maker.make(i):
                lens, errors = [], 0
                for s in recs:
                    b = encode(s, trace_id, ctx, dialect)
                    spool.write(b)
                    lens.append(len(b))
                    errors += s.error is not None
                    kinds[s.kind] += 1
                    for w in MARKERS:
                        if w.encode() in b:
                            marked[w].append((trace_id.hex(), session))
                index.append(
                    (
                        min(x.start for x in recs),
                        off,
                        lens,
                        trace_id.hex(),
                        session,
                        ctx["service"],
                        errors,
                    )
                )
                off += sum(lens)
                sessions[session] += 1
                total += len(recs)
            i += 1
        index.sort()
        w = CorpusWriter(folder)
        groups: dict[str, list[bytes]] = {}
        n = 0
        for _start, offset, lens, *_rest in index:
            spool.seek(offset)
            for ln in lens:
                groups.setdefault(_rest[2], []).append(spool.read(ln))
                n += 1
                if n == batch:
                    w.add(request_body(groups), n)
                    groups, n = {}, 0
        if n:
            w.add(request_body(groups), n)
        w.close()
    with (folder / "traces.jsonl").open("w") as f:
        for start, _offset, lens, tid, sess, service, errors in index:
            f.write(
                json.dumps(
                    {
                        "trace_id": tid,
                        "session": sess,
                        "service": service,
                        "start_ns": start,
                        "spans": len(lens),
                        "errors": errors,
                    }
                )
                + "\n"
            )
    by_traces = sorted(sessions.items(), key=lambda kv: (kv[1], kv[0]))
    by_spans = sorted(index, key=lambda x: (len(x[2]), x[3]))
    sizes = [len(x[2]) for x in index]

    def pick(seq, n, lo=0.0, hi=1.0):
        return [seq[int((lo + (hi - lo) * k / max(1, n - 1)) * (len(seq) - 1))] for k in range(n)]

    m = {
        "seed": seed,
        "dialect": dialect,
        "days": days,
        "anchor_ns": anchor_ns,
        "batch": batch,
        "spans": w.spans,
        "traces": len(index),
        "sessions": len(sessions),
        "requests": w.requests,
        "raw_bytes": w.bytes,
        "bytes_per_span": round(w.bytes / w.spans, 1),
        "kinds": dict(kinds),
        "error_spans": sum(x[6] for x in index),
        "turns_mean": round(len(index) / len(sessions), 2),
        "turns_max": by_traces[-1][1],
        "spans_per_trace_mean": round(sum(sizes) / len(sizes), 2),
        "spans_per_trace_p95": sorted(sizes)[int(0.95 * len(sizes))],
        "spans_per_trace_max": max(sizes),
        "markers": {
            k: {
                "spans": len(v),
                "traces": len({a for a, _ in v}),
                "sessions": len({b for _, b in v}),
                "trace_ids": sorted({a for a, _ in v})[:20],
            }
            for k, v in marked.items()
        },
        "last_trace": {
            "trace_id": index[-1][3],
            "session": index[-1][4],
            "spans": len(index[-1][2]),
        },
        "recent_sessions": list(dict.fromkeys(x[4] for x in reversed(index)))[:50],
        "sample_sessions": [{"session": s, "traces": n} for s, n in pick(by_traces, 30, 0.3, 0.98)],
        "largest_session": {"session": by_traces[-1][0], "traces": by_traces[-1][1]},
        "sample_traces": [
            {"trace_id": x[3], "spans": len(x[2])} for x in pick(by_spans, 30, 0.2, 0.98)
        ],
        "largest_trace": {"trace_id": by_spans[-1][3], "spans": len(by_spans[-1][2])},
        "generate_s": round(time.time() - t0, 1),
    }
    (folder / "manifest.json").write_text(json.dumps(m, indent=1))
    return m
