"""Prices over REST: what is listed, and what setting one changes."""

from __future__ import annotations

import pytest
from otlp_requests import request

from threadline_server.app import create_app
from threadline_server.settings import Settings

PROTOBUF = {"content-type": "application/x-protobuf"}


async def test_the_list_names_its_origin_and_gives_dollars_per_million_tokens(empty) -> None:
    document = await empty.document("/api/v1/prices", model="gpt-4o", provider="openai")
    assert document["catalog"].startswith("genai-prices ")
    prices = {price["model"]: price for price in document["items"]}
    assert prices["gpt-4o"] == {
        "model": "gpt-4o",
        "provider": "openai",
        "input": 2.5,
        "output": 10.0,
        "cache_read": 1.25,
        "cache_write": None,
        "reasoning": None,
        "call": 0.0,
        "tiers": [],
        "source": "built_in",
    }
    assert all("gpt-4o" in name for name in prices)


async def test_tiers_are_listed_with_the_rates_beyond_them(empty) -> None:
    document = await empty.document("/api/v1/prices", model="claude-sonnet-4-5")
    (price,) = [each for each in document["items"] if each["provider"] == "anthropic"]
    (tier,) = price["tiers"]
    assert (tier["above_input_tokens"], tier["input"]) == (200_000, 6.0)


async def test_an_own_price_is_listed_first_kept_and_taken_away(empty, tmp_path) -> None:
    mine = {"model": "gpt-4o*", "provider": "openai", "input": 1.0, "cache_read": 0.5}
    answer = await empty.http.put("/api/v1/prices", json=mine)
    assert answer.status_code == 200
    assert answer.json()["source"] == "own"
    own = await empty.document("/api/v1/prices", own=True)
    assert own["items"] == [answer.json()]
    every = await empty.document("/api/v1/prices", model="gpt-4o")
    assert every["items"][0] == answer.json()
    assert (tmp_path / "prices.json").exists()
    named = {"model": "gpt-4o*", "provider": "openai"}
    assert (await empty.http.delete("/api/v1/prices", params=named)).json() == named
    assert (await empty.http.delete("/api/v1/prices", params=named)).status_code == 404
    assert (await empty.document("/api/v1/prices", own=True))["items"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"model": "m"},
        {"model": " ", "input": 1},
        {"model": "a*b", "input": 1},
        {"model": "m", "input": -1},
        {"model": "m", "input": "Infinity"},
        {"model": "m", "input": 1, "inptu": 2},
        {"model": "m", "provider": " ", "input": 1},
        {"input": 1},
        [],
    ],
)
async def test_a_price_that_is_none_is_refused_and_nothing_changes(empty, tmp_path, body) -> None:
    answer = await empty.http.put("/api/v1/prices", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid_body")
    assert not (tmp_path / "prices.json").exists()


def calls(*names: str) -> bytes:
    """A request with a call of gpt-4o of each name, a million tokens each."""
    message = request(*names)
    for span in message.resource_spans[0].scope_spans[0].spans:
        for key, text in (("provider.name", "openai"), ("request.model", "gpt-4o")):
            span.attributes.add(key=f"gen_ai.{key}").value.string_value = text
        span.attributes.add(key="gen_ai.usage.input_tokens").value.int_value = 1_000_000
    return message.SerializeToString()


async def test_spans_are_priced_by_what_holds_when_they_come_in(empty) -> None:
    await empty.http.post("/v1/traces", content=calls("first"), headers=PROTOBUF)
    await empty.http.put("/api/v1/prices", json={"model": "gpt-4o", "input": 7})
    await empty.http.post("/v1/traces", content=calls("first", "second"), headers=PROTOBUF)
    listed = await empty.document("/api/v1/spans", sort="name")
    costs = {span["name"]: (span["total_cost"], span["cost_source"]) for span in listed["items"]}
    assert costs == {"first": (2.5, "computed"), "second": (7.0, "computed")}


def test_a_file_that_cannot_be_understood_keeps_the_server_from_starting(tmp_path) -> None:
    (tmp_path / "mine.json").write_text("{")
    with pytest.raises(Exception, match=r"mine\.json"):
        create_app(Settings(data_dir=tmp_path / "data", prices=tmp_path / "mine.json"))
    create_app(Settings(data_dir=tmp_path / "data")).store.close()  # the folder is free again
