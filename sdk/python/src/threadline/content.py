"""Tell which attributes carry content: what people wrote and what models answered.

With the content switch off they leave no process, whichever instrumentation recorded them; counts,
names, models and usage stay. The lists are shared with the TypeScript SDK
(`conformance/sdk/content.json`).
"""

CONTENT_KEYS = frozenset(
    {
        "agent.backstory",
        "agent.goal",
        "ai.embedding",
        "ai.embeddings",
        "ai.prompt",
        "ai.response.object",
        "ai.response.reasoning",
        "ai.response.text",
        "ai.response.toolCalls",
        "ai.result.object",
        "ai.result.text",
        "ai.result.toolCalls",
        "ai.toolCall.args",
        "ai.toolCall.result",
        "ai.value",
        "ai.values",
        "all_messages_events",
        "crew_agents",
        "crew_inputs",
        "crew_tasks",
        "document.content",
        "final_result",
        "flow_inputs",
        "formatted_description",
        "formatted_expected_output",
        "gen_ai.completion",
        "gen_ai.input.messages",
        "gen_ai.output.messages",
        "gen_ai.prompt",
        "gen_ai.system_instructions",
        "gen_ai.tool.call.arguments",
        "gen_ai.tool.call.result",
        "input.value",
        "langfuse.observation.input",
        "langfuse.observation.output",
        "langfuse.trace.input",
        "langfuse.trace.output",
        "llm.input_messages",
        "llm.invocation_parameters",
        "llm.output_messages",
        "llm.prompts",
        "lmnr.sdk.raw.response",
        "lmnr.span.input",
        "lmnr.span.output",
        "message.content",
        "mlflow.spanInputs",
        "mlflow.spanOutputs",
        "output.value",
        "pydantic_ai.all_messages",
        "reranker.query",
        "smolagents.additional_args",
        "smolagents.task",
        "tool.parameters",
        "tool_arguments",
        "tool_response",
        "traceloop.entity.input",
        "traceloop.entity.output",
    }
)
"""Keys whose values are content."""

CONTENT_PREFIXES = (
    "ai.prompt.",
    "embedding.embeddings.",
    "gen_ai.completion.",
    "gen_ai.prompt.",
    "llm.input_messages.",
    "llm.output_messages.",
    "llm.prompt_template.",
    "llm.prompts.",
    "message.contents.",
    "message.tool_calls.",
    "reranker.input_documents.",
    "reranker.output_documents.",
    "retrieval.documents.",
)
"""Beginnings of keys that flatten messages and documents."""

MESSAGE_EVENTS = frozenset(
    {
        "gen_ai.system.message",
        "gen_ai.user.message",
        "gen_ai.assistant.message",
        "gen_ai.tool.message",
        "gen_ai.choice",
    }
)
"""Span events that are messages (https://opentelemetry.io/docs/specs/semconv/gen-ai/)."""

MESSAGE_KEYS = frozenset({"content", "message", "tool_calls", "arguments", "body", "tool.result"})
"""Keys that are content in a message event, and may be anything elsewhere."""


def is_content(key: str, event: str | None = None) -> bool:
    """Whether an attribute carries content.

    Args:
        key: the attribute's.
        event: the name of the span event that it is an attribute of; None for a span's own.
    """
    if key in CONTENT_KEYS or key.startswith(CONTENT_PREFIXES):
        return True
    return event is not None and key in MESSAGE_KEYS and event in MESSAGE_EVENTS
