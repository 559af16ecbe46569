from __future__ import annotations

from pathlib import Path

import apsw
import pytest

from threadline_server.errors import ThreadlineError
from threadline_server.normalize.pipeline import previews
from threadline_server.store.sqlite import open_store
from threadline_server.store.sqlite.migrate import Migration, migrate, migrations

FIRST = Migration(1, "CREATE TABLE a (x); CREATE TABLE b (y);")
SECOND = Migration(2, "ALTER TABLE a ADD COLUMN z;")


def test_only_what_is_missing_is_applied() -> None:
    connection = apsw.Connection(":memory:")
    assert migrate(connection, [FIRST]) == [1]
    assert migrate(connection, [FIRST, SECOND]) == [2]
    assert migrate(connection, [FIRST, SECOND]) == []


def test_a_migration_that_fails_leaves_nothing_of_itself() -> None:
    connection = apsw.Connection(":memory:")
    with pytest.raises(apsw.SQLError):
        migrate(connection, [FIRST, Migration(2, "CREATE TABLE c (x); CREATE TABLE a (x);")])
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema")}
    assert {"a", "b"} <= tables
    assert "c" not in tables
    assert migrate(connection, [FIRST, SECOND]) == [2]


def test_a_database_of_a_newer_server_is_left_alone() -> None:
    connection = apsw.Connection(":memory:")
    migrate(connection, [FIRST, SECOND])
    with pytest.raises(ThreadlineError, match="this server knows up to 1"):
        migrate(connection, [FIRST])


def test_a_migration_that_was_edited_after_it_was_applied_is_told() -> None:
    connection = apsw.Connection(":memory:")
    migrate(connection, [FIRST])
    with pytest.raises(ThreadlineError, match="is not this server's"):
        migrate(connection, [Migration(1, FIRST.sql + " ")])


def test_migrations_are_numbered_from_one_without_a_gap() -> None:
    assert [each.version for each in migrations()] == list(range(1, len(migrations()) + 1))


def test_a_data_directory_has_one_holder_and_the_second_hears_who(tmp_path: Path) -> None:
    store = open_store(tmp_path, previewer=previews)
    with pytest.raises(ThreadlineError, match=r"in use by process \d+"):
        open_store(tmp_path, previewer=previews)
    store.close()
    open_store(tmp_path, previewer=previews).close()
