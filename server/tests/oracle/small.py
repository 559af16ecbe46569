"""Build small spans by hand: numbers for ids, seconds for times, keys for what they say."""

from __future__ import annotations

import json

from threadline_server.model.span import DecodedSpan, Resource, Scope

SECOND = 10**9
START = 1_790_000_000 * SECOND
RECEIVED = START + 10**15
TRACE = "a" * 32


def a_span(
    number,
    parent=None,
    *,
    at=(0, 10),
    keys=None,
    scope="app",
    trace=TRACE,
    status=0,
    events=(),
    resource=None,
    name=None,
):
    """A span whose id is a number; `at` is its start and end in seconds, None while running."""
    first, last = at
    return DecodedSpan(
        trace_id=trace,
        span_id=f"{number:016x}",
        parent_span_id=None if parent is None else f"{parent:016x}",
        name=name or f"span {number}",
        start_ns=START + first * SECOND,
        end_ns=0 if last is None else START + last * SECOND,
        attributes=dict(keys or {}),
        resource=resource or Resource(),
        scope=Scope(scope),
        status_code=status,
        events=list(events),
    )


def span_id(number):
    return f"{number:016x}"


def usage(tokens=None, cost=None, *, model="m", operation="chat", **more):
    keys = {"gen_ai.operation.name": operation, "gen_ai.request.model": model, **more}
    if tokens is not None:
        keys["gen_ai.usage.input_tokens"] = tokens
    if cost is not None:
        keys["gen_ai.usage.cost"] = cost
    return keys


def said(user=None, assistant=None):
    keys = {"gen_ai.operation.name": "chat"}
    for key, role, text in (
        ("gen_ai.input.messages", "user", user),
        ("gen_ai.output.messages", "assistant", assistant),
    ):
        if text is not None:
            keys[key] = json.dumps([{"role": role, "parts": [{"type": "text", "content": text}]}])
    return keys
