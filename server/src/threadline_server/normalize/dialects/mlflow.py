"""Read MLflow's `mlflow.*` attributes, whose values are JSON text throughout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from threadline_server.model.attributes import Attributes, AttributeValue
from threadline_server.model.span import Message
from threadline_server.normalize.dialects.dialect import Dialect
from threadline_server.normalize.kind import stated
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.messages import of_attribute
from threadline_server.normalize.numbers import dollars, token_count
from threadline_server.normalize.source import Compound, carrying, fields, named, unquoted

_INPUT = "mlflow.spanInputs"
_OUTPUT = "mlflow.spanOutputs"
_CHAT = "mlflow.chat.messages"
_USAGES = ("mlflow.chat.tokenUsage", "mlflow.trace.tokenUsage")
_COSTS = ("mlflow.llm.cost", "mlflow.trace.cost")
_COUNTS = (
    Meaning.INPUT_TOKENS,
    Meaning.OUTPUT_TOKENS,
    Meaning.TOTAL_TOKENS,
    Meaning.CACHE_READ_TOKENS,
    Meaning.CACHE_WRITE_TOKENS,
)
_AMOUNTS = (Meaning.INPUT_COST, Meaning.OUTPUT_COST, Meaning.TOTAL_COST)


def _usage(value: AttributeValue) -> Mapping[Meaning, Any]:
    said = fields(value) or {}
    return {
        Meaning.INPUT_TOKENS: token_count(said.get("input_tokens")),
        Meaning.OUTPUT_TOKENS: token_count(said.get("output_tokens")),
        Meaning.TOTAL_TOKENS: token_count(said.get("total_tokens")),
        Meaning.CACHE_READ_TOKENS: token_count(said.get("cache_read_input_tokens")),
        Meaning.CACHE_WRITE_TOKENS: token_count(said.get("cache_creation_input_tokens")),
    }


def _is_anthropic(value: AttributeValue) -> bool | None:
    """Whether usage is Anthropic's own, which MLflow takes over as it is."""
    return True if unquoted(value) == "anthropic" else None


def _cost(value: AttributeValue) -> Mapping[Meaning, Any]:
    said = fields(value) or {}
    return {
        Meaning.INPUT_COST: dollars(said.get("input_cost")),
        Meaning.OUTPUT_COST: dollars(said.get("output_cost")),
        Meaning.TOTAL_COST: dollars(said.get("total_cost")),
    }


def _input_messages(attributes: Attributes) -> Sequence[Message] | None:
    """The request, or else the whole chat but for the answer that ends it."""
    if (found := of_attribute(attributes.get(_INPUT))) is not None:
        return found
    said = of_attribute(attributes.get(_CHAT)) or []
    return (said[:-1] if said and said[-1].role == "assistant" else said) or None


def _output_messages(attributes: Attributes) -> Sequence[Message] | None:
    if (found := of_attribute(attributes.get(_OUTPUT))) is not None:
        return found
    said = of_attribute(attributes.get(_CHAT)) or []
    return said[-1:] if said and said[-1].role == "assistant" else None


MLFLOW = Dialect(
    name="mlflow",
    title="MLflow",
    sources=(
        *named(Meaning.TYPE, "mlflow.spanType", read=stated),
        *named(Meaning.RESPONSE_MODEL, "mlflow.llm.model", read=unquoted),
        *named(Meaning.MODEL_NAME, "model", read=unquoted),
        *named(Meaning.PROVIDER, "mlflow.llm.provider", read=unquoted),
        *(Compound(_COUNTS, key, _usage) for key in _USAGES),
        *named(Meaning.CACHES_BESIDE, "mlflow.message.format", read=_is_anthropic),
        *(Compound(_AMOUNTS, key, _cost) for key in _COSTS),
        *carrying(Meaning.INPUT, _INPUT),
        *carrying(Meaning.OUTPUT, _OUTPUT),
        *carrying(Meaning.TOOL_DEFINITIONS, "mlflow.chat.tools"),
    ),
    message_keys=(_CHAT,),
    input_messages=_input_messages,
    output_messages=_output_messages,
    metadata_prefixes=("mlflow.traceTag.",),
)
