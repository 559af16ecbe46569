"""Turn what traces say in lists and in metadata into values that an index finds them by."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, TypeAlias

import apsw
import orjson

from threadline_server.store.contract import Filter
from threadline_server.store.sqlite.statement import Row, one
from threadline_server.store.sqlite.totals import TRACE_COLUMNS

VALUE_KEY = 200
"""Characters of a value that the index has."""

INTEGERS_BELOW = 10**18
"""Numbers that are no integers below this are found by their key alone: their text is the engine's."""

Said: TypeAlias = tuple[str, str]
"""A field of a trace and a value that it has."""

_NUMBER = TRACE_COLUMNS.index("trace_no")
_PROJECT = TRACE_COLUMNS.index("project_id")
_TEXTS = [TRACE_COLUMNS.index(name) for name in ("models", "tags", "metadata")]

_STORED = "SELECT models, tags, metadata FROM traces WHERE trace_no = ?"
_ADD = "INSERT OR IGNORE INTO trace_values VALUES (?, ?, ?, ?)"
_DROP = "DELETE FROM trace_values WHERE project_id = ? AND field = ? AND value = ? AND trace_no = ?"
_HAVING = "SELECT trace_no FROM trace_values WHERE project_id = ? AND field = ?"


def rewrite_values(
    connection: apsw.Connection, rows: Collection[Row], known: Collection[int]
) -> None:
    """Let traces be found by what their rows are about to say; `known` are those that have a row."""
    gone, new = [], []
    for row in rows:
        number, project = row[_NUMBER], row[_PROJECT]
        says = _values(*(row[index] for index in _TEXTS))
        said = _stored(connection, number) if number in known else set()
        gone += [(project, *each, number) for each in said - says]
        new += [(project, *each, number) for each in says - said]
    connection.executemany(_DROP, gone)
    connection.executemany(_ADD, new)


def drop_values(connection: apsw.Connection, project: int, number: int) -> None:
    """Let a trace no longer be found by what its row says, before that goes."""
    gone = [(project, *each, number) for each in _stored(connection, number)]
    connection.executemany(_DROP, gone)


def _stored(connection: apsw.Connection, number: int) -> set[Said]:
    texts = one(connection, _STORED, (number,))
    return set() if texts is None else _values(*texts)


def _values(models: str, tags: str, metadata: str) -> set[Said]:
    values: list[Said] = []
    for field, text in (("models", models), ("tags", tags)):
        if text != "[]":
            values += [(field, value) for value in orjson.loads(text)]
    if metadata != "{}":
        for key, value in orjson.loads(metadata).items():
            values.append(("metadata", key))
            known = _text(value)
            if known is not None:
                values.append((f"metadata.{key}", known))
    return {(field, value[:VALUE_KEY]) for field, value in values if _is_kept(field, value)}


def _text(value: Any) -> str | None:
    """The text with which a filter on metadata compares a value, if it is known."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) or (
        isinstance(value, int) and not -INTEGERS_BELOW < value < INTEGERS_BELOW
    ):
        return None
    return orjson.dumps(value).decode()


def _is_kept(field: str, value: str) -> bool:
    """The engine ends a text at its first null character."""
    return "\0" not in value and "\0" not in field


def _may_be_number(text: str) -> bool:
    """Whether a number whose text is not known may compare equal."""
    try:
        number = float(text)
    except ValueError:
        return False
    return not text.lstrip("-").isdigit() or abs(number) >= INTEGERS_BELOW


def traces_saying(project: int, condition: Filter) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """The query for the numbers of all traces that may meet a filter on a list or on metadata; none
    where the index cannot tell.
    """
    name, operator, value = condition.column, condition.operator, condition.value
    field = name if condition.kind == "array" else f"metadata.{name}"
    if not _is_kept(field, str(value)):
        return
    sought = f"{_HAVING} AND value = substr(?, 1, {VALUE_KEY})"
    if condition.kind == "array" and operator == "contains":
        yield sought, (project, field, value)
    elif condition.kind == "array" and value:
        yield _HAVING, (project, field)
    elif condition.kind == "metadata" and operator == "eq" and not _may_be_number(str(value)):
        yield sought, (project, field, value)
    elif condition.kind == "metadata" and operator != "ne" and (operator != "exists" or value):
        yield sought, (project, "metadata", name)
