"""Open a SQLite store that knows several projects, so that a test can keep them apart."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from threadline_server.model.time import Clock, now_ns
from threadline_server.normalize.pipeline import previews
from threadline_server.store.contract import SpanStore
from threadline_server.store.sqlite import open_store
from threadline_server.store.sqlite.store import DATABASE


def open_with_projects(data_dir: Path, names: Iterable[str], *, clock: Clock = now_ns) -> SpanStore:
    """The store of a data directory, after projects of these names were added to it.

    A project is a row that access control adds; until something asks for one, only the default
    exists.
    """
    open_store(data_dir, previewer=previews).close()
    database = sqlite3.connect(data_dir / DATABASE)
    with database:
        database.executemany(
            "INSERT OR IGNORE INTO projects (name) VALUES (?)", [(name,) for name in names]
        )
    database.close()
    return open_store(data_dir, clock=clock, previewer=previews)
