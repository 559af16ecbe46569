"""A read costs by what it shows, not by what the project holds: the plans say so."""

import apsw
import pytest

from threadline_server.store.sqlite import open_store, read
from threadline_server.store.sqlite.store import DATABASE


@pytest.fixture
def planned(tmp_path):
    """An empty store's database, and the plan of every statement that it is asked."""
    open_store(tmp_path).close()
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
