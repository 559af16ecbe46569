"""Turn what an agent said and heard so far into the attributes of its next model call."""

from __future__ import annotations

import json
from collections.abc import Mapping
from random import Random
from typing import Any

from threadline_server.demo.models import MODELS, Usage, cost, tokens
from threadline_server.demo.story import Agent, ModelCall, Tool

CACHE_MINIMUM = 1024
"""Tokens below which no provider caches a prompt."""
CACHE_LIVES_NS = 300 * 1_000_000_000
"""How long a provider keeps a prompt in its cache since it was last read."""
ENVELOPE_TOKENS = 7
"""What a message costs beside its text: role and marks."""

Message = dict[str, Any]


def compact(value: Any) -> str:
    """JSON text as models are given it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _definition(tool: Tool) -> Message:
    properties = {name: {"type": kind} for name, kind in tool.parameters.items()}
    return {
        "type": "function",
        "name": tool.name,
        "description": tool.description,
        "parameters": {
            "type": "object",
            "properties": properties,
            "required": list(tool.parameters),
        },
    }


def usage_attributes(model_name: str, usage: Usage) -> dict[str, Any]:
    """Tokens and reported cost, under OpenTelemetry's GenAI names."""
    parts = {
        "gen_ai.usage.output_tokens": usage.output,
        "gen_ai.usage.cache_read.input_tokens": usage.cache_read,
        "gen_ai.usage.cache_creation.input_tokens": usage.cache_write,
        "gen_ai.usage.reasoning.output_tokens": usage.reasoning,
    }
    attributes: dict[str, Any] = {"gen_ai.usage.input_tokens": usage.input}
    attributes |= {key: count for key, count in parts.items() if count}
    dollars = cost(MODELS[model_name], usage)
    if dollars is not None:
        attributes["gen_ai.usage.input_cost"] = round(dollars[0], 8)
        attributes["gen_ai.usage.output_cost"] = round(dollars[1], 8)
    return attributes


class Conversation:
    """One agent's history, replayed whole to the model in every call as real agents do."""

    def __init__(self, agent: Agent, random: Random) -> None:
        self.agent = agent
        self.model = MODELS[agent.model]
        self._random = random
        self._definitions = compact([_definition(tool) for tool in agent.tools])
        self._fixed_tokens = tokens(agent.system) + tokens(self._definitions if agent.tools else "")
        self._messages: list[str] = []
        self._messages_tokens = 0
        self._cached_tokens = 0
        self._cached_until_ns = 0

    def _add(self, message: Message) -> None:
        text = compact(message)
        self._messages.append(text)
        self._messages_tokens += tokens(text) + ENVELOPE_TOKENS

    def hear(self, text: str) -> None:
        """A person, or the agent that delegated, says something."""
        self._add({"role": "user", "parts": [{"type": "text", "content": text}]})

    def receive(self, results: list[tuple[str, Any]]) -> None:
        """Tools answered: the id of each call with its result."""
        parts = [
            {"type": "tool_call_response", "id": call_id, "response": result}
            for call_id, result in results
        ]
        self._add({"role": "tool", "parts": parts})

    def identity(self, prefix: str, length: int = 20) -> str:
        """An id as providers make them."""
        alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz123456789"
        return prefix + "".join(self._random.choices(alphabet, k=length))

    def call(self, answer: ModelCall, now_ns: int) -> tuple[dict[str, Any], int, list[str]]:
        """Speak with the model: the span's attributes, how many ns it took, and the calls' ids.

        The answer joins the history.
        """
        call_ids = [self.identity("call_") for _ in answer.calls]
        parts = self._parts(answer, call_ids)
        finish = "tool_calls" if answer.calls else "stop"
        output = {"role": "assistant", "parts": parts, "finish_reason": finish}
        replayed = "[" + ",".join(self._messages) + "]"
        usage = self._usage(answer, compact(parts), now_ns)
        attributes: Mapping[str, Any] = {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": self.model.provider,
            "gen_ai.request.model": self.agent.model,
            "gen_ai.response.model": self.agent.model,
            "gen_ai.request.max_tokens": 4096,
            "gen_ai.request.temperature": 0.2,
            "gen_ai.response.id": self.identity(_response_prefix(self.model.provider)),
            "gen_ai.response.finish_reasons": [finish],
            "gen_ai.system_instructions": compact([{"type": "text", "content": self.agent.system}]),
            "gen_ai.input.messages": replayed,
            "gen_ai.output.messages": compact([output]),
            **({"gen_ai.tool.definitions": self._definitions} if self.agent.tools else {}),
            **usage_attributes(self.agent.model, usage),
        }
        took_ns = self._took_ns(usage)
        self._add({"role": "assistant", "parts": parts})
        self._remember(usage.input, now_ns + took_ns)
        return dict(attributes), took_ns, call_ids

    @staticmethod
    def _parts(answer: ModelCall, call_ids: list[str]) -> list[Message]:
        parts: list[Message] = []
        if answer.reasoning:
            parts.append({"type": "reasoning", "content": answer.reasoning})
        if answer.text:
            parts.append({"type": "text", "content": answer.text})
        parts += [
            {"type": "tool_call", "id": call_id, "name": call.name, "arguments": call.arguments}
            for call_id, call in zip(call_ids, answer.calls, strict=True)
        ]
        return parts

    def _usage(self, answer: ModelCall, written: str, now_ns: int) -> Usage:
        read_in = self._fixed_tokens + self._messages_tokens
        alive = now_ns <= self._cached_until_ns
        read = self._cached_tokens if alive else 0
        writes = self.model.write_factor > 0 and read_in >= CACHE_MINIMUM
        return Usage(
            input=read_in,
            output=tokens(written),
            cache_read=read,
            cache_write=read_in - read if writes else 0,
            reasoning=tokens(answer.reasoning),
        )

    def _remember(self, read_in: int, now_ns: int) -> None:
        """What was just sent can be read from the cache next time; OpenAI counts it in steps."""
        step = 1 if self.model.write_factor else 128
        self._cached_tokens = read_in // step * step if read_in >= CACHE_MINIMUM else 0
        self._cached_until_ns = now_ns + CACHE_LIVES_NS

    def _took_ns(self, usage: Usage) -> int:
        first_ms = self.model.first_token_ms * self._random.uniform(0.75, 1.5)
        reading_ms = (usage.input - usage.cache_read) / 12
        writing_ms = usage.output * 1000 / self.model.tokens_per_second
        return round((first_ms + reading_ms + writing_ms * self._random.uniform(0.9, 1.15)) * 1e6)


def _response_prefix(provider: str) -> str:
    return {"anthropic": "msg_01", "openai": "resp_"}.get(provider, "chatcmpl-")
