"""Answers as the OpenAI chat completions API does, with constant token counts and no model behind it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "gpt-4o-mini-2024-07-18"
USAGE = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}


def answer_to(request: dict[str, Any]) -> dict[str, Any]:
    """Give the assistant's message: an echo, or a tool call where tools are offered and none ran."""
    last = request["messages"][-1]
    if request.get("tools") and last["role"] == "user":
        call = {"name": request["tools"][0]["function"]["name"], "arguments": '{"city":"Paris"}'}
        tool_call = {"id": "call_1", "type": "function", "function": call}
        return {"role": "assistant", "content": None, "tool_calls": [tool_call]}
    return {"role": "assistant", "content": f"Echo: {last['content']}"}


def completion(request: dict[str, Any]) -> dict[str, Any]:
    """Give a whole chat completion."""
    message = answer_to(request)
    reason = "tool_calls" if message.get("tool_calls") else "stop"
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": reason}
    head = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1_700_000_000}
    return {**head, "model": MODEL, "choices": [choice], "usage": USAGE}


def chunks(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give the same completion in pieces, its usage last if it was asked for."""
    head = {"id": "chatcmpl-2", "object": "chat.completion.chunk", "created": 1_700_000_000}
    head["model"] = MODEL
    yield {**head, "choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}}]}
    for word in answer_to(request)["content"].split(" "):
        yield {**head, "choices": [{"index": 0, "delta": {"content": word + " "}}]}
    yield {**head, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    if request.get("stream_options", {}).get("include_usage"):
        yield {**head, "choices": [], "usage": USAGE}


class Handler(BaseHTTPRequestHandler):
    """One request to the fake."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path != "/v1/chat/completions" or request["model"] == "no-such-model":
            message = f"The model `{request.get('model')}` does not exist"
            error = {"message": message, "type": "invalid_request_error", "code": "model_not_found"}
            self.answer(404, "application/json", json.dumps({"error": error}))
        elif request.get("stream"):
            lines = [f"data: {json.dumps(chunk)}\n\n" for chunk in chunks(request)]
            self.answer(200, "text/event-stream", "".join(lines) + "data: [DONE]\n\n")
        else:
            self.answer(200, "application/json", json.dumps(completion(request)))

    def answer(self, status: int, content_type: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - http.server's
        """Say nothing."""


@contextmanager
def fake_openai() -> Iterator[str]:
    """Serve the fake on a free port; give the base URL that OPENAI_BASE_URL takes."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
