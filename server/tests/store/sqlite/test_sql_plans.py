"""SQL of users is answered from an index wherever a list is: the plans say so."""

import pytest
from store.sqlite.sql_store import UNDERSTANDING

from threadline_server.normalize.pipeline import previews
from threadline_server.store.sql import SQL_TABLES, SqlLimits
from threadline_server.store.sqlite import open_store
from threadline_server.store.sqlite.sql_run import SqlRunner
from threadline_server.store.sqlite.sql_tables import TABLES
from threadline_server.store.sqlite.store import DATABASE

TRACE = "ab" * 16
SPAN = "cd" * 8


@pytest.fixture
def plans_of(tmp_path):
    """How the statements run that an empty store is asked for a query."""
    open_store(tmp_path, previewer=previews).close()
    runner = SqlRunner(tmp_path / DATABASE, SqlLimits(), UNDERSTANDING)
    connection = runner._store

    def plans(text):
        found = []

        def note(cursor, sql, bindings):
            if sql.startswith("SELECT") and "project_id = ?1" in sql:
                rows = connection.execute(f"EXPLAIN QUERY PLAN {sql}", bindings)
                found.extend(row[3] for row in rows)
            return True

        connection.exec_trace = note
        runner.run("default", text, [])
        connection.exec_trace = None
        assert found
        return found

    return plans


@pytest.mark.parametrize("table", ["spans", "messages"])
@pytest.mark.parametrize(
    "condition",
    [
        f"trace_id = '{TRACE}'",
        f"trace_id = '{TRACE}' AND span_id = '{SPAN}'",
        "session_id = 's'",
        "session_id = 's' AND start_time > '2026-11-01'",
        f"trace_id IN ('{TRACE}', '{SPAN}')",
    ],
)
@pytest.mark.parametrize("order", ["", " ORDER BY start_time DESC LIMIT 10"])
def test_spans_and_messages_are_found_by_their_trace(plans_of, table, condition, order):
    searches = [
        plan
        for plan in plans_of(f"SELECT * FROM {table} WHERE {condition}{order}")
        if plan.startswith(("SEARCH s ", "SCAN s"))
    ]
    assert searches
    assert all("(project_id=? AND trace_no=?" in search for search in searches)


def test_a_session_and_a_trace_are_found_by_their_ids(plans_of):
    (plan,) = plans_of("SELECT * FROM sessions WHERE session_id = 's'")
    assert "(project_id=? AND session_id=?)" in plan
    (plan,) = plans_of(f"SELECT * FROM traces WHERE trace_id = '{TRACE}'")
    assert "(project_id=? AND trace_id=?)" in plan
    (plan,) = plans_of("SELECT * FROM traces WHERE session_id = 's'")
    assert "traces_by_session (project_id=? AND session_id=?)" in plan


@pytest.mark.parametrize("table", SQL_TABLES)
@pytest.mark.parametrize("condition", ["", " WHERE start_time < '2026-11-01T12'"])
def test_the_newest_rows_are_read_from_an_index_and_not_sorted(plans_of, table, condition):
    text = f"SELECT * FROM {table}{condition} ORDER BY start_time DESC LIMIT 20"
    found = plans_of(text)
    assert not [plan for plan in found if "TEMP B-TREE" in plan or plan.startswith("SCAN")]
    assert any(f"{'sessions' if table == 'sessions' else 't'}" in plan for plan in found)


@pytest.mark.parametrize("table", SQL_TABLES)
def test_a_time_range_is_read_from_an_index(plans_of, table):
    found = plans_of(f"SELECT * FROM {table} WHERE start_time >= '2026-11-01'")
    assert any("start_ns>?" in plan for plan in found)


def test_a_session_joined_with_its_spans_is_found_by_its_traces(plans_of):
    found = plans_of(
        "SELECT s.session_id, sum(p.total_tokens) FROM sessions s JOIN spans p USING (session_id) "
        "WHERE s.session_id = 's' GROUP BY 1"
    )
    assert not [plan for plan in found if plan.startswith("SCAN")]


@pytest.mark.parametrize("table", SQL_TABLES)
def test_every_column_that_is_no_content_is_stored_as_such(table):
    content = {
        "spans": {"input", "output", "attributes", "events", "resource"},
        "messages": {"side", "position", "role", "name", "text", "parts", "finish_reason"},
    }.get(table, set())
    assert set(TABLES[table].columns) == set(SQL_TABLES[table]) - content
