"""Hold a connection of SQLite to one statement that reads four virtual tables, within limits.

Everything is refused that is not named here: statements by the engine's authorizer, functions by
name, sizes by the engine's own limits.
"""

from __future__ import annotations

import apsw

from threadline_server.errors import ThreadlineError, bad_request
from threadline_server.store.sql import SQL_TABLES, SqlLimits

_READABLE = frozenset({*SQL_TABLES, "json_each", "json_tree"})

ALLOWED = {
    "of one value": "abs coalesce glob hex if ifnull iif instr length like likelihood likely lower "
    "ltrim max min nullif octet_length quote random replace round rtrim sign substr substring trim "
    "typeof unhex unicode unlikely upper char concat concat_ws",
    "mathematics": "acos acosh asin asinh atan atan2 atanh ceil ceiling cos cosh degrees exp floor "
    "ln log log10 log2 mod pi pow power radians sin sinh sqrt tan tanh trunc",
    "dates": "current_date current_time current_timestamp date datetime julianday strftime time "
    "timediff unixepoch",
    "JSON": "-> ->> json json_array json_array_insert json_array_length json_error_position "
    "json_extract json_insert json_object json_patch json_pretty json_quote json_remove "
    "json_replace json_set json_type json_valid",
    "aggregates": "avg count group_concat json_group_array json_group_object max median min "
    "percentile percentile_cont percentile_disc string_agg sum total",
    "windows": "cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank "
    "rank row_number",
}
"""Functions of SQL that may be called, by their kind.

What some of them put together, as group_concat and replace do, is bounded by the longest value and
the heap. Not among them: what makes a value of any size out of a number (zeroblob, randomblob,
printf), what loads code, and what looks at the engine or at full-text tables.
"""
FUNCTIONS = frozenset(name for names in ALLOWED.values() for name in names.split())

_STATEMENTS = {
    apsw.SQLITE_ALTER_TABLE: "ALTER TABLE",
    apsw.SQLITE_ANALYZE: "ANALYZE",
    apsw.SQLITE_ATTACH: "ATTACH",
    apsw.SQLITE_DELETE: "DELETE",
    apsw.SQLITE_DETACH: "DETACH",
    apsw.SQLITE_INSERT: "INSERT",
    apsw.SQLITE_PRAGMA: "PRAGMA",
    apsw.SQLITE_REINDEX: "REINDEX",
    apsw.SQLITE_SAVEPOINT: "SAVEPOINT",
    apsw.SQLITE_TRANSACTION: "a transaction of your own",
    apsw.SQLITE_UPDATE: "UPDATE",
}
_READING_ONLY = "one SELECT over sessions, traces, spans and messages"

_MOST = {
    apsw.SQLITE_LIMIT_COLUMN: 200,
    apsw.SQLITE_LIMIT_EXPR_DEPTH: 200,
    apsw.SQLITE_LIMIT_PARSER_DEPTH: 500,
    apsw.SQLITE_LIMIT_COMPOUND_SELECT: 50,
    apsw.SQLITE_LIMIT_VDBE_OP: 100_000,
    apsw.SQLITE_LIMIT_FUNCTION_ARG: 100,
    apsw.SQLITE_LIMIT_ATTACHED: 0,
    apsw.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 1_000,
    apsw.SQLITE_LIMIT_VARIABLE_NUMBER: 1_000,
    apsw.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
    apsw.SQLITE_LIMIT_WORKER_THREADS: 0,
}


def not_allowed(what: str) -> ThreadlineError:
    """The answer for SQL that does something else than to read."""
    return bad_request("sql_not_allowed", what, f"ask by {_READING_ONLY}")


class Guard:
    """What a connection refused last; from then on, all that the engine asks is answered by it."""

    def __init__(self, connection: apsw.Connection, limits: SqlLimits) -> None:
        self.refused: ThreadlineError | None = None
        self._others = _modules(connection)
        connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
        connection.config(apsw.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)
        connection.config(apsw.SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0)
        connection.config(apsw.SQLITE_DBCONFIG_DQS_DML, 0)
        connection.config(apsw.SQLITE_DBCONFIG_DQS_DDL, 0)
        connection.pragma("query_only", True)
        connection.pragma("temp_store", "memory")
        connection.limit(apsw.SQLITE_LIMIT_LENGTH, limits.value_bytes)
        connection.limit(apsw.SQLITE_LIMIT_SQL_LENGTH, limits.statement_bytes)
        for number, most in _MOST.items():
            connection.limit(number, most)
        connection.authorizer = self._authorize

    def _authorize(
        self,
        action: int,
        first: str | None,
        second: str | None,
        database: str | None,
        _: str | None,
    ) -> int:
        """SQLite's question whether a statement may do something."""
        if action in (apsw.SQLITE_SELECT, apsw.SQLITE_RECURSIVE):
            return apsw.SQLITE_OK
        if action == apsw.SQLITE_READ:
            return self._reading(str(first).lower(), second or "", database)
        if action == apsw.SQLITE_FUNCTION:
            if str(second).lower() in FUNCTIONS:
                return apsw.SQLITE_OK
            return self._refuse(f"the function {second} may not be called")
        # Of CREATE and DROP the engine first asks whether they may change its own tables.
        changes_schema = action not in _STATEMENTS or str(first).startswith("sqlite_")
        statement = "a change of the schema" if changes_schema else _STATEMENTS[action]
        return self._refuse(f"{statement} is not allowed")

    def _reading(self, table: str, column: str, database: str | None) -> int:
        """Whether a table may be read. One that is only counted is asked for without a column and
        a database, and so are the WITH tables of the statement itself.
        """
        if table in _READABLE:
            return apsw.SQLITE_OK
        own = table not in self._others and not table.startswith(("sqlite_", "pragma_"))
        if not column and database is None and own:
            return apsw.SQLITE_OK
        return self._refuse(f"the table {table} may not be read")

    def _refuse(self, what: str) -> int:
        self.refused = self.refused or not_allowed(what)
        return apsw.SQLITE_DENY


def check_statement(cursor: apsw.Cursor, rest: str) -> None:
    """Refuse a statement that does not read, or that another follows in the `rest` of the text.

    Raises ThreadlineError.
    """
    if cursor.is_explain:
        raise not_allowed("EXPLAIN is not allowed")
    if not cursor.is_readonly or not cursor.get_description():
        raise not_allowed("what is asked is no SELECT")
    if _has_statement(cursor.connection, rest):
        raise not_allowed("there is more than one statement")


def _modules(connection: apsw.Connection) -> frozenset[str]:
    """Names of the virtual tables that the engine itself brings."""
    rows = connection.execute("SELECT name FROM pragma_module_list")
    return frozenset(str(row[0]).lower() for row in rows) - _READABLE


def _has_statement(connection: apsw.Connection, text: str) -> bool:
    """Whether a text holds more than space and comments; what cannot be read counts as more."""
    cursor = connection.cursor()
    cursor.exec_trace = lambda found, *_: not found.has_vdbe
    try:
        cursor.execute(text, can_cache=False)
    except apsw.Error:
        return True
    return False
