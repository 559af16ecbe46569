"""Turn what a span reports of tokens and cost into one report with one convention."""

from __future__ import annotations

from threadline_server.model.span import Cost, Tokens
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.reading import Reading


def tokens(reading: Reading) -> Tokens:
    """The tokens that a span reports; None where it says nothing.

    Cached tokens are part of the input and reasoning of the output. A dialect that counts them
    beside it, as providers' raw usage does, tells so by a part that exceeds its whole or by a total
    that input and output fall short of by just that part; then they are added.
    """
    spent, made = _split(
        reading[Meaning.INPUT_TOKENS], reading[Meaning.OUTPUT_TOKENS], reading[Meaning.TOTAL_TOKENS]
    )
    read, written = reading[Meaning.CACHE_READ_TOKENS], _written(reading)
    reasoned = reading[Meaning.REASONING_TOKENS]
    cached, thought = (read or 0) + (written or 0), reasoned or 0
    if cached or thought:
        beside = (reading[Meaning.TOTAL_TOKENS] or 0) - (spent or 0) - (made or 0)
        if spent is not None and (cached > spent or 0 < cached == beside - thought):
            spent, beside = spent + cached, beside - cached
        elif spent is not None and 0 < cached == beside:
            spent, beside = spent + cached, 0
        if made is not None and (thought > made or 0 < thought == beside):
            made += thought
    return Tokens(
        input=spent, output=made, cache_read=read, cache_write=written, reasoning=reasoned
    )


def _written(reading: Reading) -> int | None:
    """What was written to a cache, or else the sum of what was for five minutes and for an hour."""
    written: int | None = reading[Meaning.CACHE_WRITE_TOKENS]
    if written is not None:
        return written
    short, long = reading[Meaning.CACHE_WRITE_5M_TOKENS], reading[Meaning.CACHE_WRITE_1H_TOKENS]
    return None if short is None and long is None else (short or 0) + (long or 0)


def _split(spent: int | None, made: int | None, total: int | None) -> tuple[int | None, int | None]:
    """Input and output; what only a total tells is the other's, or input where it is alone."""
    if total is None or (spent is not None and made is not None):
        return spent, made
    if spent is None:
        return (total - (made or 0) if total >= (made or 0) else None), made
    return spent, (total - spent if total >= spent else None)


def cost(reading: Reading) -> Cost:
    """The US dollars that a span reports; a total that is absent is the sum of its parts."""
    input_cost, output_cost = reading[Meaning.INPUT_COST], reading[Meaning.OUTPUT_COST]
    total = reading[Meaning.TOTAL_COST]
    if total is None:
        if input_cost is None and output_cost is None:
            return Cost()
        total = (input_cost or 0.0) + (output_cost or 0.0)
    return Cost(input=input_cost, output=output_cost, total=total, source="reported")
