"""The user's own prices are read as they are written, and the closest of them is taken."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline_server.errors import ThreadlineError
from threadline_server.model.price import OwnPrice, Rates
from threadline_server.normalize.prices.own import (
    match,
    own_document,
    own_price,
    read_own,
    same_key,
    write_own,
)

RATE = st.none() | st.floats(0, 1e6)
PRICES = st.builds(
    OwnPrice,
    st.text("abc-4.o", min_size=1) | st.text("abc", min_size=0).map(lambda name: f"{name}*"),
    st.none() | st.text("xyz", min_size=1),
    st.builds(Rates, st.floats(0, 1e6), RATE, RATE, RATE, RATE),
)


def own(model: str, provider: str | None = None, dollars: float = 1.0) -> OwnPrice:
    return OwnPrice(model, provider, Rates(input=dollars))


@given(st.lists(PRICES, max_size=5))
def test_what_is_written_is_read_back(tmp_path_factory, prices) -> None:
    file = tmp_path_factory.getbasetemp() / "written.json"
    write_own(file, prices)
    assert read_own(file) == tuple(prices)


def test_where_there_is_no_file_there_are_no_prices(tmp_path) -> None:
    assert read_own(tmp_path / "none.json") == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "no JSON"),
        ("[]", "prices"),
        ('{"prices": [1]}', "no object"),
        ('{"prices": [{"input": 1}]}', "no model"),
        ('{"prices": [{"model": "m"}]}', "neither input nor output"),
        ('{"prices": [{"model": "m", "input": -1}]}', "no amount"),
        ('{"prices": [{"model": "m", "input": true}]}', "no amount"),
        ('{"prices": [{"model": "m", "input": "1"}]}', "no amount"),
        ('{"prices": [{"model": "m", "input": 1, "inptu": 1}]}', "inptu"),
        ('{"prices": [{"model": "m*n", "input": 1}]}', "stands at the end"),
        ('{"prices": [{"model": "m", "provider": 3, "input": 1}]}', "no name"),
    ],
)
def test_a_file_that_cannot_be_understood_is_named_with_the_reason(tmp_path, text, why) -> None:
    file = tmp_path / "prices.json"
    file.write_text(text)
    with pytest.raises(ThreadlineError, match=why) as raised:
        read_own(file)
    assert str(file) in raised.value.message


@given(PRICES)
def test_a_price_is_what_its_document_says(price) -> None:
    assert own_price(orjson.loads(orjson.dumps(own_document(price)))) == price


def test_a_whole_name_goes_before_a_beginning_and_a_longer_beginning_before_a_shorter() -> None:
    prices = [own("gpt*"), own("gpt-4o*"), own("gpt-4o"), own("*")]
    found = [match(prices, [], name) for name in ("gpt-4o", "GPT-4o-mini", "gpt-5", "claude")]
    assert [each.model if each else None for each in found] == ["gpt-4o", "gpt-4o*", "gpt*", "*"]


def test_a_price_for_the_provider_goes_before_one_for_any_and_for_no_other_provider() -> None:
    prices = [own("m"), own("m", "OpenAI", 2.0)]
    assert match(prices, ["openai"], "m") == prices[1]
    assert match(prices, ["azure"], "m") == prices[0]
    assert match(prices[1:], ["azure"], "m") is None
    assert match(prices[1:], [], "m") is None


def test_a_price_is_the_same_whatever_the_case_of_its_names() -> None:
    assert same_key(own("GPT-4o", "OpenAI"), "gpt-4o ", "openai")
    assert not same_key(own("gpt-4o"), "gpt-4o", "openai")
