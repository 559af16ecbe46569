"""REST over prices: what models cost, and own prices in place of those."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Body, Query

from threadline_server.errors import not_found
from threadline_server.model.price import ListedPrice, OwnPrice, Price, Rates
from threadline_server.show import schemas
from threadline_server.show.answer import BODY_ERRORS, ERRORS, JsonAnswer
from threadline_server.show.api.services import Services
from threadline_server.show.documents import price_document

Model = Annotated[str, Query(description="The name as it was set, its `*` included.")]
Provider = Annotated[str | None, Query(description="The provider as it was set.")]


def prices_router(services: Services) -> APIRouter:
    """The route /prices."""
    router = APIRouter(tags=["prices"], responses=ERRORS, default_response_class=JsonAnswer)
    prices = services.prices

    @router.get("/prices", response_model=schemas.PriceList)
    def list_prices(
        model: Annotated[str | None, Query(description="Only names that contain it.")] = None,
        provider: Annotated[str | None, Query(description="Only this provider.")] = None,
        own: Annotated[bool, Query(description="Only own prices.")] = False,
    ) -> JsonAnswer:
        """List today's prices, own ones first; these go before the others."""
        found = prices.listed(datetime.now(UTC).date())
        items = [
            price_document(each)
            for each in found
            if _selected(each, model=model, provider=provider, own=own)
        ]
        return JsonAnswer({"items": items, "catalog": prices.catalog})

    @router.put("/prices", response_model=schemas.Price, responses=BODY_ERRORS)
    def set_price(price: Annotated[schemas.OwnPrice, Body()]) -> JsonAnswer:
        """Set an own price, in place of the one for the same model and provider if there is one.

        Spans that come in from now on are priced by it; POST /maintenance/reprice prices the rest.
        """
        own = OwnPrice(
            price.model.strip(),
            price.provider and price.provider.strip(),
            Rates(price.input, price.output, price.cache_read, price.cache_write, price.reasoning),
        )
        prices.put(own)
        listed = ListedPrice(own.model, own.provider, Price(own.rates), "own")
        return JsonAnswer(price_document(listed))

    @router.delete("/prices", response_model=schemas.RemovedPrice)
    def unset_price(model: Model, provider: Provider = None) -> JsonAnswer:
        """Take an own price away; what the list says holds again."""
        if not prices.remove(model, provider):
            of = model if provider is None else f"{model} of {provider}"
            raise not_found("own price", of, "GET /api/v1/prices?own=true lists them")
        return JsonAnswer({"model": model, "provider": provider})

    return router


def _selected(listed: ListedPrice, *, model: str | None, provider: str | None, own: bool) -> bool:
    if own and listed.source != "own":
        return False
    if provider is not None and (listed.provider or "").lower() != provider.lower():
        return False
    return model is None or model.lower() in listed.model.lower()
