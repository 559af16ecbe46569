"""Read LangSmith's `langsmith.*` attributes, and the whole prompts that it keeps under GenAI's keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from threadline_server.model.attributes import Attributes, AttributeValue
from threadline_server.model.span import Message
from threadline_server.normalize.dialects.dialect import Dialect
from threadline_server.normalize.kind import stated
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.messages import of_attribute
from threadline_server.normalize.numbers import token_count
from threadline_server.normalize.source import Compound, carrying, fields, named

_METADATA = "langsmith.metadata."
_IDENTITY = frozenset({"session_id", "conversation_id", "thread_id", "user_id"})


def _tags(value: AttributeValue) -> list[str] | None:
    """Tags, sent as a list or as one text with commas between."""
    if isinstance(value, list):
        return [tag for tag in value if isinstance(tag, str) and tag]
    if not isinstance(value, str):
        return None
    return [tag for part in value.split(",") if (tag := part.strip())]


def _input_details(value: AttributeValue) -> Mapping[Meaning, Any]:
    said = fields(value) or {}
    return {
        Meaning.CACHE_READ_TOKENS: token_count(said.get("cache_read")),
        Meaning.CACHE_WRITE_TOKENS: token_count(said.get("cache_creation")),
    }


def _output_details(value: AttributeValue) -> Mapping[Meaning, Any]:
    said = fields(value) or {}
    return {Meaning.REASONING_TOKENS: token_count(said.get("reasoning"))}


def _usage(value: AttributeValue) -> Mapping[Meaning, Any]:
    """What the SDK's own wrappers of clients put into the metadata of a run."""
    said = fields(value) or {}
    return {
        **_input_details(said.get("input_token_details")),
        **_output_details(said.get("output_token_details")),
    }


def _input_messages(attributes: Attributes) -> Sequence[Message] | None:
    return of_attribute(attributes.get("gen_ai.prompt"))


def _output_messages(attributes: Attributes) -> Sequence[Message] | None:
    return of_attribute(attributes.get("gen_ai.completion"))


LANGSMITH = Dialect(
    name="langsmith",
    title="LangSmith",
    sources=(
        *named(Meaning.TYPE, "langsmith.span.kind", read=stated),
        Compound(
            (Meaning.CACHE_READ_TOKENS, Meaning.CACHE_WRITE_TOKENS),
            "gen_ai.usage.input_token_details",
            _input_details,
        ),
        Compound((Meaning.REASONING_TOKENS,), "gen_ai.usage.output_token_details", _output_details),
        Compound(
            (Meaning.CACHE_READ_TOKENS, Meaning.CACHE_WRITE_TOKENS, Meaning.REASONING_TOKENS),
            "langsmith.metadata.usage_metadata",
            _usage,
        ),
        *named(Meaning.REQUEST_MODEL, "langsmith.metadata.ls_model_name"),
        *named(Meaning.PROVIDER, "langsmith.metadata.ls_provider"),
        *carrying(Meaning.INPUT, "gen_ai.prompt"),
        *carrying(Meaning.OUTPUT, "gen_ai.completion"),
        *carrying(Meaning.TOOL_DEFINITIONS, "tools"),
        *named(Meaning.TAGS, "langsmith.span.tags", read=_tags),
    ),
    input_messages=_input_messages,
    output_messages=_output_messages,
    metadata_prefixes=(_METADATA,),
    identity=_IDENTITY,
)
