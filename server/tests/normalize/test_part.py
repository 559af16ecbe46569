"""Every kind of part that a provider knows becomes one of ours."""

from __future__ import annotations

from typing import Any

import pytest

from threadline_server.normalize.messages import messages_of
from threadline_server.normalize.parts.part import parts_of

PDF = "JVBERi0="
WAV = "UklGRg=="


def media(kind: str, media_type: str | None, data: str | None, url: str | None, **more: Any) -> Any:
    return {"type": kind, "media_type": media_type, "data": data, "url": url, **more}


PDF_PART = media("file", "application/pdf", PDF, None, name="a.pdf")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(
            {"type": "file", "file": {"file_data": f"data:application/pdf;base64,{PDF}",
                                      "filename": "a.pdf"}},
            PDF_PART, id="file of OpenAI chat",
        ),
        pytest.param(
            {"type": "input_file", "filename": "a.pdf",
             "file_data": f"data:application/pdf;base64,{PDF}"},
            PDF_PART, id="file of OpenAI Responses",
        ),
        pytest.param(
            {"type": "document", "title": "a.pdf",
             "source": {"type": "base64", "media_type": "application/pdf", "data": PDF}},
            PDF_PART, id="document of Anthropic",
        ),
        pytest.param(
            {"document": {"format": "pdf", "name": "a.pdf", "source": {"bytes": PDF}}},
            PDF_PART, id="document of Bedrock",
        ),
        pytest.param(
            {"inlineData": {"mimeType": "application/pdf", "data": PDF, "displayName": "a.pdf"}},
            PDF_PART, id="inline data of Gemini",
        ),
        pytest.param(
            {"type": "file", "mediaType": "application/pdf", "data": PDF, "filename": "a.pdf"},
            PDF_PART, id="file of the AI SDK",
        ),
        pytest.param(
            {"type": "file", "base64": PDF, "mime_type": "application/pdf", "filename": "a.pdf"},
            PDF_PART, id="file of LangChain",
        ),
        pytest.param(
            {"type": "input_file", "file_id": "file-1"},
            media("file", None, None, None, file_id="file-1"), id="file in the provider's store",
        ),
        pytest.param(
            {"type": "file", "modality": "image", "mime_type": "image/png", "file_id": "file-1"},
            media("image", "image/png", None, None, file_id="file-1"), id="file of GenAI",
        ),
        pytest.param(
            {"fileData": {"mimeType": "video/mp4", "fileUri": "gs://b/film.mp4"}},
            media("file", "video/mp4", None, "gs://b/film.mp4"), id="film of Gemini",
        ),
        pytest.param(
            {"type": "document", "source": {"type": "text", "media_type": "text/plain",
                                            "data": "dear all"}},
            media("file", "text/plain", None, None, text="dear all"), id="document of plain text",
        ),
        pytest.param(
            {"type": "document", "source": {"type": "content",
                                            "content": [{"type": "text", "text": "dear"}]}},
            media("file", None, None, None, parts=[{"type": "text", "text": "dear"}]),
            id="document of parts",
        ),
        pytest.param(
            {"type": "input_audio", "input_audio": {"data": WAV, "format": "wav"}},
            media("audio", "audio/wav", WAV, None), id="audio of OpenAI",
        ),
        pytest.param(
            {"inline_data": {"mime_type": "audio/wav", "data": WAV}},
            media("audio", "audio/wav", WAV, None), id="audio of Gemini",
        ),
        pytest.param(
            {"type": "image", "source": {"type": "url", "url": "https://a.example/i.png"}},
            media("image", None, None, "https://a.example/i.png"), id="image elsewhere, Anthropic",
        ),
        pytest.param(
            {"type": "image", "image": "https://a.example/i.png"},
            media("image", None, None, "https://a.example/i.png"), id="image elsewhere, AI SDK",
        ),
        pytest.param(
            {"type": "uri", "modality": "image", "uri": "https://a.example/i.png"},
            media("image", None, None, "https://a.example/i.png"), id="image elsewhere, GenAI",
        ),
        pytest.param(
            {"type": "image", "image": {"image": {"url": "https://a.example/i.png"}}},
            media("image", None, None, "https://a.example/i.png"), id="image of OpenInference",
        ),
        pytest.param(
            {"type": "refusal", "refusal": "No."},
            {"type": "refusal", "text": "No."}, id="refusal",
        ),
        pytest.param(
            {"type": "redacted_thinking", "data": "c2VjcmV0"},
            {"type": "reasoning", "text": "", "encrypted": "c2VjcmV0"}, id="thoughts not shown",
        ),
        pytest.param(
            {"reasoningContent": {"redactedContent": "c2VjcmV0"}},
            {"type": "reasoning", "text": "", "encrypted": "c2VjcmV0"},
            id="thoughts that Bedrock does not show",
        ),
        pytest.param(
            {"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {"query": "q"}},
            {"type": "tool_call", "id": "s1", "name": "web_search", "arguments": {"query": "q"}},
            id="tool that Anthropic runs",
        ),
        pytest.param(
            {"type": "web_search_tool_result", "tool_use_id": "s1",
             "content": [{"type": "web_search_result", "url": "https://a.example"}]},
            {"type": "tool_result", "id": "s1",
             "result": [{"type": "web_search_result", "url": "https://a.example"}]},
            id="result of a tool that Anthropic runs",
        ),
        pytest.param(
            {"executableCode": {"language": "PYTHON", "code": "1+1"}},
            {"type": "tool_call", "id": None, "name": "code_execution",
             "arguments": {"language": "PYTHON", "code": "1+1"}},
            id="code that Gemini runs",
        ),
        pytest.param(
            {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "2"}},
            {"type": "tool_result", "id": None, "name": "code_execution", "result": "2"},
            id="result of code that Gemini runs",
        ),
        pytest.param(
            {"type": "custom_tool_call", "call_id": "c", "name": "sql", "input": "SELECT 1"},
            {"type": "tool_call", "id": "c", "name": "sql", "arguments": "SELECT 1"},
            id="tool that takes free text",
        ),
        pytest.param(
            {"type": "tool_result", "tool_use_id": "c",
             "content": [{"type": "text", "text": "look"},
                         {"type": "image", "source": {"type": "base64", "media_type": "image/png",
                                                      "data": "iVBO"}}]},
            {"type": "tool_result", "id": "c", "result": None,
             "parts": [{"type": "text", "text": "look"}, media("image", "image/png", "iVBO", None)]},
            id="result with an image",
        ),
        pytest.param(
            {"type": "computer_call_output", "call_id": "c",
             "output": {"type": "computer_screenshot", "image_url": "https://a.example/s.png"}},
            {"type": "tool_result", "id": "c", "result": None,
             "parts": [media("image", None, None, "https://a.example/s.png")]},
            id="screenshot",
        ),
        pytest.param(
            {"type": "tool-result", "toolCallId": "c", "toolName": "t",
             "output": {"type": "text", "value": "done"}},
            {"type": "tool_result", "id": "c", "name": "t", "result": "done"},
            id="AI SDK's text result",
        ),
        pytest.param(
            {"type": "tool-result", "toolCallId": "c", "toolName": "t",
             "output": {"type": "error-text", "value": "broke"}},
            {"type": "tool_result", "id": "c", "name": "t", "error": True, "result": "broke"},
            id="AI SDK's failed result",
        ),
        pytest.param(
            {"type": "tool-result", "toolCallId": "c", "toolName": "t",
             "output": {"type": "content", "value": [{"type": "text", "text": "done"}]}},
            {"type": "tool_result", "id": "c", "name": "t", "result": "done"},
            id="AI SDK's result of parts",
        ),
        pytest.param(
            {"type": "function_call_output", "call_id": "c",
             "output": {"content": [{"type": "text", "text": "done"}], "isError": True}},
            {"type": "tool_result", "id": "c", "error": True, "result": "done"},
            id="result by the Model Context Protocol",
        ),
        pytest.param(
            {"functionResponse": {"name": "t", "response": {"error": "broke"}}},
            {"type": "tool_result", "id": None, "name": "t", "result": "broke", "error": True},
            id="failed function of Gemini",
        ),
        pytest.param(
            {"type": "tool_result", "tool_use_id": "c", "content": "007"},
            {"type": "tool_result", "id": "c", "result": "007"}, id="digits that are text",
        ),
    ],
)  # fmt: skip
def test_a_part_of_any_provider_becomes_one_of_ours(value: Any, expected: Any) -> None:
    assert parts_of(value) == [expected]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(
            {"type": "code_interpreter_call", "id": "ci", "status": "completed", "code": "1+1",
             "container_id": "cn", "outputs": [{"type": "logs", "logs": "2"}]},
            [
                {"type": "tool_call", "id": "ci", "name": "code_interpreter",
                 "arguments": {"code": "1+1", "container_id": "cn"},
                 "extra": {"status": "completed"}},
                {"type": "tool_result", "id": "ci", "name": "code_interpreter",
                 "result": [{"type": "logs", "logs": "2"}]},
            ],
            id="code interpreter",
        ),
        pytest.param(
            {"type": "mcp_call", "id": "mcp", "name": "roll", "server_label": "dice",
             "arguments": '{"n": 2}', "output": "7", "error": None},
            [
                {"type": "tool_call", "id": "mcp", "name": "roll", "arguments": {"n": 2},
                 "extra": {"server_label": "dice"}},
                {"type": "tool_result", "id": "mcp", "name": "roll", "result": "7"},
            ],
            id="tool behind the Model Context Protocol",
        ),
        pytest.param(
            {"type": "image_generation_call", "id": "ig", "status": "completed",
             "revised_prompt": "a cat", "result": "iVBO"},
            [
                {"type": "tool_call", "id": "ig", "name": "image_generation",
                 "arguments": {"revised_prompt": "a cat"}, "extra": {"status": "completed"}},
                {"type": "tool_result", "id": "ig", "name": "image_generation", "result": None,
                 "parts": [media("image", "image/png", "iVBO", None)]},
            ],
            id="image generation",
        ),
        pytest.param(
            {"type": "file_search_call", "id": "fs", "status": "completed", "queries": ["q"],
             "results": None},
            [{"type": "tool_call", "id": "fs", "name": "file_search",
              "arguments": {"queries": ["q"]}, "extra": {"status": "completed"}}],
            id="file search",
        ),
        pytest.param(
            {"type": "tool-weather", "toolCallId": "c", "state": "output-available",
             "input": {"city": "Paris"}, "output": {"degrees": 18}},
            [
                {"type": "tool_call", "id": "c", "name": "weather", "arguments": {"city": "Paris"},
                 "extra": {"state": "output-available"}},
                {"type": "tool_result", "id": "c", "name": "weather", "result": {"degrees": 18}},
            ],
            id="call in a message of the AI SDK's page",
        ),
    ],
)  # fmt: skip
def test_a_call_that_holds_its_result_becomes_both(value: Any, expected: Any) -> None:
    assert parts_of(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        {"type": "hologram", "beam": 1},
        {"type": "text", "text": {"deep": 1}, "lang": "en"},
        {"type": "image"},
        {"type": "file", "path": "a.txt", "size": 3},
        {"cachePoint": {"type": "default"}},
        {"type": ["text"], "text": "x"},
        12,
        None,
        [["nested"]],
    ],
)
def test_what_is_not_understood_is_shown_as_it_came(value: Any) -> None:
    assert parts_of(value) == [{"type": "other", "value": value}]


