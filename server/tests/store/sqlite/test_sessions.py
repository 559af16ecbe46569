"""A session that grows is not read again, and what a transaction did not keep of it is forgotten."""

import pytest
from oracle.small import a_span, usage
from store.projects import open_with_projects
from store.shelf import listed, put

OF_SESSION = "WHERE project_id = ? AND session_id = ?\nORDER BY start_ns"


@pytest.fixture
def store(tmp_path):
    store = open_with_projects(tmp_path, [])
    yield store
    store.close()


def turn(number, session="s", **more):
    keys = {"session.id": session, **usage(100, 0.1 * number)}
    return a_span(number, trace=f"{number:032x}", at=(number, number + 1), keys=keys, **more)


def statements(store):
    asked = []
    store._writer.exec_trace = lambda _cursor, sql, _bindings: asked.append(sql) or True
    return asked


def test_a_new_trace_of_a_known_session_reads_none_of_the_others(store):
    put(store, turn(1))
    asked = statements(store)
    put(store, turn(2), turn(3))
    assert not [sql for sql in asked if OF_SESSION in sql]
    (row,) = listed(store, "sessions")
    assert (row.trace_count, row.input_tokens) == (3, 300)


def test_a_session_that_is_not_remembered_is_read_once(tmp_path):
    store = open_with_projects(tmp_path, [])
    put(store, turn(1))
    store.close()
    store = open_with_projects(tmp_path, [])
    asked = statements(store)
    put(store, turn(2))
    put(store, turn(3))
    assert len([sql for sql in asked if OF_SESSION in sql]) == 1
    (row,) = listed(store, "sessions")
    store.close()
    assert row.trace_count == 3


def test_what_was_rolled_back_is_not_counted(store, monkeypatch):
    put(store, turn(1))

    def fail(*arguments):
        raise RuntimeError("the disk is gone")

    with monkeypatch.context() as broken:
        broken.setattr("threadline_server.store.sqlite.store.write_scores", fail)
        with pytest.raises(RuntimeError):
            put(store, turn(2))
    put(store, turn(3))
    (row,) = listed(store, "sessions")
    assert (row.trace_count, row.input_tokens) == (2, 200)


def test_a_deleted_session_begins_anew(store):
    put(store, turn(1), turn(2))
    store.delete_session("default", "s")
    put(store, turn(3))
    (row,) = listed(store, "sessions")
    assert (row.trace_count, row.input_tokens) == (1, 100)


def test_a_trace_that_moves_leaves_the_totals_of_its_session(store):
    keys = {"session.id": "early", **usage(50)}
    put(store, turn(1, "early"), a_span(20, 2, trace=f"{2:032x}", keys=keys))
    assert [row.trace_count for row in listed(store, "sessions")] == [2]
    put(store, turn(2, "root"))
    rows = {row.session_id: row.input_tokens for row in listed(store, "sessions")}
    assert rows == {"early": 100, "root": 50}
