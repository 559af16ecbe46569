"""Turn a span's model, provider and time into the cost of its tokens, by own prices and the list's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache

from threadline_server.model.price import ListedPrice, OwnPrice, Price
from threadline_server.model.span import Cost, Span, Tokens
from threadline_server.normalize.prices import catalog
from threadline_server.normalize.prices.catalog import NAME_LIMIT, Offer
from threadline_server.normalize.prices.cost import computed_cost
from threadline_server.normalize.prices.own import match

REMEMBERED = 4_096
"""Models of providers for which it is remembered what they cost; names are the clients' to choose."""


class PriceTable:
    """Prices as they stand; another table takes its place where they change. Any thread may ask."""

    def __init__(self, own: Sequence[OwnPrice] = ()) -> None:
        self.own = tuple(own)
        self._offer = lru_cache(maxsize=REMEMBERED)(self._find)

    def cost(
        self,
        tokens: Tokens,
        *,
        provider: str | None,
        response_model: str | None,
        request_model: str | None,
        time_ns: int,
    ) -> Cost:
        """What a call cost by the prices of its time; unknown where there is none for its model.

        The model that answered tells, and where nothing is known of it the one that was asked for.
        """
        if response_model is None and request_model is None:
            return Cost()
        names = (provider, response_model, request_model)
        is_short = all(name is None or len(name) <= NAME_LIMIT for name in names)
        found = self._offer(*names) if is_short else self._find(*names)
        return Cost() if found is None else computed_cost(tokens, found.at(time_ns))

    def apply(self, span: Span) -> None:
        """Give a span the cost of its tokens, unless it reports tokens of no kind or reports a cost
        itself. Wrappers get theirs too: whether it counts is for the rollup to tell.
        """
        if span.cost.source != "reported" and span.tokens.reported:
            span.cost = self.cost(
                span.tokens,
                provider=span.provider,
                response_model=span.response_model,
                request_model=span.request_model,
                time_ns=span.start_ns,
            )

    def _find(
        self, provider: str | None, response_model: str | None, request_model: str | None
    ) -> Offer | None:
        models = [model for model in (response_model, request_model) if model is not None]
        if self.own:
            sellers = _sellers(provider)
            for model in models:
                if (own := match(self.own, sellers, model)) is not None:
                    return Offer(((None, Price(own.rates)),))
        return next(
            (found for model in models if (found := catalog.offer(provider, model)) is not None),
            None,
        )

    def listed(self, on: date) -> Iterator[ListedPrice]:
        """Every price: own ones first, then those of the list that hold on a day."""
        for own in self.own:
            yield ListedPrice(own.model, own.provider, Price(own.rates), "own")
        yield from catalog.listed(on)


def _sellers(provider: str | None) -> list[str]:
    if provider is None:
        return []
    known = catalog.provider_of(provider)
    return [provider.strip().lower(), *([] if known is None else [known])]
