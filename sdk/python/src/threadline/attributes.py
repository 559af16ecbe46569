"""Name the attributes that Threadline writes on spans, and fit values into them."""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from opentelemetry.trace import Span
from opentelemetry.util.types import AttributeValue

from threadline.guard import warn_once

SESSION_ID = "session.id"
USER_ID = "user.id"
SPAN_TYPE = "lmnr.span.type"
SPAN_INPUT = "lmnr.span.input"
SPAN_OUTPUT = "lmnr.span.output"
METADATA_PREFIX = "lmnr.association.properties.metadata."
TAGS = "lmnr.association.properties.tags"
LINK = "threadline.link"

SPAN_TYPES = (
    "LLM",
    "TOOL",
    "EXECUTOR",
    "EVALUATOR",
    "EVALUATION",
    "AGENT",
    "RETRIEVAL",
    "EMBEDDING",
    "CHAIN",
    "GUARDRAIL",
)
_TYPE_NAMES = ", ".join(SPAN_TYPES)

SCOPE = "threadline"
"""The instrumentation scope of the spans that this SDK starts."""


class Attributes(Enum):
    """Keys for `Laminar.set_span_attributes` on spans of type LLM.

    The values are those of OpenTelemetry's GenAI semantic conventions, and Laminar's for costs:
    https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/
    """

    INPUT_TOKEN_COUNT = "gen_ai.usage.input_tokens"  # noqa: S105 - tokens of a model
    OUTPUT_TOKEN_COUNT = "gen_ai.usage.output_tokens"  # noqa: S105 - tokens of a model
    TOTAL_TOKEN_COUNT = "llm.usage.total_tokens"  # noqa: S105 - tokens of a model
    PROVIDER = "gen_ai.system"
    REQUEST_MODEL = "gen_ai.request.model"
    RESPONSE_MODEL = "gen_ai.response.model"
    INPUT_COST = "gen_ai.usage.input_cost"
    OUTPUT_COST = "gen_ai.usage.output_cost"
    TOTAL_COST = "gen_ai.usage.cost"
    RESPONSE_ID = "gen_ai.response.id"


_PRIMITIVES = (str, bool, int, float)
_MAX_INT = 2**63 - 1


def attribute_value(value: object) -> AttributeValue:
    """An OpenTelemetry attribute value: primitives and arrays of one kind as is, the rest as JSON.

    Args:
        value: anything.

    Returns:
        The value itself, a list of it, or JSON text (`threadline.encode`).
    """
    if isinstance(value, _PRIMITIVES):
        if isinstance(value, Enum):
            return attribute_value(value.value)
        if type(value) is int and not -_MAX_INT <= value <= _MAX_INT:
            return str(value)
        return value
    if isinstance(value, (list, tuple)):
        fitting = _array(value)
        if fitting is not None:
            return fitting
    from threadline.encode import encode

    return encode(value)


def _array(values: Sequence[object]) -> AttributeValue | None:
    kinds = {type(value) for value in values}
    if len(kinds) > 1 or not kinds <= {str, bool, int, float}:
        return None
    fitting: list[Any] = list(values)
    if kinds == {int} and not all(-_MAX_INT <= value <= _MAX_INT for value in fitting):
        return None
    return fitting


def put(span: Span, key: str, text: str) -> None:
    """Set a text attribute of a span that this thread works on, at a tenth of the usual cost.

    Straight into what the SDK's span holds, where it has no limit to apply; else as usual.
    """
    try:
        held: Any = span._attributes  # type: ignore[attr-defined]  # noqa: SLF001 - the SDK's span
        has_room = held.maxlen is None or len(held._dict) < held.maxlen  # noqa: SLF001 - as above
        if has_room and held.max_value_len is None and span._end_time is None:  # type: ignore[attr-defined]  # noqa: SLF001 - as above
            held._dict[key] = text  # noqa: SLF001 - as above
            return
    except AttributeError:
        pass  # a span of another SDK, or of a later version of this one
    span.set_attribute(key, text)


def attributes_from(given: Mapping[Any, object]) -> dict[str, AttributeValue]:
    """Span attributes out of any mapping: keys as text, values by `attribute_value`, without None.

    Args:
        given: keys may be members of `Attributes`.
    """
    return {
        key.value if isinstance(key, Enum) else str(key): attribute_value(value)
        for key, value in given.items()
        if value is not None
    }


def span_type_of(given: str) -> str | None:
    """A span type in upper case; None for DEFAULT, which is not written, and for unknown ones."""
    kind = str(given).upper()
    if kind in SPAN_TYPES:
        return kind
    if kind != "DEFAULT":
        warn_once(
            f"span type: {given}", "There is no span type %r: DEFAULT, %s.", given, _TYPE_NAMES
        )
    return None


def tag_list(tags: object) -> list[str] | None:
    """Tags without duplicates, in the order given; None if these are no tags.

    Args:
        tags: an iterable of strings; a single string is one tag.
    """
    if isinstance(tags, str):
        return [tags]
    if not isinstance(tags, (list, tuple, set, frozenset)):
        return None
    if not all(isinstance(tag, str) for tag in tags):
        return None
    return list(dict.fromkeys(sorted(tags) if isinstance(tags, (set, frozenset)) else tags))
