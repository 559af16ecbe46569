"""Turn what a client says a span is, or else its operation and keys, into one of nine types."""

from __future__ import annotations

from threadline_server.model.attributes import Attributes
from threadline_server.model.span import SpanType

STATED_KEYS = (
    "lmnr.span.type",
    "openinference.span.kind",
    "traceloop.span.kind",
    "langfuse.observation.type",
)
"""Keys by which a client states the type, the strongest first."""

STATED: dict[str, SpanType] = {
    "agent": "agent",
    "llm": "llm",
    "generation": "llm",
    "cached": "llm",
    "tool": "tool",
    "retriever": "retrieval",
    "retrieval": "retrieval",
    "reranker": "retrieval",
    "embedding": "embedding",
    "chain": "chain",
    "workflow": "chain",
    "task": "chain",
    "pipeline": "chain",
    "executor": "chain",
    "evaluation": "chain",
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
    "embeddings": "embedding",
    "embedding": "embedding",
    "retrieval": "retrieval",
    "rerank": "retrieval",
    "create_agent": "agent",
    "invoke_agent": "agent",
    "agent_step": "agent",
    "execute_tool": "tool",
    "invoke_workflow": "chain",
    "plan": "chain",
}
OPERATION_KEYS = ("gen_ai.operation.name", "llm.request.type")
TOOL_KEYS = ("gen_ai.tool.name", "gen_ai.tool.call.arguments", "gen_ai.tool.call.result")
MODEL_KEYS = (
    "gen_ai.request.model",
    "gen_ai.response.model",
    "gen_ai.system",
    "gen_ai.provider.name",
)


def _operation(attributes: Attributes) -> SpanType | None:
    for key in OPERATION_KEYS:
        value = attributes.get(key)
        if isinstance(value, str) and (found := OPERATIONS.get(value.lower())) is not None:
            return found
    return None


def _stated(attributes: Attributes) -> SpanType | None:
    for key in STATED_KEYS:
        value = attributes.get(key)
        if isinstance(value, str) and (found := STATED.get(value.strip('"').lower())) is not None:
            return found
    return None


def span_type(attributes: Attributes) -> SpanType:
    """The type a client states; only where it states none, the operation's, else what the keys
    tell. A stated LLM whose operation is embeddings is an embedding.
    """
    operation = _operation(attributes)
    stated = _stated(attributes)
    if stated is not None:
        return "embedding" if stated == "llm" and operation == "embedding" else stated
    if operation is not None:
        return operation
    if any(key in attributes for key in TOOL_KEYS):
        return "tool"
    if any(key in attributes for key in MODEL_KEYS):
        return "llm"
    return "span"
