"""The embedded store: SQLite in one file, one writer, many readers."""

from threadline_server.store.sqlite.store import SqliteStore, open_store

__all__ = ["SqliteStore", "open_store"]
