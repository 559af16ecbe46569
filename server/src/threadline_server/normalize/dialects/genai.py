"""Read the `gen_ai.*` attributes of OpenTelemetry's GenAI conventions, current and older."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from threadline_server.model.attributes import Attributes, AttributeValue
from threadline_server.model.span import Message, SpanType
from threadline_server.normalize.dialects.dialect import Dialect, Payload
from threadline_server.normalize.flattened import unflattened
from threadline_server.normalize.json_text import parsed
from threadline_server.normalize.kind import of_operation
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.messages import joined, messages_of, of_attribute
from threadline_server.normalize.numbers import dollars, seconds
from threadline_server.normalize.source import carrying, charged, counted, named

_PROMPT = "gen_ai.prompt."
_COMPLETION = "gen_ai.completion."
_LITELLM_CALL = "gen_ai.completion.0.function_call.name"
"""LiteLLM has a tool call here alone, and beside it a message without parts."""
_NOBODY = '"unknown"'
_FRAMEWORKS = frozenset({"langchain", "langgraph", "strands-agents"})
_APIS = frozenset(
    {
        *("chat", "completion", "embedding", "generative-ai", "image", "messages", "responses"),
        *("speech", "transcription"),
    }
)
"""The API of a provider with which the AI SDK ends its name, in these keys too: `openai.chat`."""
_HEAD = 40
"""Characters within which a list of messages says who speaks first."""


def _is_tool_call(_: AttributeValue) -> SpanType:
    """What names a tool, or carries its arguments or result, is a tool's span."""
    return "tool"


_FIRST = ("0.role", "0.content", "0.message.role", "0.message.content")
"""Keys one of which a flattened list begins with; LangSmith's documents have `message` in them."""


def _flattened(prefix: str) -> Callable[[Attributes], Payload | None]:
    first = tuple(prefix + name for name in _FIRST)

    def read(attributes: Attributes) -> Payload | None:
        if any(key in attributes for key in first):
            return prefix.rstrip("."), unflattened(attributes, prefix)
        return None

    return read


def _told(value: AttributeValue) -> Sequence[Message]:
    """System instructions as the message that they are; Gemini CLI writes them as a JSON string."""
    said = parsed(value) if isinstance(value, str) and value.startswith('"') else value
    return messages_of([{"role": "system", "content": said}]) or []


def _input_messages(attributes: Attributes) -> Sequence[Message] | None:
    """What was asked; system instructions are a message of their own, ahead of the others."""
    sent = attributes.get("gen_ai.input.messages")
    found = of_attribute(sent)
    if found is None:
        found = messages_of(unflattened(attributes, _PROMPT))
    if found is None or (told := attributes.get("gen_ai.system_instructions")) is None:
        return found
    first = _told(told)
    if _begins_so(sent, found, first):
        return found
    return joined(first, found)


def _begins_so(sent: AttributeValue, found: Sequence[Message], told: Sequence[Message]) -> bool:
    """Whether the messages have the instructions in them already, as OpenLIT sends them."""
    if not found or not told or (isinstance(sent, str) and '"system"' not in sent[:_HEAD]):
        return False
    return found[0].role == "system" and found[0].parts == told[0].parts


def _output_messages(attributes: Attributes) -> Sequence[Message] | None:
    sent = attributes.get("gen_ai.output.messages")
    found = of_attribute(sent)
    if found is None:
        return _completions(attributes)
    if _LITELLM_CALL in attributes and not any(message.parts for message in found):
        return _completions(attributes) or found
    if isinstance(sent, str) and _NOBODY in sent:
        return [_spoken(message) for message in found]
    return found


def _completions(attributes: Attributes) -> Sequence[Message] | None:
    """What a model said, in the older keys."""
    rows = [row for row in unflattened(attributes, _COMPLETION) if isinstance(row, dict)]
    return messages_of([row if "message" in row else {"role": "assistant", **row} for row in rows])


def _spoken(message: Message) -> Message:
    """LangChain's instrumentor knows no speaker of an answer in pieces; it is the model."""
    return replace(message, role="assistant") if message.role == "unknown" else message


def _provider(value: AttributeValue) -> str | None:
    """Who runs the model, which frameworks that write their own name there do not say."""
    if not isinstance(value, str) or not value or value in _FRAMEWORKS:
        return None
    return value.partition(".")[0] if value.rpartition(".")[2] in _APIS else value


def _charge(value: AttributeValue) -> float | None:
    """Dollars; OpenLIT writes a whole 0, which is no amount, where it has no price for a model."""
    return None if isinstance(value, int) and value == 0 else dollars(value)


