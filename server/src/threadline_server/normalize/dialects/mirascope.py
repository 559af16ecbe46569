"""Read what Mirascope writes of traced functions beside the GenAI conventions."""

from __future__ import annotations

from threadline_server.model.attributes import AttributeValue
from threadline_server.model.span import SpanType
from threadline_server.normalize.dialects.dialect import Dialect
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.numbers import dollars
from threadline_server.normalize.source import carrying, fields, named, texts


def _is_step(_: AttributeValue) -> SpanType:
    """A function of the program, or the turn that follows a call: the calls in it are spans."""
    return "chain"


def _total(value: AttributeValue) -> float | None:
    """Dollars; Mirascope counts in ten-thousandths of one."""
    total = dollars((fields(value) or {}).get("total_cost"))
    return None if total is None else total / 10_000


MIRASCOPE = Dialect(
    name="mirascope",
    title="Mirascope",
    sources=(
        *named(Meaning.OPERATION, "mirascope.type", read=_is_step),
        *named(Meaning.TOTAL_COST, "mirascope.response.cost", read=_total),
        *carrying(Meaning.INPUT, "mirascope.trace.arg_values"),
        *carrying(Meaning.OUTPUT, "mirascope.trace.output"),
        *named(Meaning.TAGS, "mirascope.trace.tags", read=texts),
        *named(Meaning.METADATA, "mirascope.trace.metadata", read=fields),
    ),
)
