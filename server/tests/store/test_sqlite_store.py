"""The SQLite store keeps every promise of the contract, and some of its own."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from oracle.small import a_span
from store.battery import StoreBattery
from store.projects import open_with_projects
from store.shelf import put

from threadline_server.errors import ThreadlineError
from threadline_server.model.time import now_ns
from threadline_server.normalize.pipeline import previews
from threadline_server.store.sqlite import open_store as open_sqlite
from threadline_server.store.sqlite.store import DATABASE


@pytest.fixture
def open_store(tmp_path, previewer=previews):
    """Opens SQLite stores and closes them after the test."""
    stores = []

    def opened(directory=None, *, clock=now_ns, projects=("default",)):
        where = directory or tmp_path / f"store-{len(stores)}"
        store = open_with_projects(where, projects, clock=clock)
        stores.append(store)
        return store

    yield opened
    for store in stores:
        store.close()


class TestSqliteStore(StoreBattery):
    """Every test of the battery."""


def test_a_second_store_on_the_same_directory_is_refused_and_names_the_holder(tmp_path):
    store = open_sqlite(tmp_path, previewer=previews)
    try:
        with pytest.raises(ThreadlineError) as refused:
            open_sqlite(tmp_path, previewer=previews)
        assert str(tmp_path) in refused.value.message + refused.value.hint
    finally:
        store.close()
    open_sqlite(tmp_path, previewer=previews).close()


WRITE_AND_DIE = """
import os, sys
from pathlib import Path
from oracle.small import a_span
from store.shelf import put
from threadline_server.normalize.pipeline import previews
from threadline_server.store.sqlite import open_store
put(open_store(Path(sys.argv[1]), previewer=previews), a_span(1, keys={"session.id": "s"}))
os._exit(7)
"""


def test_what_was_written_outlives_a_process_that_dies_without_closing(tmp_path):
    tests = Path(__file__).parents[1]
    ended = subprocess.run(
        [sys.executable, "-c", WRITE_AND_DIE, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(tests)},
        check=False,
    )
    assert ended.returncode == 7
    store = open_sqlite(tmp_path, previewer=previews)
    try:
        assert store.session("default", "s").row.span_count == 1
    finally:
        store.close()


def test_a_directory_of_a_newer_version_is_refused(tmp_path):
    open_sqlite(tmp_path, previewer=previews).close()
    database = sqlite3.connect(tmp_path / DATABASE)
    with database:
        database.execute("INSERT INTO schema_version VALUES (999, 'of tomorrow')")
    database.close()
    with pytest.raises(ThreadlineError) as refused:
        open_sqlite(tmp_path, previewer=previews)
    assert refused.value.code == "schema_too_new"
    assert "999" in refused.value.message


def test_a_store_at_rest_leaves_nothing_in_its_log(tmp_path):
    store = open_sqlite(tmp_path, previewer=previews)
    try:
        put(store, a_span(1, keys={"session.id": "s"}))
        log = tmp_path / f"{DATABASE}-wal"
        assert log.stat().st_size > 0
        assert store.rest()
        assert log.stat().st_size == 0
        assert store.session("default", "s").row.span_count == 1
    finally:
        store.close()


def test_a_store_that_is_read_rests_later_and_waits_for_nobody(tmp_path):
    store = open_sqlite(tmp_path, previewer=previews)
    try:
        put(store, a_span(1))
        with store._readers.snapshot() as reader:
            reader.connection.execute("SELECT count(*) FROM spans").fetchall()
            put(store, a_span(2))
            assert not store.rest()
        assert store.rest()
    finally:
        store.close()
