"""Turn filters of a list into SQL conditions and their bindings; values are always bound."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from threadline_server.store.contract import Filter, Noun

Bindings = list[Any]

_COMPARE = {"eq": "IS", "ne": "IS NOT", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}

ID_COLUMNS = frozenset(
    {"trace_id", "span_id", "parent_span_id", "root_span_id", "usage_counted_by"}
)
"""Columns that hold the bytes of an id, which outside is hex."""

_METADATA_TEXT = (
    "CASE m.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' WHEN 'null' THEN 'null' "
    "ELSE CAST(m.value AS TEXT) END"
)


@dataclass(slots=True)
class Where:
    """Conditions that are ANDed, and the values they bind, in order."""

    parts: list[str] = field(default_factory=list)
    bindings: Bindings = field(default_factory=list)

    def add(self, part: str, *bindings: Any) -> None:
        """One more condition."""
        self.parts.append(part)
        self.bindings.extend(bindings)

    @property
    def sql(self) -> str:
        """All conditions as one."""
        return " AND ".join(f"({part})" for part in self.parts) or "TRUE"


def id_bytes(text: str) -> bytes:
    """The bytes of a hex id; what is none matches no row."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return text.encode("utf-8", "replace")


def _metadata(column: str, condition: Filter) -> tuple[str, Bindings]:
    """A condition on one key of a JSON object."""
    key, value = condition.column, condition.value
    present = f"EXISTS (SELECT 1 FROM json_each({column}) m WHERE m.key = ?"
    if condition.operator == "exists":
        return f"{present})" if value else f"NOT {present})", [key]
    if condition.operator == "contains":
        return f"{present} AND instr(lower({_METADATA_TEXT}), lower(?)) > 0)", [key, value]
    if condition.operator in ("eq", "ne"):
        negated = "NOT " if condition.operator == "ne" else ""
        return f"{negated}{present} AND {_METADATA_TEXT} = ?)", [key, value]
    compare = _COMPARE[condition.operator]
    is_number = "typeof(m.value) IN ('integer', 'real')"
    return f"{present} AND {is_number} AND m.value {compare} CAST(? AS REAL))", [key, value]


def _array(column: str, condition: Filter) -> tuple[str, Bindings]:
    if condition.operator == "exists":
        return f"{column} <> '[]'" if condition.value else f"{column} = '[]'", []
    return f"EXISTS (SELECT 1 FROM json_each({column}) a WHERE a.value = ?)", [condition.value]


def _scalar(column: str, condition: Filter) -> tuple[str, Bindings]:
    value: Any = condition.value
    is_id = condition.column in ID_COLUMNS
    if condition.operator == "exists":
        return f"{column} IS NOT NULL" if value else f"{column} IS NULL", []
    if condition.operator == "contains":
        shown = f"lower(hex({column}))" if is_id else f"lower({column})"
        return f"instr({shown}, lower(?)) > 0", [value]
    if is_id:
        value = id_bytes(str(value))
    return f"{column} {_COMPARE[condition.operator]} ?", [value]


def add_filter(where: Where, noun: Noun, column: str, condition: Filter) -> None:
    """Add one filter; `column` is its SQL expression.

    A session has no metadata of its own: a filter on it selects sessions with such a trace.
    """
    if condition.kind == "metadata" and noun == "sessions":
        positive = condition
        negated = condition.operator == "ne" or (
            condition.operator == "exists" and not condition.value
        )
        if negated:
            value = True if condition.operator == "exists" else condition.value
            operator = "exists" if condition.operator == "exists" else "eq"
            positive = Filter(condition.column, "metadata", operator, value)  # type: ignore[arg-type]  # narrowed just above
        inner, bindings = _metadata("mt.metadata", positive)
        where.add(
            f"{'NOT ' if negated else ''}EXISTS (SELECT 1 FROM traces mt "
            "WHERE mt.project_id = sessions.project_id "
            f"AND mt.session_id = sessions.session_id AND {inner})",
            *bindings,
        )
        return
    read = {"metadata": _metadata, "array": _array}.get(condition.kind, _scalar)
    part, bindings = read(column, condition)
    where.add(part, *bindings)
