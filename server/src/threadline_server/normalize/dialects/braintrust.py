"""Read Braintrust's `braintrust.*` attributes, most of which are objects in JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from threadline_server.model.attributes import Attributes, AttributeValue
from threadline_server.model.span import Message, SpanType
from threadline_server.normalize.dialects.dialect import Dialect
from threadline_server.normalize.kind import stated
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.messages import of_attribute
from threadline_server.normalize.numbers import dollars, seconds, token_count
from threadline_server.normalize.source import Compound, carrying, fields, named, texts

_INPUTS = ("braintrust.input_json", "braintrust.input")
_OUTPUTS = ("braintrust.output_json", "braintrust.output")
_TYPES: dict[str, SpanType] = {"score": "evaluator", "eval": "chain", "function": "chain"}
_COUNTS = {
    Meaning.INPUT_TOKENS: "prompt_tokens",
    Meaning.OUTPUT_TOKENS: "completion_tokens",
    Meaning.TOTAL_TOKENS: "tokens",
    Meaning.CACHE_READ_TOKENS: "prompt_cached_tokens",
    Meaning.CACHE_WRITE_TOKENS: "prompt_cache_creation_tokens",
    Meaning.REASONING_TOKENS: "completion_reasoning_tokens",
}


def _type(value: AttributeValue) -> SpanType | None:
    said = (fields(value) or {}).get("type")
    return stated(said) or (_TYPES.get(said) if isinstance(said, str) else None)


def _within(name: str) -> Callable[[AttributeValue], str | None]:
    """The reader of a text among the metadata."""

    def read(value: AttributeValue) -> str | None:
        said = (fields(value) or {}).get(name)
        return said if isinstance(said, str) and said else None

    return read


def _metrics(value: AttributeValue) -> Mapping[Meaning, Any]:
    said = fields(value) or {}
    found: dict[Meaning, Any] = {
        meaning: token_count(said.get(key)) for meaning, key in _COUNTS.items()
    }
    found[Meaning.TOTAL_COST] = dollars(said.get("estimated_cost"))
    return found


def _first_token(value: AttributeValue) -> float | None:
    return seconds((fields(value) or {}).get("time_to_first_token"))


def _messages(attributes: Attributes, keys: tuple[str, ...], role: str) -> Sequence[Message] | None:
    for key in keys:
        if (found := of_attribute(attributes.get(key), role)) is not None:
            return found
    return None


BRAINTRUST = Dialect(
    name="braintrust",
    title="Braintrust",
    sources=(
        *named(Meaning.TYPE, "braintrust.span_attributes", read=_type),
        *named(Meaning.REQUEST_MODEL, "braintrust.metadata", read=_within("model")),
        *named(Meaning.PROVIDER, "braintrust.metadata", read=_within("provider")),
        Compound((*_COUNTS, Meaning.TOTAL_COST), "braintrust.metrics", _metrics),
        *named(Meaning.TIME_TO_FIRST_TOKEN, "braintrust.metrics", read=_first_token),
        *carrying(Meaning.INPUT, *_INPUTS),
        *carrying(Meaning.OUTPUT, *_OUTPUTS),
        *named(Meaning.TAGS, "braintrust.tags", read=texts),
        *named(Meaning.METADATA, "braintrust.metadata", read=fields),
    ),
    input_messages=lambda attributes: _messages(attributes, _INPUTS, "user"),
    output_messages=lambda attributes: _messages(attributes, _OUTPUTS, "assistant"),
)
