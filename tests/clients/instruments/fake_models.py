"""Answers as the APIs of providers do, OpenAI's, Anthropic's, Gemini's and others, with no model behind them.

Every answer is an echo of the last message, or a call of the first tool that is offered while none
has run, and costs 11 tokens in and 7 out. Who asks for reasoning gets a thought, at 5 tokens more;
who asks for a cache finds 4 of the 11 in it, with Anthropic 100 more that are written at first and
read after. A model with `no-such-model` in its name does not exist.
"""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import fake_openai

Json = dict[str, Any]
Events = Iterator[tuple[str, Json]]
INPUT_TOKENS, OUTPUT_TOKENS = 11, 7
OPENAI_MODEL = fake_openai.MODEL
CLAUDE = "claude-sonnet-4-5-20250929"
GEMINI = "gemini-2.5-flash"
ARGUMENTS = {"city": "Paris"}
THOUGHT = "Paris is the capital of France."
REASONING_TOKENS, CACHED_TOKENS, CLAUDE_CACHED_TOKENS = 5, 4, 100


def text_of(content: Any) -> str:
    """Give the text of a message's content, whatever shape it has."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return " ".join(filter(None, map(text_of, content)))
    if isinstance(content, dict):
        keys = ("text", "content", "output", "functionResponse", "response", "result")
        return text_of(next((content[key] for key in keys if content.get(key)), None))
    return ""


def answering(model: str) -> str:
    """Give the model that answers where one is asked: a dated one for that which has an alias."""
    return OPENAI_MODEL if model == "gpt-4o-mini" else model


def chat(request: Json) -> Json:
    """Give a chat completion."""
    reasoning = REASONING_TOKENS if request.get("reasoning_effort") else 0
    cached = CACHED_TOKENS if request.get("prompt_cache_key") else 0
    usage = {
        "prompt_tokens": INPUT_TOKENS,
        "completion_tokens": OUTPUT_TOKENS + reasoning,
        "total_tokens": INPUT_TOKENS + OUTPUT_TOKENS + reasoning,
        "prompt_tokens_details": {"cached_tokens": cached},
        "completion_tokens_details": {"reasoning_tokens": reasoning},
    }
    spoken = {**request, "messages": [*request["messages"]]}
    last = spoken["messages"][-1]
    if last["role"] == "user":
        spoken["messages"][-1] = {**last, "content": text_of(last["content"])}
    whole = fake_openai.completion(spoken)
    return {**whole, "model": answering(request["model"]), "usage": usage}


def chat_chunks(request: Json) -> Events:
    """Give a chat completion in pieces, a call's arguments in two."""
    whole = chat(request)
    (choice,) = whole["choices"]
    deltas: list[Json] = [{"role": "assistant", "content": ""}]
    for index, call in enumerate(choice["message"].get("tool_calls", ())):
        given = call["function"]["arguments"]
        begun = {**call["function"], "arguments": given[:5]}
        deltas.append({"tool_calls": [{"index": index, **call, "function": begun}]})
        deltas.append({"tool_calls": [{"index": index, "function": {"arguments": given[5:]}}]})
    if choice["message"]["content"]:
        deltas += [
            {"content": word} for word in re.findall(r"\S+\s*", choice["message"]["content"])
        ]
    head = {**whole, "object": "chat.completion.chunk", "usage": None}
    for delta in deltas:
        yield "", {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
    ended = {"index": 0, "delta": {}, "finish_reason": choice["finish_reason"]}
    yield "", {**head, "choices": [ended]}
    if request.get("stream_options", {}).get("include_usage"):
        yield "", {**head, "choices": [], "usage": whole["usage"]}


def response(request: Json) -> Json:
    """Give an answer of the Responses API."""
    given = request["input"]
    last = given if isinstance(given, str) else given[-1]
    ran = isinstance(last, dict) and last.get("type") == "function_call_output"
    if request.get("tools") and not ran:
        call = {"name": request["tools"][0]["name"], "arguments": json.dumps(ARGUMENTS)}
        item = {"type": "function_call", "id": "fc_1", "call_id": "call_1", **call}
    else:
        part = {"type": "output_text", "text": f"Echo: {text_of(last)}", "annotations": []}
        item = {"type": "message", "id": "msg_1", "role": "assistant", "content": [part]}
    reasoning = REASONING_TOKENS if request.get("reasoning") else 0
    cached = CACHED_TOKENS if request.get("prompt_cache_key") else 0
    usage = {
        "input_tokens": INPUT_TOKENS,
        "input_tokens_details": {"cached_tokens": cached, "cache_write_tokens": 0},
        "output_tokens": OUTPUT_TOKENS + reasoning,
        "output_tokens_details": {"reasoning_tokens": reasoning},
        "total_tokens": INPUT_TOKENS + OUTPUT_TOKENS + reasoning,
    }
    thought = {
        "type": "reasoning",
        "id": "rs_1",
        "encrypted_content": None,
        "summary": [{"type": "summary_text", "text": THOUGHT}],
    }
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1_700_000_000,
        "status": "completed",
        "model": answering(request["model"]),
        "output": [*([thought] if reasoning else []), {**item, "status": "completed"}],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": request.get("tools") or [],
        "usage": usage,
    }


