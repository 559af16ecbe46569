"""A span gets the cost of its tokens where it reports none itself, at prices of its own time."""

from __future__ import annotations

import pytest
from spans import RECEIVED_NS, START_NS, decoded

from threadline_server.model.price import OwnPrice, Rates
from threadline_server.model.span import Cost, Span, Tokens
from threadline_server.normalize.pipeline import normalize
from threadline_server.normalize.prices.book import PriceBook
from threadline_server.normalize.prices.table import PriceTable

USAGE = {"gen_ai.usage.input_tokens": 1_000, "gen_ai.usage.output_tokens": 100}
CALL = {"gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o", **USAGE}


def priced(table: PriceTable, **attributes: object) -> Span:
    (span,) = normalize([decoded(attributes=dict(attributes))], RECEIVED_NS, table)
    return span


def cost_of(table: PriceTable, **names: str | None) -> float | None:
    given = {"provider": None, "response_model": None, "request_model": None} | names
    return table.cost(Tokens(1_000_000, 0), **given, time_ns=START_NS).total


def test_a_call_without_cost_gets_one_computed() -> None:
    assert priced(PriceTable(), **CALL).cost == Cost(0.0025, 0.001, 0.0035, "computed")


@pytest.mark.parametrize("key", ["input_cost", "output_cost", "cost"])
@pytest.mark.parametrize("dollars", [0.0, 2.5])
def test_any_part_of_a_cost_that_is_reported_makes_it_a_reported_one(key, dollars) -> None:
    span = priced(PriceTable(), **CALL, **{f"gen_ai.usage.{key}": dollars})
    assert (span.cost.total, span.cost.source) == (dollars, "reported")


@pytest.mark.parametrize(
    "attributes",
    [
        CALL | {"gen_ai.request.model": "no-such-model"},
        CALL | {"gen_ai.provider.name": "ollama"},
        {"gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o"},
        CALL | {"gen_ai.usage.input_tokens": 0, "gen_ai.usage.output_tokens": 0},
        USAGE,
    ],
    ids=["model", "provider", "no usage", "zero usage", "no model"],
)
def test_without_a_price_or_without_tokens_a_cost_stays_unknown(attributes) -> None:
    assert priced(PriceTable(), **attributes).cost == Cost()


def test_a_cost_is_computed_for_whatever_reports_tokens_and_names_a_model() -> None:
    embedding = CALL | {
        "gen_ai.operation.name": "embeddings",
        "gen_ai.request.model": "text-embedding-3-small",
        "gen_ai.usage.output_tokens": 0,
    }
    assert priced(PriceTable(), **embedding).cost.total == 2e-05
    agent = CALL | {"gen_ai.operation.name": "invoke_agent"}
    assert priced(PriceTable(), **agent).cost.source == "computed"


def test_the_model_that_answered_tells_and_else_the_one_that_was_asked_for() -> None:
    table = PriceTable()
    asked = cost_of(table, provider="openai", request_model="gpt-4o")
    mini = cost_of(table, provider="openai", request_model="gpt-4o-mini")
    both = {"provider": "openai", "request_model": "gpt-4o"}
    assert cost_of(table, **both, response_model="gpt-4o-mini") == mini
    assert cost_of(table, **both, response_model="deployment-7") == asked


def test_an_own_price_goes_before_the_lists_even_for_the_model_that_was_asked_for() -> None:
    table = PriceTable([OwnPrice("gpt-4o", "openai", Rates(input=7.0))])
    names = {"request_model": "gpt-4o", "response_model": "gpt-4o-2024-08-06"}
    assert cost_of(table, provider="openai", **names) == 7.0
    assert cost_of(table, provider="openai.chat", **names) == 7.0
    assert cost_of(table, provider="azure", **names) != 7.0


def test_an_own_price_holds_for_a_provider_that_no_list_knows() -> None:
    table = PriceTable([OwnPrice("llama*", "ollama", Rates(input=0.0))])
    assert cost_of(table, provider="ollama", request_model="llama3.2:3b") == 0.0


def test_a_book_keeps_what_is_set_and_takes_away_what_is_unset(tmp_path) -> None:
    file = tmp_path / "prices.json"
    book = PriceBook(file)
    book.put(OwnPrice("m", None, Rates(input=1.0)))
    book.put(OwnPrice("M", None, Rates(input=2.0)))
    book.put(OwnPrice("m", "p", Rates(input=3.0)))
    assert cost_of(book.table, request_model="m") == 2.0
    assert PriceBook(file).table.own == book.table.own
    assert book.remove("m", None)
    assert not book.remove("m", None)
    assert [price.provider for price in PriceBook(file).table.own] == ["p"]


def test_names_that_are_longer_than_any_are_priced_and_not_remembered() -> None:
    long = "m" * 1_000
    table = PriceTable([OwnPrice(long, None, Rates(input=1.0, output=1.0))])
    cost = table.cost(
        Tokens(1_000_000, 0), provider=None, response_model=long, request_model=None, time_ns=0
    )
    assert cost.total == 1.0
    assert table._offer.cache_info().currsize == 0
