"""One answer as each provider and framework gives it."""

from __future__ import annotations

from typing import Any

from provider_conversations import ANSWER, RULE, constructed

_SAID = {"type": "text", "text": ANSWER}

ANSWERED: dict[str, tuple[Any, str | None]] = {
    "openai_chat": (
        {
            "id": "chatcmpl-1",
            "choices": [
                {
                    "index": 0,
                    "finish_reason": "stop",
                    "message": {"role": "assistant", "content": ANSWER, "refusal": None},
                }
            ],
            "usage": {"total_tokens": 3},
        },
        "stop",
    ),
    "openai_completion": (
        {"choices": [{"index": 0, "text": ANSWER, "finish_reason": "stop", "logprobs": None}]},
        "stop",
    ),
    "openai_responses": (
        {
            "id": "resp_1",
            "object": "response",
            "instructions": RULE,
            "output": [{"type": "message", "id": "msg_1", "role": "assistant", "content": [_SAID]}],
        },
        None,
    ),
    "anthropic": (
        {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "content": [_SAID],
            "stop_reason": "end_turn",
        },
        "end_turn",
    ),
    "gemini": (
        {
            "candidates": [
                {"content": {"role": "model", "parts": [{"text": ANSWER}]}, "finishReason": "STOP"}
            ]
        },
        "STOP",
    ),
    "gemini_without_role": (
        {"candidates": [{"content": {"parts": [{"text": ANSWER}]}, "finish_reason": "STOP"}]},
        "STOP",
    ),
    "bedrock": (
        {
            "output": {"message": {"role": "assistant", "content": [{"text": ANSWER}]}},
            "stopReason": "end_turn",
        },
        "end_turn",
    ),
    "langchain_chat": (
        {
            "generations": [
                [
                    {
                        "text": ANSWER,
                        "generation_info": {"finish_reason": "stop"},
                        "message": constructed("AIMessage", content=ANSWER, type="ai"),
                    }
                ]
            ]
        },
        "stop",
    ),
    "langchain_text": ({"generations": [[{"text": ANSWER, "type": "Generation"}]]}, None),
    "llama_index": (
        {"message": {"role": "assistant", "blocks": [{"block_type": "text", "text": ANSWER}]}},
        None,
    ),
    "ollama_chat": (
        {
            "model": "llama",
            "message": {"role": "assistant", "content": ANSWER},
            "done_reason": "stop",
        },
        "stop",
    ),
    "ollama_generate": (
        {"model": "llama", "response": ANSWER, "done": True, "done_reason": "stop"},
        "stop",
    ),
    "cohere": (
        {
            "id": "c",
            "finish_reason": "COMPLETE",
            "message": {"role": "assistant", "content": [_SAID]},
        },
        "COMPLETE",
    ),
    "agent_development_kit": (
        {"content": {"role": "model", "parts": [{"text": ANSWER}]}, "finish_reason": "STOP"},
        "STOP",
    ),
    "streamed_choice": (
        {"choices": [{"delta": {"role": "assistant", "content": ANSWER}, "finish_reason": "stop"}]},
        "stop",
    ),
}
"""One answer as each provider gives it, and its word for why the model stopped."""