def response_events(request: Json) -> Events:
    """Give an answer of the Responses API in pieces."""
    whole = response(request)
    begun = {**whole, "status": "in_progress", "output": [], "usage": None}
    events: list[Json] = [{"type": "response.created", "response": begun}]
    for index, item in enumerate(whole["output"]):
        at = {"output_index": index, "item": item}
        events.append({"type": "response.output_item.added", **at})
        for part in item.get("summary", ()):
            place = {"item_id": item["id"], "output_index": index, "summary_index": 0}
            said = {"type": "response.reasoning_summary_text.delta", "delta": part["text"]}
            events.append({**said, **place})
        for part in item.get("content", ()):
            place = {"item_id": item["id"], "output_index": index, "content_index": 0}
            said = {"delta": part["text"], "logprobs": []}
            events.append({"type": "response.output_text.delta", **place, **said})
        events.append({"type": "response.output_item.done", **at})
    events.append({"type": "response.completed", "response": whole})
    for number, event in enumerate(events):
        yield event["type"], {**event, "sequence_number": number}


def message(request: Json) -> Json:
    """Give a message of Anthropic's API."""
    last = request["messages"][-1]
    content = last["content"] if isinstance(last["content"], list) else []
    ran = any(block.get("type") == "tool_result" for block in content)
    if request.get("tools") and not ran:
        name = request["tools"][0]["name"]
        block: Json = {"type": "tool_use", "id": "toolu_1", "name": name, "input": ARGUMENTS}
    else:
        block = {"type": "text", "text": f"Echo: {text_of(last['content'])}"}
    blocks = [block]
    usage = {"input_tokens": INPUT_TOKENS, "output_tokens": OUTPUT_TOKENS}
    if request.get("thinking", {}).get("type") in {"enabled", "adaptive"}:
        blocks.insert(0, {"type": "thinking", "thinking": THOUGHT, "signature": "c2lnbmVk"})
        usage["output_tokens"] += REASONING_TOKENS
    if '"cache_control"' in json.dumps(request):
        first = all(said["role"] == "user" for said in request["messages"])
        usage["cache_creation_input_tokens"] = CLAUDE_CACHED_TOKENS if first else 0
        usage["cache_read_input_tokens"] = 0 if first else CLAUDE_CACHED_TOKENS
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": CLAUDE,
        "content": blocks,
        "stop_reason": "tool_use" if block["type"] == "tool_use" else "end_turn",
        "stop_sequence": None,
        "usage": usage,
    }


def block_deltas(block: Json) -> tuple[Json, list[Json]]:
    """Give a block of a message as it begins, and the pieces that make it whole."""
    if block["type"] == "thinking":
        pieces = [{"type": "thinking_delta", "thinking": block["thinking"]}]
        pieces.append({"type": "signature_delta", "signature": block["signature"]})
        return {**block, "thinking": "", "signature": ""}, pieces
    if block["type"] == "tool_use":
        given = json.dumps(block["input"])
        pieces = [{"type": "input_json_delta", "partial_json": given[at : at + 5]} for at in (0, 5)]
        pieces[-1]["partial_json"] = given[5:]
        return {**block, "input": {}}, pieces
    words = re.findall(r"\S+\s*", block["text"])
    return {**block, "text": ""}, [{"type": "text_delta", "text": word} for word in words]


def message_events(request: Json) -> Events:
    """Give a message of Anthropic's API in pieces."""
    whole = message(request)
    begun = {**whole, "content": [], "stop_reason": None}
    begun["usage"] = {**whole["usage"], "output_tokens": 1}
    events: list[Json] = [{"type": "message_start", "message": begun}]
    for index, block in enumerate(whole["content"]):
        at = {"index": index}
        empty, pieces = block_deltas(block)
        events.append({"type": "content_block_start", **at, "content_block": empty})
        events += [{"type": "content_block_delta", **at, "delta": piece} for piece in pieces]
        events.append({"type": "content_block_stop", **at})
    ended = {"stop_reason": whole["stop_reason"], "stop_sequence": None}
    used = {"output_tokens": whole["usage"]["output_tokens"]}
    events.append({"type": "message_delta", "delta": ended, "usage": used})
    events.append({"type": "message_stop"})
    for event in events:
        yield event["type"], event


def content(request: Json) -> Json:
    """Give an answer of Gemini's API."""
    parts = request["contents"][-1]["parts"]
    ran = any("functionResponse" in part for part in parts)
    tools = request.get("tools") or []
    if tools and not ran:
        name = tools[0]["functionDeclarations"][0]["name"]
        part: Json = {"functionCall": {"name": name, "args": ARGUMENTS}}
    else:
        part = {"text": f"Echo: {text_of(parts)}"}
    said = [part]
    usage = {
        "promptTokenCount": INPUT_TOKENS,
        "candidatesTokenCount": OUTPUT_TOKENS,
        "totalTokenCount": INPUT_TOKENS + OUTPUT_TOKENS,
    }
    thinking = request.get("generationConfig", {}).get("thinkingConfig", {})
    if thinking.get("includeThoughts") or thinking.get("include_thoughts"):
        said.insert(0, {"text": THOUGHT, "thought": True})
        usage["thoughtsTokenCount"] = REASONING_TOKENS
        usage["totalTokenCount"] += REASONING_TOKENS
    if request.get("cachedContent"):
        usage["cachedContentTokenCount"] = CACHED_TOKENS
    candidate = {"content": {"role": "model", "parts": said}, "finishReason": "STOP", "index": 0}
    return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": GEMINI}


