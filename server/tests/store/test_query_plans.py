"""A read costs by what it shows, not by what the project holds: the plans say so."""

import apsw
import pytest

from threadline_server.normalize.pipeline import previews
from threadline_server.query.fields import FIELDS
from threadline_server.query.search_text import search_terms
from threadline_server.store.contract import Filter, ListQuery, ScoreQuery
from threadline_server.store.sqlite import lists, open_store, read, scores, search_lists
from threadline_server.store.sqlite.conditions import ID_COLUMNS
from threadline_server.store.sqlite.list_indexes import INDEXES
from threadline_server.store.sqlite.search_terms import Vocabulary
from threadline_server.store.sqlite.store import DATABASE

AFTER = {"sessions": "s", "traces": "ab" * 16, "spans": "ab" * 16 + ":" + "cd" * 8}


@pytest.fixture
def planned(tmp_path):
    """An empty store's database, and the plan of every statement that it is asked."""
    open_store(tmp_path, previewer=previews).close()
    connection = apsw.Connection(str(tmp_path / DATABASE), flags=apsw.SQLITE_OPEN_READONLY)
    plans: list[str] = []

    def note(cursor, sql, bindings):
        if not sql.startswith("EXPLAIN"):
            rows = connection.execute(f"EXPLAIN QUERY PLAN {sql}", bindings)
            plans.extend(row[3] for row in rows)
        return True

    connection.exec_trace = note
    yield connection, plans
    connection.close()


@pytest.mark.parametrize("after", [None, (5, "0" * 16)])
def test_a_traces_spans_are_found_by_their_trace(planned, after):
    connection, plans = planned
    read.trace_spans(connection, 1, "ab" * 16, 10, after)
    (search,) = [plan for plan in plans if plan.startswith("SEARCH s ")]
    assert "(project_id=? AND trace_no=?)" in search


@pytest.mark.parametrize(
    "narrowed",
    [{"session_id": "s"}, {"filters": (Filter("session_id", "text", "eq", "s"),)}],
)
@pytest.mark.parametrize("sort", ["start_ns", "total_cost"])
def test_the_spans_of_a_session_are_found_by_its_traces(planned, narrowed, sort):
    connection, plans = planned
    query = ListQuery("default", "spans", sort, descending=True, limit=50, **narrowed)
    lists.list_page(connection, lists.SPANS, query, 1)
    searches = [plan for plan in plans if plan.startswith("SEARCH s ")]
    assert searches
    assert all("(project_id=? AND trace_no=?)" in search for search in searches)


@pytest.mark.parametrize("noun", ["sessions", "traces", "spans"])
def test_the_newest_rows_are_read_from_an_index_and_not_sorted(planned, noun):
    connection, plans = planned
    table = {"sessions": lists.SESSIONS, "traces": lists.TRACES, "spans": lists.SPANS}[noun]
    sort = "end_ns" if noun == "sessions" else "start_ns"
    query = ListQuery("default", noun, sort, descending=True, limit=50, after=(5, AFTER[noun]))
    lists.list_page(connection, table, query, 1)
    assert not [plan for plan in plans if "TEMP B-TREE" in plan or plan.startswith("SCAN")]


@pytest.mark.parametrize("text", ["session:s", "session:s*", "user:u", "user:u*"])
@pytest.mark.parametrize(
    ("noun", "found_by"),
    [
        ("sessions", "SEARCH sessions USING INDEX {} (project_id=? AND session_id=?)"),
        ("traces", "SEARCH t USING INDEX {} (project_id=? AND trace_id=?)"),
        ("spans", "SEARCH s USING PRIMARY KEY (project_id=? AND trace_no=? AND span_id=?)"),
    ],
)
def test_what_a_search_found_is_looked_up_row_by_row(planned, noun, text, found_by):
    connection, plans = planned
    table = {"sessions": lists.SESSIONS, "traces": lists.TRACES, "spans": lists.SPANS}[noun]
    terms = search_terms(text)
    query = ListQuery("default", noun, "start_ns", descending=True, limit=50, terms=terms)
    selected = search_lists.select(connection, Vocabulary(connection), 1, query)
    searched = [plan for plan in plans if plan.startswith("SEARCH traces ")]
    assert searched
    assert all("COVERING INDEX" in plan or "INTEGER PRIMARY KEY" in plan for plan in searched)
    plans.clear()
    lists.list_page(connection, table, query, 1, selected)
    assert found_by.format(f"sqlite_autoindex_{noun}_1") in plans
    assert not [plan for plan in plans if plan.startswith("SCAN") and "json_each" not in plan]


SORTED = [
    (noun, field.column)
    for noun in ("sessions", "traces")
    for field in FIELDS[noun].values()
    if field.kind != "array"
]
TABLES = {"sessions": lists.SESSIONS, "traces": lists.TRACES, "spans": lists.SPANS}


def plans_of(connection, plans, query):
    """The plans of the statements that read rows; a page that follows one has the most of them."""
    plans.clear()
    lists.list_page(connection, TABLES[query.noun], query, 1)
    return [plan for plan in plans if not plan.startswith(("SCAN (subquery", "CO-ROUTINE"))]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize(("noun", "column"), SORTED)
