"""Turn what a client says a span is, or else its operation and keys, into one of nine types."""

from __future__ import annotations

from threadline_server.model.attributes import AttributeValue
from threadline_server.model.span import SpanType

STATED: dict[str, SpanType] = {
    "agent": "agent",
    "llm": "llm",
    "generation": "llm",
    "model": "llm",
    "background-model": "llm",
    "chat_model": "llm",
    "cached": "llm",
    "decision": "llm",
    "tool": "tool",
    "tool.v2": "tool",
    "retriever": "retrieval",
    "retrieval": "retrieval",
    "reranker": "retrieval",
    "embedding": "embedding",
    "embedder": "embedding",
    "chain": "chain",
    "workflow": "chain",
    "task": "chain",
    "pipeline": "chain",
    "operation": "chain",
    "session": "chain",
    "prompt": "chain",
    "executable-prompt": "chain",
    "parser": "chain",
    "executor": "chain",
    "evaluation": "chain",
    "flow": "chain",
    "flowstep": "chain",
    "indexer": "chain",
    "http": "chain",
    "text": "chain",
    "guardrail": "guardrail",
    "evaluator": "evaluator",
    "human_evaluator": "evaluator",
    "span": "span",
    "event": "span",
}
"""What clients call a type, lower-cased; DEFAULT, UNKNOWN and the like are left to inference."""

OPERATIONS: dict[str, SpanType] = {
    "chat": "llm",
    "completion": "llm",
    "text_completion": "llm",
    "generate_content": "llm",
    "fetch_response": "llm",
    "llm_call": "llm",
    "chat.completions": "llm",
    "text.completions": "llm",
    "chat.streaming_completions": "llm",
    "text.streaming_completions": "llm",
    "image": "llm",
    "image_generation": "llm",
    "audio": "llm",
    "speech": "llm",
    "transcription": "llm",
    "embeddings": "embedding",
    "embedding": "embedding",
    "retrieval": "retrieval",
    "rerank": "retrieval",
    "vectordb": "retrieval",
    "search_memory": "retrieval",
    "create_memory": "chain",
    "update_memory": "chain",
    "upsert_memory": "chain",
    "delete_memory": "chain",
    "create_memory_store": "chain",
    "delete_memory_store": "chain",
    "create_agent": "agent",
    "invoke_agent": "agent",
    "agent": "agent",
    "agent_call": "agent",
    "execute_tool": "tool",
    "tool_call": "tool",
    "guardrail": "guardrail",
    "guardrail_check": "guardrail",
    "agent_step": "chain",
    "invoke_workflow": "chain",
    "execute_event_loop_cycle": "chain",
    "execute_task": "chain",
    "framework": "chain",
    "handoff": "chain",
    "schedule_tool_calls": "chain",
    "plan": "chain",
}
"""What the operations of model and agent calls are."""


def stated(value: AttributeValue) -> SpanType | None:
    """The type that a client states; None where it says that it has none."""
    return STATED.get(value.strip('"').lower()) if isinstance(value, str) else None


def of_operation(value: AttributeValue) -> SpanType | None:
    """The type that the name of an operation tells."""
    return OPERATIONS.get(value.lower()) if isinstance(value, str) else None


def span_type(said: SpanType | None, operation: SpanType | None, *, model: bool) -> SpanType:
    """The type a client states; only where it states none, the operation's, else what the keys
    tell. A stated LLM whose operation is embeddings is an embedding.

    Args:
        said: what the client states.
        operation: what its operation tells.
        model: whether it names a model or a provider.
    """
    if said is not None:
        return "embedding" if said == "llm" and operation == "embedding" else said
    if operation is not None:
        return operation
    return "llm" if model else "span"
