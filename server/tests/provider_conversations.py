"""One conversation as each provider and framework writes it down, and what all of it must become."""

from __future__ import annotations

import json
from typing import Any

from threadline_server.model.span import Message

PNG = "iVBORw0KGgo="
DATA_URL = f"data:image/png;base64,{PNG}"
CITY = {"city": "Paris"}
CITY_TEXT = '{"city": "Paris"}'
WEATHER = {"degrees": 18}
WEATHER_TEXT = '{"degrees": 18}'
RULE = "Be brief."
ASKED = "How warm is it here?"
THOUGHT = "The picture shows Paris."
ANSWER = "18 degrees."

CONVERSATION = [
    Message("system", [{"type": "text", "text": RULE}]),
    Message(
        "user",
        [
            {"type": "text", "text": ASKED},
            {"type": "image", "media_type": "image/png", "data": PNG, "url": None},
        ],
    ),
    Message(
        "assistant",
        [
            {"type": "reasoning", "text": THOUGHT},
            {"type": "tool_call", "id": "c1", "name": "weather", "arguments": CITY},
        ],
    ),
    Message("tool", [{"type": "tool_result", "id": "c1", "result": WEATHER, "name": "weather"}]),
    Message("assistant", [{"type": "text", "text": ANSWER}]),
]

_OPENAI_CALL = {
    "id": "c1",
    "type": "function",
    "function": {"name": "weather", "arguments": CITY_TEXT},
}


def constructed(class_name: str, /, **fields: Any) -> dict[str, Any]:
    """A LangChain message as its callbacks serialize it."""
    path = ["langchain", "schema", "messages", class_name]
    return {"lc": 1, "type": "constructor", "id": path, "kwargs": fields}