def _call_id(value: AttributeValue) -> str | None:
    """The id of a tool call; Google's kit writes a placeholder where it has none."""
    return value if isinstance(value, str) and value and value != "<not specified>" else None


GENAI = Dialect(
    name="genai",
    title="OpenTelemetry GenAI",
    sources=(
        *named(Meaning.OPERATION, "gen_ai.operation.name", read=of_operation),
        *named(
            Meaning.OPERATION,
            "gen_ai.tool.name",
            "gen_ai.tool.call.arguments",
            "gen_ai.tool.call.result",
            read=_is_tool_call,
        ),
        *named(Meaning.AGENT_NAME, "gen_ai.agent.name"),
        *named(Meaning.REQUEST_MODEL, "gen_ai.request.model"),
        *named(Meaning.RESPONSE_MODEL, "gen_ai.response.model"),
        *named(Meaning.RESPONSE_ID, "gen_ai.response.id"),
        *named(Meaning.PROVIDER, "gen_ai.provider.name", "gen_ai.system", read=_provider),
        *counted(Meaning.INPUT_TOKENS, "gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"),
        *counted(
            Meaning.OUTPUT_TOKENS, "gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"
        ),
        *counted(Meaning.TOTAL_TOKENS, "gen_ai.usage.total_tokens"),
        *counted(
            Meaning.CACHE_READ_TOKENS,
            "gen_ai.usage.cache_read.input_tokens",
            "gen_ai.usage.cache_read_input_tokens",
            "gen_ai.usage.cache_read_tokens",
            "gen_ai.usage.details.cache_read_tokens",
            "gen_ai.usage.details.cache_read_input_tokens",
            "gen_ai.usage.prompt_details.cache_read",
            "gen_ai.usage.input_cached_tokens",
        ),
        *counted(
            Meaning.CACHE_WRITE_TOKENS,
            "gen_ai.usage.cache_write.input_tokens",
            "gen_ai.usage.cache_creation.input_tokens",
            "gen_ai.usage.cache_creation_input_tokens",
            "gen_ai.usage.cache_write_tokens",
            "gen_ai.usage.details.cache_write_tokens",
            "gen_ai.usage.details.cache_creation_input_tokens",
            "gen_ai.usage.prompt_details.cache_write",
            "gen_ai.usage.input_cache_creation",
        ),
        *counted(
            Meaning.REASONING_TOKENS,
            "gen_ai.usage.reasoning.output_tokens",
            "gen_ai.usage.reasoning_tokens",
            "gen_ai.usage.reasoning_output_tokens",
            "gen_ai.usage.details.reasoning_tokens",
            "gen_ai.usage.completion_details.reasoning",
            "gen_ai.usage.output_reasoning_tokens",
        ),
        *charged(Meaning.INPUT_COST, "gen_ai.usage.input_cost", "gen_ai.cost.input_cost"),
        *charged(Meaning.OUTPUT_COST, "gen_ai.usage.output_cost", "gen_ai.cost.output_cost"),
        *named(Meaning.TOTAL_COST, "gen_ai.usage.cost", read=_charge),
        *charged(Meaning.TOTAL_COST, "gen_ai.usage.total_cost", "gen_ai.cost.total_cost"),
        *named(Meaning.TOOL_NAME, "gen_ai.tool.name"),
        *named(Meaning.TOOL_CALL_ID, "gen_ai.tool.call.id", read=_call_id),
        *carrying(
            Meaning.INPUT,
            "gen_ai.input.messages",
            "gen_ai.tool.call.arguments",
            "gen_ai.retrieval.query.text",
            "gen_ai.memory.query.text",
        ),
        *carrying(
            Meaning.OUTPUT,
            "gen_ai.output.messages",
            "gen_ai.tool.call.result",
            "gen_ai.retrieval.documents",
            "gen_ai.memory.records",
        ),
        *named(
            Meaning.TIME_TO_FIRST_TOKEN,
            "gen_ai.response.time_to_first_chunk",
            "gen_ai.client.operation.time_to_first_chunk",
            read=seconds,
        ),
        *carrying(Meaning.TOOL_DEFINITIONS, "gen_ai.tool.definitions"),
        *carrying(Meaning.SYSTEM_INSTRUCTIONS, "gen_ai.system_instructions"),
    ),
    flattened=(_PROMPT, _COMPLETION),
    flattened_input=_flattened(_PROMPT),
    flattened_output=_flattened(_COMPLETION),
    input_messages=_input_messages,
    output_messages=_output_messages,
)
