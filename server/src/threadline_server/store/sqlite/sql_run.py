"""Turn SQL of a user into rows as JSON, or into the error that says why there are none."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import apsw
import orjson

from threadline_server.errors import ThreadlineError, bad_request
from threadline_server.model.attributes import to_json
from threadline_server.store.sql import MIB, SQL_TABLES, SqlLimits
from threadline_server.store.sqlite.sql_content import Understanding
from threadline_server.store.sqlite.sql_guard import Guard, check_statement, not_allowed
from threadline_server.store.sqlite.sql_modules import Module, ProjectView
from threadline_server.store.sqlite.statement import value

_BUSY_MS = 1_000
_CACHE_KIB = 8 * 1024
_STEPS = 2_000
"""Instructions of the engine between two looks at the clock."""

_CHANGES = ("may not be modified", "may not be altered", "may not be indexed", "create triggers")
"""What SQLite says of a virtual table that is to be changed, before it asks whether it may be."""

_HINT = "the tables and their columns are described in the guide's page on SQL"


class _Deadline:
    """A moment after which both connections stop whatever they do, or before it when the process
    that asked has ended.
    """

    def __init__(self) -> None:
        self._at = 0.0
        self._asked_by = os.getppid()

    def begin(self, after_s: float) -> None:
        self._at = time.monotonic() + after_s

    def is_over(self) -> bool:
        return time.monotonic() > self._at or os.getppid() != self._asked_by


class _Named(dict[str, Any]):
    """Values of parameters by name; one that is asked for and not there is the user's error."""

    def __missing__(self, name: str) -> Any:
        raise _failed(f"the parameter {name} has no value")


def limit_heap(heap_bytes: int) -> None:
    """Bound what SQLite may hold in this process."""
    apsw.hard_heap_limit(heap_bytes)


class SqlRunner:
    """Runs one statement after the other on a store's database, each on a connection of its own."""

    def __init__(self, database: Path, limits: SqlLimits, understanding: Understanding) -> None:
        self._limits = limits
        self._understanding = understanding
        self._deadline = _Deadline()
        self._store = apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READONLY)
        self._store.set_busy_timeout(_BUSY_MS)
        self._store.pragma("query_only", True)
        self._store.pragma("cache_size", -_CACHE_KIB)
        self._store.pragma("temp_store", "memory")
        self._store.set_progress_handler(self._deadline.is_over, _STEPS)

    def run(self, project: str, text: str, parameters: list[Any] | dict[str, Any]) -> bytes:
        """A JSON document with `columns`, `rows` and `truncated`; raises ThreadlineError."""
        self._deadline.begin(self._limits.deadline_s)
        try:
            return self._read(project, text, parameters)
        except apsw.InterruptError as error:
            raise timed_out(self._limits.deadline_s) from error
        except (MemoryError, apsw.NoMemError) as error:
            raise _out_of_memory(self._limits) from error
        except apsw.BusyError as error:
            raise _failed("the store was busy; ask again") from error
        except apsw.Error as error:
            raise _sql_error(error, text) from error
        except UnicodeDecodeError as error:
            raise _failed("a text in the answer is not UTF-8; ask for its hex()") from error
        except (ValueError, OverflowError) as error:
            raise _failed(str(error)) from error

    def _read(self, project: str, text: str, parameters: list[Any] | dict[str, Any]) -> bytes:
        """The answer, of which every part sees one and the same state of the store."""
        self._store.execute("BEGIN")
        try:
            sql = "SELECT project_id FROM projects WHERE name = ?"
            view = ProjectView(
                self._store, value(self._store, sql, (project,)), self._understanding
            )
            return self._answer(view, text, parameters)
        finally:
            if self._store.in_transaction:
                self._store.execute("ROLLBACK")

    def _answer(
        self, view: ProjectView, text: str, parameters: list[Any] | dict[str, Any]
    ) -> bytes:
        connection = apsw.Connection(":memory:")
        try:
            for name in SQL_TABLES:
                connection.create_module(
                    name,
                    Module(name, view),  # type: ignore[arg-type]  # apsw's type wants what writes too
                    use_bestindex_object=True,
                    eponymous_only=True,
                    read_only=True,
                )
            connection.set_progress_handler(self._deadline.is_over, _STEPS)
            guard = Guard(connection, self._limits)
            try:
                return _rows(connection, text, parameters, self._limits)
            except apsw.Error as error:
                if guard.refused is not None:
                    raise guard.refused from None
                if any(words in str(error) for words in _CHANGES):
                    raise not_allowed(str(error)) from error
                raise
        finally:
            connection.close(True)


def _rows(
    connection: apsw.Connection,
    text: str,
    parameters: list[Any] | dict[str, Any],
    limits: SqlLimits,
) -> bytes:
    """The rows that a statement gives, up to the limits."""
    columns: list[str] = []
    begun = 0

    def check(cursor: apsw.Cursor, statement: str, _: Any) -> bool:
        nonlocal begun
        begun += len(statement)
        if cursor.has_vdbe:
            check_statement(cursor, text[begun:])
            columns.extend(column[0] for column in cursor.get_description())
        return True

    cursor = connection.cursor()
    cursor.exec_trace = check
    bindings = _Named(parameters) if isinstance(parameters, dict) else tuple(parameters)
    rows: list[bytes] = []
    size = 0
    truncated = False
    for row in cursor.execute(text, bindings, can_cache=False):
        written = to_json(list(row))
        size += len(written) + 1
        if len(rows) == limits.rows or size > limits.bytes:
            truncated = True
            break
        rows.append(written)
    if not columns:
        raise _failed("there is no statement")
    return b'{"columns":%b,"rows":[%b],"truncated":%b}' % (
        orjson.dumps(columns),
        b",".join(rows),
        b"true" if truncated else b"false",
    )


def _failed(why: str) -> ThreadlineError:
    return bad_request("sql_error", why, _HINT)


def _sql_error(error: apsw.Error, text: str) -> ThreadlineError:
    """SQLite's own words, and the character at which it stopped reading."""
    offset = getattr(error, "error_offset", -1)
    if not isinstance(offset, int) or offset < 0:
        return _failed(str(error))
    character = len(text.encode("utf-8", "replace")[:offset].decode("utf-8", "replace")) + 1
    return _failed(f"{error}, at character {character}")


def timed_out(deadline_s: float) -> ThreadlineError:
    """The answer for a query that ran past its time."""
    return ThreadlineError(
        "sql_timeout",
        f"the query was ended after {deadline_s:g} seconds",
        hint="narrow it by session_id, trace_id or start_time, or start the server with a longer "
        "--sql-timeout",
        status=408,
    )


def _out_of_memory(limits: SqlLimits) -> ThreadlineError:
    return bad_request(
        "sql_error",
        f"the query needs more than {limits.heap_bytes // MIB} MiB of memory",
        "sort, group or collect less at once",
    )
