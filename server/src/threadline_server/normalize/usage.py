"""Turn what a span reports of tokens and cost into one report with one convention."""

from __future__ import annotations

from operator import itemgetter

from threadline_server.model.span import NO_COST, NO_TOKENS, Cost, Tokens
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.reading import Reading

_COUNTS = itemgetter(
    Meaning.INPUT_TOKENS,
    Meaning.OUTPUT_TOKENS,
    Meaning.TOTAL_TOKENS,
    Meaning.CACHE_READ_TOKENS,
    Meaning.CACHE_WRITE_TOKENS,
    Meaning.CACHE_WRITE_5M_TOKENS,
    Meaning.CACHE_WRITE_1H_TOKENS,
    Meaning.REASONING_TOKENS,
    Meaning.CACHES_BESIDE,
)
_COSTS = itemgetter(Meaning.INPUT_COST, Meaning.OUTPUT_COST, Meaning.TOTAL_COST)


def tokens(reading: Reading) -> Tokens:
    """The tokens that a span reports; None where it says nothing.

    Cached tokens are part of the input and reasoning of the output. A dialect that counts them
    beside it, as providers' raw usage does, tells so, or else it shows in a part that exceeds its
    whole or in a total that input and output fall short of by just that part; then they are added. What was written to
    a cache may be told as the sum of what was for five minutes and for an hour. Where they are an account of
    what another span tells they are that one's.
    """
    if not reading.plan.usage or reading[Meaning.USAGE_REPEATED]:
        return NO_TOKENS
    spent, made, total, read, written, short, long, reasoned, apart = _COUNTS(reading.values)
    if spent is None or made is None:
        spent, made = _split(spent, made, total)
    if written is None and (short is not None or long is not None):
        written = (short or 0) + (long or 0)
    cached, thought = (read or 0) + (written or 0), reasoned or 0
    if cached or thought:
        beside = (total or 0) - (spent or 0) - (made or 0)
        if spent is not None and apart is True:
            spent, beside = spent + cached, max(beside - cached, 0)
        elif spent is not None and (cached > spent or 0 < cached == beside - thought):
            spent, beside = spent + cached, beside - cached
        elif spent is not None and 0 < cached == beside:
            spent, beside = spent + cached, 0
        if made is not None and (thought > made or 0 < thought == beside):
            made += thought
    return Tokens(spent, made, read, written, reasoned)


def _split(spent: int | None, made: int | None, total: int | None) -> tuple[int | None, int | None]:
    """Input and output; what only a total tells is the other's, or input where it is alone."""
    if total is None:
        return spent, made
    if spent is None:
        return (total - (made or 0) if total >= (made or 0) else None), made
    return spent, (total - spent if total >= spent else None)


def cost(reading: Reading) -> Cost:
    """The US dollars that a span reports; a total that is absent is the sum of its parts."""
    if not reading.plan.cost:
        return NO_COST
    input_cost, output_cost, total = _COSTS(reading.values)
    if total is None:
        if input_cost is None and output_cost is None:
            return NO_COST
        total = (input_cost or 0.0) + (output_cost or 0.0)
    return Cost(input_cost, output_cost, total, "reported")