def test_data_that_looks_like_parts_stays_the_result() -> None:
    rows = [{"text": "first", "score": 0.5}, {"text": "second", "score": 0.25}]
    assert parts_of({"type": "tool_result", "tool_use_id": "c", "content": rows}) == [
        {"type": "tool_result", "id": "c", "result": rows}
    ]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        pytest.param(
            {"role": "assistant", "content": None, "refusal": "No."},
            [{"type": "refusal", "text": "No."}], id="refusal",
        ),
        pytest.param(
            {"role": "assistant", "content": None,
             "audio": {"id": "audio_1", "data": WAV, "transcript": "hello", "expires_at": 1}},
            [media("audio", None, WAV, None, file_id="audio_1", transcript="hello",
                   extra={"expires_at": 1})],
            id="answer in sound",
        ),
        pytest.param(
            {"role": "assistant", "audio": {"id": "audio_1"}},
            [media("audio", None, None, None, file_id="audio_1")], id="answer in sound, referred to",
        ),
        pytest.param(
            {"role": "assistant", "function_call": {"name": "f", "arguments": '{"a": 1}'}},
            [{"type": "tool_call", "id": None, "name": "f", "arguments": {"a": 1}}],
            id="function call before tools",
        ),
        pytest.param(
            {"role": "assistant", "tool_calls": [
                {"id": "c", "type": "custom", "custom": {"name": "sql", "input": "SELECT 1"}}]},
            [{"type": "tool_call", "id": "c", "name": "sql", "arguments": "SELECT 1"}],
            id="custom tool",
        ),
        pytest.param(
            {"role": "user", "content": "what is it?", "images": ["iVBO"]},
            [{"type": "text", "text": "what is it?"}, media("image", None, "iVBO", None)],
            id="images of Ollama",
        ),
        pytest.param(
            {"role": "assistant", "content": '{"answer": 4}', "parsed": {"answer": 4}},
            [{"type": "json", "value": {"answer": 4}}], id="structured output",
        ),
        pytest.param(
            {"role": "user", "content": '{"answer": 4}'},
            [{"type": "text", "text": '{"answer": 4}'}], id="JSON that a user wrote",
        ),
        pytest.param(
            {"role": "assistant", "content": "[1] says so"},
            [{"type": "text", "text": "[1] says so"}], id="text in brackets",
        ),
        pytest.param(
            {"role": "assistant", "content": "hi", "parts": [{"type": "text", "text": "hi"}]},
            [{"type": "text", "text": "hi"}], id="said twice",
        ),
    ],
)  # fmt: skip
def test_what_a_message_says_beside_its_content_is_a_part(message: Any, expected: Any) -> None:
    found = messages_of([message])
    assert found is not None
    assert found[0].parts == expected
    assert found[0].extra == {}