WRITTEN: dict[str, Any] = {
    "openai_chat": {
        "model": "gpt-5",
        "messages": [
            {"role": "developer", "content": RULE},
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": ASKED},
                    {"type": "image_url", "image_url": {"url": DATA_URL, "detail": "low"}},
                ],
            },
            {
                "role": "assistant",
                "content": None,
                "reasoning_content": THOUGHT,
                "tool_calls": [_OPENAI_CALL],
                "refusal": None,
            },
            {"role": "tool", "tool_call_id": "c1", "content": WEATHER_TEXT},
            {"role": "assistant", "content": ANSWER},
        ],
    },
    "openai_responses": {
        "model": "gpt-5",
        "instructions": RULE,
        "input": [
            {
                "role": "user",
                "content": [
                    {"type": "input_text", "text": ASKED},
                    {"type": "input_image", "image_url": DATA_URL},
                ],
            },
            {
                "type": "reasoning",
                "id": "rs_1",
                "summary": [{"type": "summary_text", "text": THOUGHT}],
            },
            {
                "type": "function_call",
                "id": "fc_1",
                "call_id": "c1",
                "name": "weather",
                "arguments": CITY_TEXT,
                "status": "completed",
            },
            {"type": "function_call_output", "call_id": "c1", "output": WEATHER_TEXT},
            {
                "type": "message",
                "id": "msg_1",
                "role": "assistant",
                "status": "completed",
                "content": [{"type": "output_text", "text": ANSWER, "annotations": []}],
            },
        ],
    },
    "anthropic": {
        "model": "claude",
        "system": [{"type": "text", "text": RULE, "cache_control": {"type": "ephemeral"}}],
        "messages": [
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": ASKED},
                    {
                        "type": "image",
                        "source": {"type": "base64", "media_type": "image/png", "data": PNG},
                    },
                ],
            },
            {
                "role": "assistant",
                "content": [
                    {"type": "thinking", "thinking": THOUGHT, "signature": "s1"},
                    {"type": "tool_use", "id": "c1", "name": "weather", "input": CITY},
                ],
            },
            {
                "role": "user",
                "content": [
                    {
                        "type": "tool_result",
                        "tool_use_id": "c1",
                        "content": [{"type": "text", "text": WEATHER_TEXT}],
                        "is_error": False,
                    }
                ],
            },
            {"role": "assistant", "content": [{"type": "text", "text": ANSWER}]},
        ],
    },
    "gemini_camel": {
        "systemInstruction": {"parts": [{"text": RULE}]},
        "contents": [
            {
                "role": "user",
                "parts": [
                    {"text": ASKED},
                    {"inlineData": {"mimeType": "image/png", "data": PNG}},
                ],
            },
            {
                "role": "model",
                "parts": [
                    {"text": THOUGHT, "thought": True},
                    {
                        "functionCall": {"id": "c1", "name": "weather", "args": CITY},
                        "thoughtSignature": "s1",
                    },
                ],
            },
            {
                "role": "user",
                "parts": [
                    {
                        "functionResponse": {
                            "id": "c1",
                            "name": "weather",
                            "response": {"result": WEATHER},
                        }
                    }
                ],
            },
            {"role": "model", "parts": [{"text": ANSWER}]},
        ],
    },
    "gemini_snake": {
        "model": "gemini",
        "config": {"system_instruction": RULE},
        "contents": [
            {
                "role": "user",
                "parts": [
                    {"text": ASKED},
                    {"inline_data": {"mime_type": "image/png", "data": PNG}},
                ],
            },
            {
                "role": "model",
                "parts": [
                    {"text": THOUGHT, "thought": True},
                    {"function_call": {"id": "c1", "name": "weather", "args": CITY}},
                ],
            },
            {
                "role": "user",
                "parts": [
                    {"function_response": {"id": "c1", "name": "weather", "response": WEATHER}}
                ],
            },
            {"role": "model", "parts": [{"text": ANSWER, "video_metadata": None}]},
        ],
    },
    "bedrock": {
        "modelId": "nova",
        "system": [{"text": RULE}],
        "messages": [
            {
                "role": "user",
                "content": [
                    {"text": ASKED},
                    {"image": {"format": "png", "source": {"bytes": PNG}}},
                ],
            },
            {
                "role": "assistant",
                "content": [
                    {"reasoningContent": {"reasoningText": {"text": THOUGHT, "signature": "s"}}},
                    {"toolUse": {"toolUseId": "c1", "name": "weather", "input": CITY}},
                ],
            },
            {
                "role": "user",
                "content": [
                    {
                        "toolResult": {
                            "toolUseId": "c1",
                            "content": [{"json": WEATHER}],
                            "status": "success",
                        }
                    }
                ],
            },
            {"role": "assistant", "content": [{"text": ANSWER}]},
        ],
    },
    "langchain_callback": [
        [
            constructed("SystemMessage", content=RULE, type="system"),
            constructed(
                "HumanMessage",
                content=[
                    {"type": "text", "text": ASKED},
                    {"type": "image_url", "image_url": {"url": DATA_URL}},
                ],
                type="human",
            ),
            constructed(
                "AIMessage",
                content=[
                    {"type": "reasoning", "reasoning": THOUGHT},
                    {"type": "tool_use", "id": "c1", "name": "weather", "input": CITY},
                ],
                tool_calls=[{"name": "weather", "args": CITY, "id": "c1", "type": "tool_call"}],
                type="ai",
            ),
            constructed(
                "ToolMessage",
                content=WEATHER_TEXT,
                tool_call_id="c1",
                name="weather",
                status="success",
                type="tool",
            ),
            constructed("AIMessage", content=ANSWER, type="ai"),
        ]
    ],
    "langchain_state": {
        "messages": [
            {"type": "system", "content": RULE},
            {
                "type": "human",
                "content": [
                    {"type": "text", "text": ASKED},
                    {"type": "image", "base64": PNG, "mime_type": "image/png"},
                ],
            },
            {
                "type": "ai",
                "content": "",
                "additional_kwargs": {
                    "reasoning_content": THOUGHT,
                    "tool_calls": [_OPENAI_CALL],
                },
                "tool_calls": [{"name": "weather", "args": CITY, "id": "c1", "type": "tool_call"}],
            },
            {"type": "tool", "content": WEATHER_TEXT, "tool_call_id": "c1", "name": "weather"},
            {"type": "ai", "data": {"content": ANSWER}},
        ]
    },
    "llama_index": [
        {
            "role": "system",
            "additional_kwargs": {},
            "blocks": [{"block_type": "text", "text": RULE}],
        },
        {
            "role": "MessageRole.USER",
            "blocks": [
                {"block_type": "text", "text": ASKED},
                {"block_type": "image", "image": PNG, "image_mimetype": "image/png", "url": None},
            ],
        },
        {
            "role": "assistant",
            "blocks": [
                {"block_type": "thinking", "content": THOUGHT, "num_tokens": None},
                {
                    "block_type": "tool_call",
                    "tool_call_id": "c1",
                    "tool_name": "weather",
                    "tool_kwargs": CITY,
                },
            ],
        },
        {
            "role": "tool",
            "additional_kwargs": {"name": "weather", "tool_call_id": "c1"},
            "blocks": [{"block_type": "text", "text": WEATHER_TEXT}],
        },
        {"role": "assistant", "blocks": [{"block_type": "text", "text": ANSWER}]},
    ],
    "ai_sdk": [
        {"role": "system", "content": RULE},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": ASKED},
                {"type": "file", "data": PNG, "mediaType": "image/png"},
            ],
        },
        {
            "role": "assistant",
            "content": [
                {"type": "reasoning", "text": THOUGHT},
                {"type": "tool-call", "toolCallId": "c1", "toolName": "weather", "input": CITY},
            ],
        },
        {
            "role": "tool",
            "content": [
                {
                    "type": "tool-result",
                    "toolCallId": "c1",
                    "toolName": "weather",
                    "output": {"type": "json", "value": WEATHER},
                }
            ],
        },
        {"role": "assistant", "content": ANSWER},
    ],
    "ai_sdk_4": [
        {"role": "system", "content": RULE},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": ASKED},
                {"type": "image", "image": DATA_URL},
            ],
        },
        {
            "role": "assistant",
            "content": [
                {"type": "reasoning", "text": THOUGHT},
                {"type": "tool-call", "toolCallId": "c1", "toolName": "weather", "args": CITY},
            ],
        },
        {
            "role": "tool",
            "content": [
                {
                    "type": "tool-result",
                    "toolCallId": "c1",
                    "toolName": "weather",
                    "result": WEATHER,
                }
            ],
        },
        {"role": "assistant", "content": [{"type": "text", "text": ANSWER}]},
    ],
    "genai": [
        {"role": "system", "parts": [{"type": "text", "content": RULE}]},
        {
            "role": "user",
            "parts": [
                {"type": "text", "content": ASKED},
                {"type": "blob", "modality": "image", "mime_type": "image/png", "content": PNG},
            ],
        },
        {
            "role": "assistant",
            "parts": [
                {"type": "reasoning", "content": THOUGHT},
                {"type": "tool_call", "id": "c1", "name": "weather", "arguments": CITY},
            ],
            "finish_reason": "tool_call",
        },
        {
            "role": "tool",
            "parts": [{"type": "tool_call_response", "id": "c1", "response": WEATHER}],
        },
        {
            "role": "assistant",
            "parts": [{"type": "text", "content": ANSWER}],
            "finish_reason": "stop",
        },
    ],
    "pydantic_ai": [
        {
            "kind": "request",
            "parts": [
                {"part_kind": "system-prompt", "content": RULE},
                {
                    "part_kind": "user-prompt",
                    "content": [
                        ASKED,
                        {"kind": "binary", "data": PNG, "media_type": "image/png"},
                    ],
                },
            ],
        },
        {
            "kind": "response",
            "parts": [
                {"part_kind": "thinking", "content": THOUGHT, "signature": None},
                {
                    "part_kind": "tool-call",
                    "tool_name": "weather",
                    "args": CITY_TEXT,
                    "tool_call_id": "c1",
                },
            ],
        },
        {
            "kind": "request",
            "parts": [
                {
                    "part_kind": "tool-return",
                    "tool_name": "weather",
                    "content": WEATHER,
                    "tool_call_id": "c1",
                }
            ],
        },
        {"kind": "response", "parts": [{"part_kind": "text", "content": ANSWER}]},
    ],
    "mistral": {
        "model": "magistral",
        "messages": [
            {"role": "system", "content": RULE},
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": ASKED},
                    {"type": "image_url", "image_url": DATA_URL},
                ],
            },
            {
                "role": "assistant",
                "content": [{"type": "thinking", "thinking": [{"type": "text", "text": THOUGHT}]}],
                "tool_calls": [
                    {"id": "c1", "function": {"name": "weather", "arguments": CITY_TEXT}}
                ],
            },
            {"role": "tool", "tool_call_id": "c1", "name": "weather", "content": WEATHER_TEXT},
            {"role": "assistant", "content": ANSWER, "prefix": False},
        ],
    },
    "cohere": {
        "model": "command-a",
        "messages": [
            {"role": "system", "content": RULE},
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": ASKED},
                    {"type": "image_url", "image_url": {"url": DATA_URL}},
                ],
            },
            {"role": "assistant", "tool_plan": THOUGHT, "tool_calls": [_OPENAI_CALL]},
            {"role": "tool", "tool_call_id": "c1", "content": WEATHER_TEXT},
            {"role": "assistant", "content": [{"type": "text", "text": ANSWER}]},
        ],
    },
    "haystack": [
        {"role": "system", "content": [{"text": RULE}], "name": None, "meta": {}},
        {
            "role": "user",
            "content": [
                {"text": ASKED},
                {"image": {"base64_image": PNG, "mime_type": "image/png", "detail": None}},
            ],
            "name": None,
            "meta": {},
        },
        {
            "role": "assistant",
            "content": [
                {"reasoning": {"reasoning_text": THOUGHT, "extra": {}}},
                {"tool_call": {"tool_name": "weather", "arguments": CITY, "id": "c1"}},
            ],
            "meta": {"finish_reason": "tool_calls"},
        },
        {
            "role": "tool",
            "content": [
                {
                    "tool_call_result": {
                        "result": WEATHER_TEXT,
                        "error": False,
                        "origin": {"tool_name": "weather", "arguments": CITY, "id": "c1"},
                    }
                }
            ],
        },
        {"role": "assistant", "content": [{"text": ANSWER}]},
    ],
    "json_text_in_content": [
        {"role": "system", "content": json.dumps([{"type": "text", "text": RULE}])},
        {
            "role": "user",
            "content": json.dumps(
                [
                    {"type": "text", "text": ASKED},
                    {"type": "image_url", "image_url": {"url": DATA_URL}},
                ]
            ),
        },
        {
            "role": "assistant",
            "content": json.dumps(
                [
                    {"type": "thinking", "thinking": THOUGHT},
                    {"type": "tool_use", "id": "c1", "name": "weather", "input": CITY},
                ]
            ),
        },
        {
            "role": "user",
            "content": json.dumps(
                [{"type": "tool_result", "tool_use_id": "c1", "content": WEATHER_TEXT}]
            ),
        },
        {"role": "assistant", "content": ANSWER},
    ],
}
"""The conversation by the name of who writes it so."""
