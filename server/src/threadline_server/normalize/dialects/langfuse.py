"""Read Langfuse's `langfuse.*` attributes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from threadline_server.model.attributes import Attributes, AttributeValue
from threadline_server.model.span import Message
from threadline_server.normalize.dialects.dialect import Dialect
from threadline_server.normalize.kind import stated
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.messages import of_attribute
from threadline_server.normalize.numbers import dollars, token_count
from threadline_server.normalize.source import Compound, carrying, fields, named, texts, unquoted

_INPUT = "langfuse.observation.input"
_OUTPUT = "langfuse.observation.output"
_USAGE = (
    Meaning.INPUT_TOKENS,
    Meaning.OUTPUT_TOKENS,
    Meaning.CACHE_READ_TOKENS,
    Meaning.CACHE_WRITE_TOKENS,
    Meaning.REASONING_TOKENS,
)
_READ = ("input_cached_tokens", "cache_read_input_tokens", "input_cache_read")
_WRITTEN = ("input_cache_creation", "cache_creation_input_tokens", "cache_write_tokens")
_REASONED = ("output_reasoning_tokens", "output_reasoning", "reasoning_tokens")
_PREFIXES = ("langfuse.trace.metadata.", "langfuse.observation.metadata.")
_IDENTITY = frozenset({"langfuse_session_id", "langfuse_user_id", "langfuse_tags"})


def _first(said: Mapping[str, Any], keys: tuple[str, ...]) -> int | None:
    return next((n for key in keys if (n := token_count(said.get(key))) is not None), None)


def _usage(value: AttributeValue) -> Mapping[Meaning, Any]:
    """Usage with cache and reasoning put into input and output, from which Langfuse takes them out.

    Where the total is no more than input and output, they were never taken out.
    """
    said = fields(value) or {}
    spent, made = _first(said, ("input",)), _first(said, ("output",))
    read, written = _first(said, _READ), _first(said, _WRITTEN)
    reasoned = _first(said, _REASONED)
    if spent is None and made is None:
        spent, made = _first(said, ("prompt_tokens",)), _first(said, ("completion_tokens",))
    elif token_count(said.get("total")) != (spent or 0) + (made or 0):
        spent = None if spent is None else spent + (read or 0) + (written or 0)
        made = None if made is None else made + (reasoned or 0)
    return dict(zip(_USAGE, (spent, made, read, written, reasoned), strict=True))


def _cost(value: AttributeValue) -> Mapping[Meaning, Any]:
    said = fields(value) or {}
    return {
        Meaning.INPUT_COST: dollars(said.get("input")),
        Meaning.OUTPUT_COST: dollars(said.get("output")),
        Meaning.TOTAL_COST: dollars(said.get("total")),
    }


def _moment(value: AttributeValue) -> int | None:
    """Nanoseconds since 1970 of an ISO time, which Langfuse writes as JSON text."""
    said = unquoted(value)
    try:
        moment = None if said is None else datetime.fromisoformat(said)
    except ValueError:
        return None
    if moment is None or moment.tzinfo is None:
        return None
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000_000 + since.microseconds * 1_000


def _input_messages(attributes: Attributes) -> list[Message] | None:
    return of_attribute(attributes.get(_INPUT))


def _output_messages(attributes: Attributes) -> list[Message] | None:
    return of_attribute(attributes.get(_OUTPUT))


LANGFUSE = Dialect(
    name="langfuse",
    sources=(
        *named(Meaning.TYPE, "langfuse.observation.type", read=stated),
        *named(Meaning.RESPONSE_MODEL, "langfuse.observation.model.name", read=unquoted),
        Compound(_USAGE, "langfuse.observation.usage_details", _usage),
        Compound(
            (Meaning.INPUT_COST, Meaning.OUTPUT_COST, Meaning.TOTAL_COST),
            "langfuse.observation.cost_details",
            _cost,
        ),
        *named(Meaning.FIRST_TOKEN_AT, "langfuse.observation.completion_start_time", read=_moment),
        *carrying(Meaning.INPUT, _INPUT, "langfuse.trace.input"),
        *carrying(Meaning.OUTPUT, _OUTPUT, "langfuse.trace.output"),
        *named(Meaning.TAGS, "langfuse.trace.tags", read=texts),
        *named(
            Meaning.METADATA,
            "langfuse.trace.metadata",
            "langfuse.observation.metadata",
            read=fields,
        ),
    ),
    input_messages=_input_messages,
    output_messages=_output_messages,
    metadata_prefixes=_PREFIXES,
    identity=_IDENTITY,
)
