"""Whichever way leads to a page, it is the same page, and none is followed without end."""

from __future__ import annotations

from itertools import product

import pytest
from oracle.small import START
from store.battery_lists import a_crowd, meets
from store.projects import open_with_projects
from store.shelf import listed, paged, put, where

from threadline_server.errors import ThreadlineError
from threadline_server.store.contract import Filter, ListQuery
from threadline_server.store.sqlite import routes

COLLECTED = {"FEWEST": 1_000, "GLANCED_AT": 1, "FEW": 1_000, "WALKED": 1, "MANY": 1_000}
GLANCED = {"FEWEST": 0, "GLANCED_AT": 1_000_000, "FEW": 0, "WALKED": 1, "MANY": 0}
WALKED = {"FEWEST": 0, "GLANCED_AT": 1, "FEW": 0, "WALKED": 1_000_000, "MANY": 0}
WALKED_THEN_COLLECTED = {"FEWEST": 0, "GLANCED_AT": 1, "FEW": 0, "WALKED": 1, "MANY": 1_000}

FILTERS = [
    where("span_count", "integer", "eq", 2),
    where("input_tokens", "integer", "gt", 150),
    where("error_count", "integer", "gte", 1),
    where("session_id", "text", "eq", "session 3"),
    where("session_id", "text", "lt", "session 3"),
    where("total_cost", "number", "exists", False),
    where("start_ns", "integer", "lte", START + 2),
    where("duration_ns", "integer", "gt", 0) + where("running", "boolean", "eq", 0),
]