def test_each_column_sorts_a_list_from_its_index(planned, noun, column, descending):
    connection, plans = planned
    positions = [None, ("ab" if column in ID_COLUMNS else 0, AFTER[noun])]
    if column in lists.NULLABLE[noun]:
        positions.append((None, AFTER[noun]))
    for after in positions:
        query = ListQuery("default", noun, column, descending, limit=50, after=after)
        found = plans_of(connection, plans, query)
        index = INDEXES[noun][column]
        rows = [plan for plan in found if plan.startswith(("SEARCH t ", "SEARCH sessions "))]
        walked = [plan for plan in rows if f"USING INDEX {index}" in plan]
        assert walked
        assert not [plan for plan in found if plan.startswith("SCAN")]
        if column != "session_id":
            # Traces of one session lie by their start.
            assert not [plan for plan in found if "TEMP B-TREE" in plan]


@pytest.mark.parametrize(("noun", "column"), SORTED)
@pytest.mark.parametrize("operator", ["eq", "gt", "lte", "exists"])
def test_each_column_filters_a_list_from_its_index(planned, noun, column, operator):
    connection, plans = planned
    if operator == "exists" and column not in lists.NULLABLE[noun]:
        operator = "lt"
    value = "ab" if column in ID_COLUMNS else 0
    filters = (Filter(column, "text", operator, value),)
    query = ListQuery("default", noun, "span_count", descending=True, limit=5, filters=filters)
    found = plans_of(connection, plans, query)
    index = INDEXES[noun][column]
    counted = [plan for plan in found if f"COVERING INDEX {index} (project_id=? AND " in plan]
    assert len(counted) == 2
    assert [plan for plan in found if "USING INTEGER PRIMARY KEY (rowid=?)" in plan]
    assert not [plan for plan in found if plan.startswith("SCAN")]


@pytest.mark.parametrize("noun", ["sessions", "traces", "spans"])
@pytest.mark.parametrize("bounds", [(5, None), (None, 9), (5, 9)])
def test_a_range_of_time_is_found_from_an_index(planned, noun, bounds):
    connection, plans = planned
    sort = "total_cost"
    query = ListQuery(
        "default", noun, sort, descending=True, limit=5, from_ns=bounds[0], to_ns=bounds[1]
    )
    found = plans_of(connection, plans, query)
    assert not [plan for plan in found if plan.startswith("SCAN")]
    assert [plan for plan in found if "_by_" in plan and "_ns" in plan]


SAID = [
    ("traces", Filter("tags", "array", "contains", "t"), "SEARCH trace_values"),
    ("traces", Filter("models", "array", "exists", True), "SEARCH trace_values"),
    ("traces", Filter("plan", "metadata", "eq", "pro"), "SEARCH trace_values"),
    ("traces", Filter("plan", "metadata", "gt", 1), "SEARCH trace_values"),
    ("sessions", Filter("models", "array", "contains", "m"), "SEARCH trace_values"),
    ("sessions", Filter("user_ids", "array", "contains", "u"), "COVERING INDEX traces_by_user"),
    ("sessions", Filter("plan", "metadata", "eq", "pro"), "SEARCH trace_values"),
    ("spans", Filter("tags", "array", "contains", "t"), "SEARCH trace_values"),
    ("spans", Filter("model", "text", "eq", "m"), "SEARCH trace_values"),
]


@pytest.mark.parametrize(("noun", "condition", "index"), SAID)
def test_what_lists_and_metadata_hold_is_found_from_an_index(planned, noun, condition, index):
    connection, plans = planned
    query = ListQuery("default", noun, "start_ns", descending=True, limit=5, filters=(condition,))
    found = plans_of(connection, plans, query)
    assert [plan for plan in found if index in plan]
    scans = [plan for plan in found if plan.startswith("SCAN")]
    assert all("VIRTUAL TABLE" in plan for plan in scans)


def test_spans_that_failed_are_found_from_an_index_of_these_alone(planned):
    connection, plans = planned
    filters = (Filter("status", "text", "eq", "error"),)
    query = ListQuery("default", "spans", "total_cost", descending=True, limit=5, filters=filters)
    found = plans_of(connection, plans, query)
    assert [plan for plan in found if "COVERING INDEX spans_of_errors" in plan]
    assert not [plan for plan in found if plan.startswith("SCAN")]


@pytest.mark.parametrize("after", [None, (5, "s")])
@pytest.mark.parametrize(
    ("narrowed", "indexes"),
    [
        ({}, {"scores_by_time"}),
        ({"trace_id": "ab" * 16}, {"scores_by_trace"}),
        ({"trace_id": "ab" * 16, "span_id": "cd" * 8}, {"scores_by_trace"}),
        ({"session_id": "s"}, {"scores_by_session", "scores_by_trace"}),
    ],
)
def test_scores_are_found_by_what_they_are_on(planned, narrowed, indexes, after):
    connection, plans = planned
    scores.scores(connection, 1, ScoreQuery("default", 50, after=after, **narrowed))
    assert {name for plan in plans for name in plan.split() if "scores_by" in name} == indexes
    assert not [plan for plan in plans if plan.startswith("SCAN") or "autoindex_scores" in plan]
    if "session_id" not in narrowed:
        assert not [plan for plan in plans if "TEMP B-TREE" in plan]
