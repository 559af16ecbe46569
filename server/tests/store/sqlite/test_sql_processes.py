"""What a query does to its process happens to nobody else."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from contextlib import contextmanager

import pytest
from store.sqlite.sql_store import filled_store

from threadline_server.app import SQL_COMMAND
from threadline_server.errors import ThreadlineError
from threadline_server.store.sql import MIB, SqlLimits, SqlQuery
from threadline_server.store.sqlite import sql_processes
from threadline_server.store.sqlite.sql_processes import SqlProcesses
from threadline_server.store.sqlite.store import DATABASE

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
# Looks for what is not there at each of a million places: one call of one function, for minutes.
STUCK = (
    "WITH RECURSIVE x(a) AS (SELECT 'aaaaaaaa' UNION ALL SELECT a || a FROM x "
    "WHERE length(a) < 8000000) SELECT instr(max(a), substr(max(a), 1, 4000000) || 'b') FROM x"
)
LARGE = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 400000) "
    "SELECT hex(i) || 'a long text that takes some room' AS t FROM n ORDER BY t"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    store = filled_store(folder)
    yield folder
    store.close()


@contextmanager
def processes(folder, command=SQL_COMMAND, **limits):
    engine = SqlProcesses(command, folder / DATABASE, SqlLimits(**limits))
    try:
        yield engine
    finally:
        engine.close()


async def until(condition: Callable[[], object]) -> None:
    """Wait for what a thread does, which tells nobody."""
    while not condition():  # noqa: ASYNC110  # as the docstring says
        await asyncio.sleep(0.01)


async def rows(engine, text="SELECT count(*) > 100 FROM spans"):
    return (await engine.run(SqlQuery("default", text))).rows


async def refused(engine, text):
    with pytest.raises(ThreadlineError) as error:
        await rows(engine, text)
    return error.value


async def test_rows_come_back_and_processes_are_used_again(folder):
    with processes(folder, at_once=1) as engine:
        answer = await engine.run(SqlQuery("default", "SELECT :a AS x, 1 AS y", {"a": "ü"}))
        assert (answer.columns, answer.truncated) == (["x", "y"], False)
        assert answer.rows == [["ü", 1]]
        assert await rows(engine) == [[1]]
        assert engine._idle.qsize() == 1


async def test_what_runs_past_its_deadline_is_408_and_the_next_query_is_answered(folder):
    with processes(folder, deadline_s=0.2) as engine:
        error = await refused(engine, ENDLESS)
        assert (error.code, error.status) == ("sql_timeout", 408)
        assert await rows(engine) == [[1]]


async def test_a_function_that_does_not_look_at_the_clock_is_killed(folder, monkeypatch):
    monkeypatch.setattr(sql_processes, "_GRACE_S", 0.1)
    with processes(folder, deadline_s=0.5) as engine:
        error = await refused(engine, STUCK)
        assert (error.code, error.status) == ("sql_timeout", 408)
        assert engine._idle.empty()
        assert await rows(engine, "SELECT 1") == [[1]]


async def test_memory_has_an_end_and_the_process_goes_on(folder):
    with processes(folder, at_once=1, heap_bytes=16 * MIB, deadline_s=60) as engine:
        error = await refused(engine, LARGE)
        assert (error.code, error.status) == ("sql_error", 400)
        assert error.message == "the query needs more than 16 MiB of memory"
        assert await rows(engine) == [[1]]
        assert await rows(engine, "SELECT length('x')") == [[1]]


async def test_memory_of_the_process_has_an_end_too(folder):
    with processes(
        folder, heap_bytes=10_000 * MIB, process_bytes=64 * MIB, deadline_s=60
    ) as engine:
        error = await refused(engine, LARGE)
        assert (error.code, error.status) == ("sql_error", 400)
        assert "memory" in error.message
        assert await rows(engine, "SELECT 1") == [[1]]


async def test_a_process_that_dies_is_replaced(folder):
    with processes(folder, at_once=1, deadline_s=60) as engine:
        assert await rows(engine) == [[1]]
        process = engine._idle.get_nowait()
        engine._idle.put(process)
        os.kill(process._process.pid, signal.SIGKILL)
        process._process.wait()
        assert await rows(engine) == [[1]]


async def test_a_process_that_fails_is_our_fault(folder):
    fails = "import sys; from multiprocessing.connection import Connection as C\nc = C(int("
    fails += "sys.argv[1])); c.send_bytes(b'ready'); c.recv_bytes(); sys.exit(1)"
    with processes(folder, (sys.executable, "-c", fails)) as engine:
        error = await refused(engine, "SELECT 1")
        assert (error.code, error.status) == ("internal", 500)


async def test_no_more_queries_run_and_wait_than_may(folder):
    with processes(folder, at_once=1, waiting=2, deadline_s=60) as engine:
        asked = [asyncio.create_task(rows(engine, ENDLESS)) for _ in range(3)]
        await asyncio.sleep(0)
        error = await refused(engine, "SELECT 1")
        assert (error.code, error.status, error.retry_after_s) == ("busy", 503, 1)
        for task in asked:
            task.cancel()
        await asyncio.wait(asked)
        await until(lambda: not engine._running)
        assert await rows(engine) == [[1]]


async def test_a_query_that_is_given_up_ends_at_once(folder):
    with processes(folder, at_once=1, deadline_s=3600) as engine:
        assert await rows(engine) == [[1]]
        task = asyncio.create_task(rows(engine, ENDLESS))
        await until(lambda: any(each._process for each in engine._running))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await rows(engine) == [[1]]


async def test_closing_ends_what_still_runs(folder):
    with processes(folder, deadline_s=3600) as engine:
        task = asyncio.create_task(rows(engine, ENDLESS))
        await until(lambda: any(each._process for each in engine._running))
    with pytest.raises(ThreadlineError):
        await task


async def test_a_query_sees_what_was_committed_before_it(folder, tmp_path):
    store = filled_store(tmp_path)
    with processes(tmp_path, at_once=1) as engine:
        assert await rows(engine, "SELECT count(*) FROM sessions") != [[0]]
        for (session_id,) in await rows(engine, "SELECT session_id FROM sessions"):
            store.delete_session("default", session_id)
        assert await rows(engine, "SELECT count(*) FROM sessions") == [[0]]
    store.close()