def content_events(request: Json) -> Events:
    """Give an answer of Gemini's API as a stream of one."""
    yield "", content(request)


def converse(request: Json) -> Json:
    """Give an answer of Bedrock's Converse API."""
    last = request["messages"][-1]["content"]
    return {
        "output": {
            "message": {"role": "assistant", "content": [{"text": f"Echo: {text_of(last)}"}]}
        },
        "stopReason": "end_turn",
        "usage": {
            "inputTokens": INPUT_TOKENS,
            "outputTokens": OUTPUT_TOKENS,
            "totalTokens": INPUT_TOKENS + OUTPUT_TOKENS,
        },
        "metrics": {"latencyMs": 1},
    }


def ollama_chat(request: Json) -> Json:
    """Give an answer of Ollama's API."""
    last = request["messages"][-1]["content"]
    return {
        "model": request["model"],
        "created_at": "2026-01-01T00:00:00Z",
        "message": {"role": "assistant", "content": f"Echo: {last}"},
        "done": True,
        "done_reason": "stop",
        "prompt_eval_count": INPUT_TOKENS,
        "eval_count": OUTPUT_TOKENS,
    }


def cohere_chat(request: Json) -> Json:
    """Give an answer of Cohere's second API."""
    part = {"type": "text", "text": f"Echo: {request['messages'][-1]['content']}"}
    tokens = {"input_tokens": INPUT_TOKENS, "output_tokens": OUTPUT_TOKENS}
    return {
        "id": "chat_1",
        "finish_reason": "COMPLETE",
        "message": {"role": "assistant", "content": [part]},
        "usage": {"billed_units": tokens, "tokens": tokens},
    }


WHOLE: dict[str, Callable[[Json], Json]] = {
    r"(?:/openai)?/v1/chat/completions": chat,
    r"/api/chat": ollama_chat,
    r"/v2/chat": cohere_chat,
    r"/v1/responses": response,
    r"/v1/messages": message,
    r"/v1(?:beta)?/models/[^:]+:generateContent": content,
    r"/model/[^/]+/converse": converse,
}
IN_PIECES: dict[str, Callable[[Json], Events]] = {
    r"/v1/chat/completions": chat_chunks,
    r"/v1/responses": response_events,
    r"/v1/messages": message_events,
    r"/v1(?:beta)?/models/[^:]+:streamGenerateContent": content_events,
}
MISSING = {
    "type": "error",  # Anthropic's shape and OpenAI's at once
    "error": {
        "type": "not_found_error",
        "code": "model_not_found",
        "message": "The model `no-such-model` does not exist",
    },
}


class Handler(BaseHTTPRequestHandler):
    """One request to the fakes."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        path = self.path.partition("?")[0]
        in_pieces = request.get("stream") or "stream" in path
        routes: dict[str, Callable[[Json], Any]] = IN_PIECES if in_pieces else WHOLE
        answer = next((routes[each] for each in routes if re.fullmatch(each, path)), None)
        if answer is None or "no-such-model" in f"{request.get('model')} {path}":
            self.reply(404, "application/json", json.dumps(MISSING))
        elif in_pieces:
            lines = [
                (f"event: {name}\n" if name else "") + f"data: {json.dumps(event)}\n\n"
                for name, event in answer(request)
            ]
            done = "data: [DONE]\n\n" if "completions" in path else ""
            self.reply(200, "text/event-stream", "".join(lines) + done)
        else:
            self.reply(200, "application/json", json.dumps(answer(request)))

    def reply(self, status: int, content_type: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - http.server's
        """Say nothing."""


@contextmanager
def fake_models() -> Iterator[str]:
    """Serve the fakes on a free port; give the URL without a path."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def settings(url: str) -> dict[str, str]:
    """Give the variables by which the packages find the fakes, and tell nobody else of their use."""
    return {
        "OPENAI_BASE_URL": f"{url}/v1",
        "OPENAI_API_BASE": f"{url}/v1",
        "OPENAI_API_KEY": "no-secret",
        "ANTHROPIC_BASE_URL": url,
        "ANTHROPIC_API_KEY": "no-secret",
        "GOOGLE_GEMINI_BASE_URL": url,
        "GEMINI_API_KEY": "no-secret",
        "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": url,
        "AWS_ACCESS_KEY_ID": "no-secret",
        "AWS_SECRET_ACCESS_KEY": "no-secret",
        "AWS_DEFAULT_REGION": "us-east-1",
        "CREWAI_DISABLE_TELEMETRY": "true",
        "CREWAI_TRACING_ENABLED": "false",
        "LANGSMITH_TRACING": "false",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    }
