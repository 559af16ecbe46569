"""What traces say in lists and metadata is found as long as their rows say it, and no longer."""

import sqlite3

import pytest
from oracle.small import a_span
from store.projects import open_with_projects
from store.shelf import listed, put, where

from threadline_server.store.sqlite.store import DATABASE

TRACE = "7" * 32


@pytest.fixture
def store(tmp_path):
    store = open_with_projects(tmp_path, [])
    yield store
    store.close()


def values(tmp_path):
    """Every value that the index has, by field."""
    database = sqlite3.connect(tmp_path / DATABASE)
    try:
        return sorted(database.execute("SELECT field, value FROM trace_values"))
    finally:
        database.close()


def said(plan, *tags, **more):
    return {
        "session.id": "s",
        "lmnr.association.properties.metadata.plan": plan,
        "lmnr.association.properties.tags": list(tags),
        **more,
    }


def test_every_member_key_and_value_is_there(store, tmp_path):
    put(store, a_span(1, trace=TRACE, keys=said("pro", "a", "b")))
    assert values(tmp_path) == [
        ("metadata", "plan"),
        ("metadata.plan", "pro"),
        ("tags", "a"),
        ("tags", "b"),
    ]


def test_a_root_that_comes_late_says_otherwise(store, tmp_path):
    put(store, a_span(2, 1, trace=TRACE, keys=said("free", "a")))
    put(store, a_span(1, trace=TRACE, keys=said("pro", "b")))
    assert ("metadata.plan", "free") not in values(tmp_path)
    assert ("metadata.plan", "pro") in values(tmp_path)
    assert [each for each in values(tmp_path) if each[0] == "tags"] == [
        ("tags", "a"),
        ("tags", "b"),
    ]


def test_a_later_version_of_a_span_takes_back_what_the_earlier_said(store, tmp_path):
    put(store, a_span(1, at=(0, 1), trace=TRACE, keys=said("pro", "a")))
    put(store, a_span(1, at=(0, 2), trace=TRACE, keys=said("team", "b")))
    assert values(tmp_path) == [("metadata", "plan"), ("metadata.plan", "team"), ("tags", "b")]


def test_nothing_is_left_of_a_deleted_session(store, tmp_path):
    put(store, a_span(1, trace=TRACE, keys=said("pro", "a")))
    store.delete_session("default", "s")
    assert values(tmp_path) == []


def test_of_a_long_value_the_index_has_the_beginning_and_the_filter_all(store, tmp_path):
    long = "x" * 300
    put(store, a_span(1, trace=TRACE, keys=said(long + "1", long + "2")))
    assert {len(value) for field, value in values(tmp_path) if value.startswith("x")} == {200}
    for filters in (
        where("plan", "metadata", "eq", long + "1"),
        where("tags", "array", "contains", long + "2"),
    ):
        assert len(listed(store, "traces", filters=filters)) == 1
    assert listed(store, "traces", filters=where("plan", "metadata", "eq", long)) == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (7, "7"),
        (1.5, "1.5"),
        (1e20, "1.0e+20"),
        (10**19, "1.0e+19"),
        ("1.5", "1.5"),
    ],
)
def test_values_of_every_kind_are_found_by_their_text(store, value, text):
    put(store, a_span(1, trace=TRACE, keys=said(value)))
    put(store, a_span(2, trace="8" * 32, keys=said("other")))
    found = listed(store, "traces", filters=where("plan", "metadata", "eq", text))
    assert [row.trace_id for row in found] == [TRACE]
