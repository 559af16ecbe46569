"""Read Langfuse's `langfuse.*` attributes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
_READ = (
    "input_cached_tokens",
    "cache_read_input_tokens",
    "input_cache_read",
    "cache_read_tokens",
    "cache_read",
)
_WRITTEN = (
    "input_cache_creation",
    "cache_creation_input_tokens",
    "cache_write_tokens",
    "cache_write",
)
_REASONED = ("output_reasoning_tokens", "output_reasoning", "reasoning_tokens")
_INPUT_DETAILS = ("prompt_tokens_details", "input_tokens_details", "input_token_details")
_OUTPUT_DETAILS = ("completion_tokens_details", "output_tokens_details", "output_token_details")
_TOLD_APART = frozenset({*_READ, *_WRITTEN, *_REASONED})
_DETAILS = frozenset({*_INPUT_DETAILS, *_OUTPUT_DETAILS})
_TOTALS = ("total", "total_tokens", "totalTokens")
_SPENT = ("prompt_tokens", "input_tokens", "promptTokens", "inputTokens")
_MADE = ("completion_tokens", "output_tokens", "completionTokens", "outputTokens")
_PREFIXES = ("langfuse.trace.metadata.", "langfuse.observation.metadata.")
_IDENTITY = frozenset({"langfuse_session_id", "langfuse_user_id", "langfuse_tags"})


_NONE: Mapping[str, Any] = {}


def _first(said: Mapping[str, Any], keys: tuple[str, ...]) -> int | None:
    for key in keys:
        if key in said and (count := token_count(said[key])) is not None:
            return count
    return None


def _details(said: Mapping[str, Any], names: tuple[str, ...]) -> Mapping[str, Any]:
    """The details that OpenAI's usage has in an object of their own."""
    for name in names:
        if name in said and isinstance(inner := said[name], dict):
            return inner
    return _NONE


def _beside(said: Mapping[str, Any], whole: str, parts: tuple[str, ...]) -> int:
    """The sum of what Langfuse takes out of a whole: its parts, each under a name that begins so."""
    return sum(
        token_count(said[key]) or 0
        for key in said
        if key != whole and (key in parts or key.startswith(f"{whole}_"))
    )


def _usage(value: AttributeValue) -> Mapping[Meaning, Any]:
    """Usage in Langfuse's shape, or in the shape of the provider that it was taken from.

    From Langfuse's input and output everything cached, reasoned or heard was taken out, and is put
    back; not where the total is no more than these two. OpenAI's shape has all in them, Anthropic's
    counts its caches beside them.
    """
    said = fields(value) or {}
    read = written = reasoned = None
    if not _DETAILS.isdisjoint(said):
        details = _details(said, _INPUT_DETAILS)
        read = _first(details, ("cached_tokens", "cache_read"))
        written = _first(details, ("cache_creation", "cache_write_tokens"))
        reasoned = _first(_details(said, _OUTPUT_DETAILS), ("reasoning_tokens", "reasoning"))
    if not _TOLD_APART.isdisjoint(said):
        read = _first(said, _READ) if read is None else read
        written = _first(said, _WRITTEN) if written is None else written
        reasoned = _first(said, _REASONED) if reasoned is None else reasoned
    spent = token_count(said["input"]) if "input" in said else None
    made = token_count(said["output"]) if "output" in said else None
    total = _first(said, _TOTALS)
    if spent is None and made is None:
        spent, made = _first(said, _SPENT), _first(said, _MADE)
        beside = "input_tokens" in said and not any(key in said for key in _INPUT_DETAILS)
        if beside and spent is not None and total != spent + (made or 0):
            spent += (read or 0) + (written or 0)
    elif total != (spent or 0) + (made or 0):
        spent = None if spent is None else spent + _beside(said, "input", _READ + _WRITTEN)
        made = None if made is None else made + _beside(said, "output", _REASONED)
    return {
        Meaning.INPUT_TOKENS: spent,
        Meaning.OUTPUT_TOKENS: made,
        Meaning.CACHE_READ_TOKENS: read,
        Meaning.CACHE_WRITE_TOKENS: written,
        Meaning.REASONING_TOKENS: reasoned,
    }


def _severity(value: AttributeValue) -> str | None:
    """Langfuse's level, of which one says that it failed."""
    return "error" if value == "ERROR" else None


def _charged(said: Mapping[str, Any], whole: str) -> float | None:
    """What a whole costs with its parts, each of which has a price of its own."""
    beginning = f"{whole}_"
    costs = [
        cost
        for key, value in said.items()
        if (key == whole or key.startswith(beginning)) and (cost := dollars(value)) is not None
    ]
    return sum(costs) if costs else None


def _cost(value: AttributeValue) -> Mapping[Meaning, Any]:
    said = fields(value) or {}
    return {
        Meaning.INPUT_COST: _charged(said, "input"),
        Meaning.OUTPUT_COST: _charged(said, "output"),
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


def _input_messages(attributes: Attributes) -> Sequence[Message] | None:
    return of_attribute(attributes.get(_INPUT))


def _output_messages(attributes: Attributes) -> Sequence[Message] | None:
    return of_attribute(attributes.get(_OUTPUT))


LANGFUSE = Dialect(
    name="langfuse",
    title="Langfuse",
    sources=(
        *named(Meaning.TYPE, "langfuse.observation.type", read=stated),
        *named(Meaning.RESPONSE_MODEL, "langfuse.observation.model.name", read=unquoted),
        Compound(_USAGE, "langfuse.observation.usage_details", _usage),
        Compound(
            (Meaning.INPUT_COST, Meaning.OUTPUT_COST, Meaning.TOTAL_COST),
            "langfuse.observation.cost_details",
            _cost,
        ),
        *named(Meaning.SEVERITY, "langfuse.observation.level", read=_severity),
        *named(Meaning.SEVERITY_TEXT, "langfuse.observation.status_message"),
        *named(Meaning.FIRST_TOKEN_AT, "langfuse.observation.completion_start_time", read=_moment),
        *carrying(Meaning.INPUT, _INPUT, "langfuse.trace.input"),
        *carrying(Meaning.OUTPUT, _OUTPUT, "langfuse.trace.output"),
        *named(
            Meaning.TAGS,
            "langfuse.trace.tags",
            *(f"{prefix}langfuse_tags" for prefix in _PREFIXES),
            read=texts,
        ),
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