SAID = [
    where("tags", "array", "contains", "beta"),
    where("tags", "array", "exists", True),
    where("models", "array", "contains", "m"),
    where("plan", "metadata", "eq", "pro"),
    where("plan", "metadata", "ne", "pro"),
    where("plan", "metadata", "contains", "re"),
    where("plan", "metadata", "exists", True),
    where("plan", "metadata", "exists", False),
    where("seats", "metadata", "gt", 8),
    where("user_ids", "array", "contains", "ada"),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    store = open_with_projects(tmp_path_factory.mktemp("routes"), [])
    put(store, *a_crowd())
    yield store
    store.close()


def take(monkeypatch, way):
    for name, value in way.items():
        monkeypatch.setattr(routes, name, value)


@pytest.mark.parametrize("way", [COLLECTED, GLANCED, WALKED, WALKED_THEN_COLLECTED])
@pytest.mark.parametrize("noun", ["sessions", "traces"])
def test_each_way_keeps_the_rows_that_the_filters_name(monkeypatch, store, noun, way):
    everything = listed(store, noun)
    take(monkeypatch, way)
    for filters, sort, descending in product(
        FILTERS, ["start_ns", "total_cost", "error_count"], [False, True]
    ):
        found = listed(store, noun, filters=filters, sort=sort, descending=descending)
        expected = [row for row in everything if all(meets(row, each) for each in filters)]
        assert sorted(map(repr, found)) == sorted(map(repr, expected)), (filters, sort)
        values = [getattr(row, sort) for row in found]
        known = [value for value in values if value is not None]
        assert values[: len(known)] == sorted(known, reverse=descending)


@pytest.mark.parametrize("way", [COLLECTED, GLANCED, WALKED_THEN_COLLECTED])
@pytest.mark.parametrize("noun", ["sessions", "traces", "spans"])
@pytest.mark.parametrize("filters", SAID, ids=lambda each: f"{each[0].column} {each[0].operator}")
def test_each_way_keeps_what_was_said_in_lists_and_metadata(monkeypatch, store, noun, way, filters):
    if filters[0].column == "user_ids" and noun != "sessions":
        filters = where("user_id", "text", "eq", "ada")
    if filters[0].column == "models" and noun == "spans":
        filters = where("model", "text", "eq", "m")
    take(monkeypatch, WALKED)
    walked = listed(store, noun, filters=filters)
    take(monkeypatch, way)
    assert listed(store, noun, filters=filters) == walked
    assert walked


@pytest.mark.parametrize("way", [COLLECTED, GLANCED, WALKED, WALKED_THEN_COLLECTED])
@pytest.mark.parametrize("noun", ["sessions", "traces", "spans"])
@pytest.mark.parametrize("longest", [0, 2, 1_000])
def test_each_way_keeps_what_meets_a_range_of_time(monkeypatch, store, noun, way, longest):
    everything = {repr(row) for row in listed(store, noun, sort="start_ns")}
    monkeypatch.setattr(routes, "LONGEST", longest)
    seconds = range(START - 10**9, START + 20 * 10**9, 3 * 10**9)
    for from_ns, to_ns in product([None, *seconds], [None, *seconds]):
        take(monkeypatch, WALKED)
        walked = listed(store, noun, from_ns=from_ns, to_ns=to_ns)
        take(monkeypatch, way)
        found = listed(store, noun, from_ns=from_ns, to_ns=to_ns)
        assert found == walked, (from_ns, to_ns)
        assert {repr(row) for row in found} <= everything


def query(noun="traces", sort="start_ns", *filters):
    return ListQuery("default", noun, sort, descending=True, limit=5, filters=filters)


def ways(store, asked):
    with store._readers.snapshot() as reader:
        return list(routes.routes(reader.connection, asked, 1))


def test_a_list_without_filters_is_walked(store):
    (only,) = ways(store, query())
    assert (only.access, only.driver) == ("INDEXED BY traces_by_start", None)


def test_what_a_filter_names_few_of_is_collected_from_its_index(store):
    error = Filter("status", "text", "eq", "error")
    ok = Filter("running", "boolean", "eq", 0)
    (only,) = ways(store, query("traces", "total_cost", ok, error))
    assert only.driver is not None
    assert "traces_by_status" in only.driver.rows


def test_where_many_match_the_list_is_walked_before_they_are_collected(monkeypatch, store):
    monkeypatch.setattr(routes, "FEWEST", 1)
    monkeypatch.setattr(routes, "FEW", 2)
    error = Filter("status", "text", "eq", "error")
    glance, walk, collected = ways(store, query("traces", "total_cost", error))
    for walked in (glance, walk):
        assert (walked.access, walked.driver) == ("INDEXED BY traces_by_total_cost", None)
    assert glance.steps < walk.steps
    assert collected.driver is not None


def test_where_some_match_a_short_walk_is_tried_before_they_are_collected(monkeypatch, store):
    monkeypatch.setattr(routes, "FEWEST", 1)
    error = Filter("status", "text", "eq", "error")
    glance, collected = ways(store, query("traces", "total_cost", error))
    assert (glance.steps, glance.driver) == (routes.GLANCED_AT, None)
    assert collected.driver is not None


def test_failed_spans_are_walked_by_an_index_of_their_own(monkeypatch, store):
    monkeypatch.setattr(routes, "FEWEST", 0)
    first, *_ = ways(store, query("spans", "start_ns", Filter("status", "text", "eq", "error")))
    assert first.access == "INDEXED BY spans_of_errors"


def test_a_list_for_which_too_much_would_be_looked_at_says_so(monkeypatch, store):
    for limit in ("FEWEST", "GLANCED_AT", "WALKED", "LOOKED_AT"):
        monkeypatch.setattr(routes, limit, 1)
    with pytest.raises(ThreadlineError) as caught:
        listed(store, "traces", filters=where("name", "text", "contains", "nowhere"))
    assert caught.value.code == "list_too_broad"
    monkeypatch.setattr(routes, "LOOKED_AT", 1_000_000)
    assert listed(store, "traces", filters=where("name", "text", "contains", "nowhere")) == []


def test_spans_sort_by_a_column_without_an_index_up_to_a_limit(monkeypatch, store):
    assert len(paged(store, "spans", "total_cost", descending=True, limit=4)) == 30
    for limit in ("FEWEST", "FEW", "MANY"):
        monkeypatch.setattr(routes, limit, 10)
    with pytest.raises(ThreadlineError) as caught:
        listed(store, "spans", sort="total_cost")
    assert caught.value.code == "list_too_broad"
    rows = listed(store, "spans", sort="total_cost", session_id="session 3")
    assert {row.session_id for row in rows} == {"session 3"}
