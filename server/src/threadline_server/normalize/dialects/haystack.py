"""Read Haystack's `haystack.*` attributes: pipelines, components, agents and their steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from threadline_server.model.attributes import Attributes, AttributeValue
from threadline_server.model.span import Message, SpanType
from threadline_server.normalize.dialects.dialect import Dialect
from threadline_server.normalize.json_text import parsed
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.messages import messages_of
from threadline_server.normalize.numbers import token_count
from threadline_server.normalize.source import Compound, Source, carrying, fields, named

_INPUTS = (
    "haystack.agent.step.llm.input",
    "haystack.agent.step.tool.input",
    "haystack.agent.input",
    "haystack.component.input",
    "haystack.pipeline.input_data",
)
_OUTPUTS = (
    "haystack.agent.step.llm.output",
    "haystack.agent.step.tool.output",
    "haystack.agent.output",
    "haystack.component.output",
    "haystack.pipeline.output_data",
)
_ANSWERS = ("haystack.agent.step.llm.output", "haystack.component.output")
_COMPONENTS: tuple[tuple[str, SpanType], ...] = (
    ("Generator", "llm"),
    ("Embedder", "embedding"),
    ("Retriever", "retrieval"),
    ("Ranker", "retrieval"),
    ("ToolInvoker", "tool"),
    ("Agent", "agent"),
    ("Evaluator", "evaluator"),
)
_TOLD = (
    Meaning.RESPONSE_MODEL,
    Meaning.INPUT_TOKENS,
    Meaning.OUTPUT_TOKENS,
    Meaning.TOTAL_TOKENS,
)


def _component(value: AttributeValue) -> SpanType:
    """The type that a component's class tells by its name; any other is a step."""
    named_so = (kind for name, kind in _COMPONENTS if isinstance(value, str) and name in value)
    return next(named_so, "chain")


def _always(kind: SpanType, *keys: str) -> tuple[Source, ...]:
    return named(Meaning.OPERATION, *keys, read=lambda _: kind)


def _answer(value: AttributeValue) -> Mapping[Meaning, Any]:
    """The model and the usage that a generator's first reply carries."""
    if not isinstance(value, str) or '"usage"' not in value:
        return {}
    said = fields(value) or {}
    meta: Any = next(iter(said["meta"]), None) if isinstance(said.get("meta"), list) else None
    for reply in said["replies"] if isinstance(said.get("replies"), list) else ():
        if isinstance(reply, dict):
            meta = reply.get("meta", reply.get("_meta")) or meta
            break
    if not isinstance(meta, dict):
        return {}
    usage = meta["usage"] if isinstance(meta.get("usage"), dict) else {}
    model = meta.get("model")
    counts = ("prompt_tokens", "input_tokens"), ("completion_tokens", "output_tokens")
    spent, made = (token_count(usage.get(new, usage.get(old))) for new, old in counts)
    total = token_count(usage.get("total_tokens"))
    return dict(
        zip(_TOLD, (model if isinstance(model, str) else None, spent, made, total), strict=True)
    )


def _part(part: Any) -> Any:
    """Haystack's kinds of parts as ones that are known."""
    if not isinstance(part, dict):
        return part
    if isinstance(call := part.get("tool_call"), dict):
        return {
            "type": "tool_call",
            "id": call.get("id"),
            "name": call.get("tool_name"),
            "arguments": call.get("arguments"),
        }
    if isinstance(result := part.get("tool_call_result"), dict):
        origin = result.get("origin")
        return {
            "type": "tool_call_response",
            "id": origin.get("id") if isinstance(origin, dict) else None,
            "result": result.get("result"),
        }
    if isinstance(thought := part.get("reasoning"), dict):
        return {"type": "reasoning", "text": thought.get("reasoning_text")}
    return part


def _rows(messages: Any) -> list[Any]:
    rows = []
    for row in messages if isinstance(messages, list) else ():
        if not isinstance(row, dict):
            rows.append({"role": "assistant", "content": row} if isinstance(row, str) else row)
            continue
        content = row.get("content", row.get("_content"))
        if isinstance(content, list):
            content = [_part(part) for part in content]
        rows.append({"role": row.get("role", row.get("_role")), "content": content})
    return rows


def _held(attributes: Attributes, keys: tuple[str, ...], name: str) -> Sequence[Message] | None:
    for key in keys:
        value = attributes.get(key)
        inner = parsed(value) if isinstance(value, str) else value
        if isinstance(inner, dict) and (found := messages_of(_rows(inner.get(name)))) is not None:
            return found
    return None


def _input_messages(attributes: Attributes) -> Sequence[Message] | None:
    return _held(attributes, _INPUTS, "messages")


def _output_messages(attributes: Attributes) -> Sequence[Message] | None:
    return _held(attributes, _OUTPUTS, "replies")


HAYSTACK = Dialect(
    name="haystack",
    title="Haystack",
    sources=(
        *_always("tool", "haystack.tool.name"),
        *_always("llm", "haystack.agent.step.llm.input", "haystack.agent.step.llm.output"),
        *_always("agent", "haystack.agent.max_steps", "haystack.agent.exit_conditions"),
        *named(Meaning.OPERATION, "haystack.component.type", read=_component),
        *_always("chain", "haystack.pipeline.input_data", "haystack.agent.step"),
        *named(Meaning.TOOL_NAME, "haystack.tool.name"),
        *named(Meaning.ENTITY_NAME, "haystack.component.name"),
        *(Compound(_TOLD, key, _answer) for key in _ANSWERS),
        *carrying(Meaning.INPUT, *_INPUTS),
        *carrying(Meaning.OUTPUT, *_OUTPUTS),
    ),
    input_messages=_input_messages,
    output_messages=_output_messages,
)
