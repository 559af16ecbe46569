"""Name the attributes that Threadline writes on spans, and fit values into them."""

from collections.abc import Sequence
from enum import Enum

from opentelemetry.util.types import AttributeValue

SESSION_ID = "session.id"
USER_ID = "user.id"
SPAN_TYPE = "lmnr.span.type"
SPAN_INPUT = "lmnr.span.input"
SPAN_OUTPUT = "lmnr.span.output"
METADATA_PREFIX = "lmnr.association.properties.metadata."
TAGS = "lmnr.association.properties.tags"
LINK = "threadline.link"

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
    if kinds == {int} and not all(
        isinstance(value, int) and -_MAX_INT <= value <= _MAX_INT for value in values
    ):
        return None
    return list(values)  # type: ignore[arg-type]  # one kind, which the line above has proved


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
