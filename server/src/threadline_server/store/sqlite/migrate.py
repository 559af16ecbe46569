"""Turn a database of any earlier version into one of today's: numbered files, forward only."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib import resources

import apsw

from threadline_server.errors import ThreadlineError
from threadline_server.store.sqlite.statement import many


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered SQL file; the checksum tells whether it was changed after it was applied."""

    version: int
    sql: str

    @property
    def checksum(self) -> str:
        """Hash of the file's text."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations() -> list[Migration]:
    """Every migration that this version knows, in order."""
    folder = resources.files(__package__).joinpath("migrations")
    files = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".sql")),
        key=lambda entry: entry.name,
    )
    return [Migration(int(entry.name[:4]), entry.read_text("utf-8")) for entry in files]


def migrate(connection: apsw.Connection, known: list[Migration]) -> list[int]:
    """Apply what is missing, each in a transaction of its own; the versions that were applied.

    Raises ThreadlineError where the database is newer than this server, or where a migration was
    edited after it had been applied: then this file was made by another version of the schema.
    """
    connection.execute(
        "CREATE TABLE IF NOT EXISTS schema_version ("
        "version INTEGER PRIMARY KEY, checksum TEXT NOT NULL) STRICT"
    )
    rows = many(connection, "SELECT version, checksum FROM schema_version")
    applied: dict[int, str] = dict(rows)
    by_version = {migration.version: migration for migration in known}
    for version, checksum in applied.items():
        if version not in by_version:
            raise ThreadlineError(
                "schema_too_new",
                f"the data directory has schema version {version}, this server knows up to "
                f"{max(by_version)}",
                hint="start the server version that wrote it, or another --data-dir",
                status=500,
            )
        if by_version[version].checksum != checksum:
            raise ThreadlineError(
                "schema_changed",
                f"schema version {version} of the data directory is not this server's",
                hint="until the store's format is settled an update may discard data: "
                "move the data directory away, or pass another --data-dir",
                status=500,
            )
    missing = [migration for migration in known if migration.version not in applied]
    for migration in missing:
        with connection:
            connection.execute(migration.sql)
            connection.execute(
                "INSERT INTO schema_version VALUES (?, ?)",
                (migration.version, migration.checksum),
            )
    return [migration.version for migration in missing]
