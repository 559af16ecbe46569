"""Turns a record into the attributes that an instrumentation of some dialect writes."""

from __future__ import annotations

import json

from .record import Rec

DIALECTS = ("openinference", "genai", "lmnr")


def _messages_json(msgs) -> str:
    return json.dumps([{"role": a, "content": b} for a, b in msgs])


def _about_openinference(s: Rec, ctx) -> dict:
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
    return a


def _attrs_openinference(s: Rec, ctx) -> dict:
    a = _about_openinference(s, ctx)
    if s.kind == "llm":
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


def _about_genai(s: Rec, ctx) -> dict:
    op = {"agent": "invoke_agent", "llm": "chat", "tool": "execute_tool"}.get(s.kind, s.kind)
    a = {
        "gen_ai.operation.name": op,
        "gen_ai.conversation.id": ctx["session"],
        "session.id": ctx["session"],
        "user.id": ctx["user"],
    }
    if s.kind == "llm":
        a |= {
            "gen_ai.provider.name": s.model[1],
            "gen_ai.request.model": s.model[0],
            "gen_ai.response.model": s.model[0],
            "gen_ai.request.temperature": 0.2,
            "gen_ai.usage.input_tokens": s.tokens[0],
            "gen_ai.usage.output_tokens": s.tokens[1],
            "gen_ai.response.finish_reasons": ["stop"],
        }
    return a


def _attrs_genai(s: Rec, ctx) -> dict:
    a = _about_genai(s, ctx)
    if s.kind == "llm":
        parts = [{"role": r, "parts": [{"type": "text", "content": t}]} for r, t in s.input]
        a |= {
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


def _about_lmnr(s: Rec, ctx) -> dict:
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
    return a


def _attrs_lmnr(s: Rec, ctx) -> dict:
    a = _about_lmnr(s, ctx)
    if s.kind == "llm":
        for i, (role, text) in enumerate(s.input):
            a[f"gen_ai.prompt.{i}.role"], a[f"gen_ai.prompt.{i}.content"] = role, text
        a["gen_ai.completion.0.role"], a["gen_ai.completion.0.content"] = "assistant", s.output
    else:
        a["lmnr.span.input"], a["lmnr.span.output"] = json.dumps(s.input), json.dumps(s.output)
        if s.docs:
            a["lmnr.span.output"] = json.dumps(s.docs)
    return a


ABOUT = {"openinference": _about_openinference, "genai": _about_genai, "lmnr": _about_lmnr}
"""What a dialect says of a span beside its input and output."""

ATTRS = {"openinference": _attrs_openinference, "genai": _attrs_genai, "lmnr": _attrs_lmnr}
