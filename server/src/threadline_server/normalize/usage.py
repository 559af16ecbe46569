"""Turn what a span reports of tokens and cost into one report with one convention."""

from __future__ import annotations

from threadline_server.model.span import Cost, Tokens
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.reading import Reading


def tokens(reading: Reading) -> Tokens:
    """The tokens that a span reports; None where it says nothing.

    A part is never more than its whole: where cached tokens exceed the input, its dialect counts
    them beside it, as providers' raw usage does, and they are added; the same of reasoning.
    """
    spent, made = reading[Meaning.INPUT_TOKENS], reading[Meaning.OUTPUT_TOKENS]
    read, written = reading[Meaning.CACHE_READ_TOKENS], reading[Meaning.CACHE_WRITE_TOKENS]
    reasoned = reading[Meaning.REASONING_TOKENS]
    cached = (read or 0) + (written or 0)
    if spent is not None and cached > spent:
        spent += cached
    if made is not None and (reasoned or 0) > made:
        made += reasoned
    return Tokens(
        input=spent, output=made, cache_read=read, cache_write=written, reasoning=reasoned
    )


def cost(reading: Reading) -> Cost:
    """The US dollars that a span reports; a total that is absent is the sum of its parts."""
    input_cost, output_cost = reading[Meaning.INPUT_COST], reading[Meaning.OUTPUT_COST]
    total = reading[Meaning.TOTAL_COST]
    if total is None and (input_cost is not None or output_cost is not None):
        total = (input_cost or 0.0) + (output_cost or 0.0)
    return Cost(
        input=input_cost,
        output=output_cost,
        total=total,
        source=None if total is None else "reported",
    )
