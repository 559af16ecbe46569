"""Read what Semantic Kernel and the Microsoft Agent Framework write beside the GenAI conventions."""

from __future__ import annotations

from threadline_server.model.attributes import AttributeValue
from threadline_server.model.span import SpanType
from threadline_server.normalize.dialects.dialect import Dialect
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.source import counted, named


def _is_step(_: AttributeValue) -> SpanType:
    """What runs a workflow, or one executor of it."""
    return "chain"


MICROSOFT = Dialect(
    name="microsoft",
    title="Semantic Kernel, Agent Framework",
    sources=(
        *named(Meaning.OPERATION, "workflow.id", "executor.id", read=_is_step),
        *counted(Meaning.INPUT_TOKENS, "gen_ai.response.prompt_tokens"),
        *counted(Meaning.OUTPUT_TOKENS, "gen_ai.response.completion_tokens"),
        *named(Meaning.TOOL_NAME, "agent_framework.function.name"),
        *named(Meaning.ENTITY_NAME, "semantic_kernel.function.name"),
    ),
)
