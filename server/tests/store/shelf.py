"""Put spans on a store's shelf and read lists back from it, in the words of the battery."""

from __future__ import annotations

import dataclasses
from typing import Any

from oracle.small import RECEIVED

from threadline_server.model.span import DecodedSpan
from threadline_server.normalize.pipeline import normalize
from threadline_server.query.search_text import search_terms
from threadline_server.store.contract import (
    Changes,
    Filter,
    Kind,
    ListQuery,
    Noun,
    Operator,
    Scalar,
    SpanBatch,
    SpanStore,
)

ID_FIELDS: dict[Noun, tuple[str, ...]] = {
    "sessions": ("session_id",),
    "traces": ("trace_id",),
    "spans": ("trace_id", "span_id"),
}


def put(store: SpanStore, *spans: DecodedSpan, project: str = "default") -> Changes:
    """Write spans as one batch that must be accepted whole; what it changed."""
    batch = SpanBatch(project, normalize(list(spans), RECEIVED), 1000)
    rejected, changes = store.write([batch])
    assert rejected == [[]]
    return changes[0]


def listed(
    store: SpanStore,
    noun: Noun,
    *,
    sort: str = "start_ns",
    descending: bool = False,
    limit: int = 1000,
    project: str = "default",
    **more: Any,
) -> list[Any]:
    """One page of a list as rows; `text` is what its terms are read from."""
    if "text" in more:
        more["terms"] = search_terms(more.pop("text"))
    query = ListQuery(
        project=project, noun=noun, sort=sort, descending=descending, limit=limit, **more
    )
    rows: list[Any] = getattr(store, noun)(query).rows
    return rows


def paged(store: SpanStore, noun: Noun, sort: str, *, descending: bool, limit: int) -> list[Any]:
    """A whole list, page by page."""
    rows: list[Any] = []
    after = None
    while True:
        query = ListQuery("default", noun, sort, descending, limit, after=after)
        page = getattr(store, noun)(query)
        rows += page.rows
        if not page.more:
            return rows
        assert len(page.rows) == limit
        after = (value_of(page.rows[-1], sort), id_of(page.rows[-1], noun))


def value_of(row: Any, column: str) -> Any:
    """A row's value of a column, those included that a row tells only by others."""
    if hasattr(row, column):
        return getattr(row, column)
    if column == "duration_ns":
        return None if row.end_ns is None else row.end_ns - row.start_ns
    assert column == "total_tokens"
    known = [count for count in (row.input_tokens, row.output_tokens) if count is not None]
    return sum(known) if known else None


def id_of(row: Any, noun: Noun) -> str:
    """The id by which a cursor names a row: of a span, trace id and span id."""
    return ":".join(getattr(row, field) for field in ID_FIELDS[noun])


def where(column: str, kind: Kind, operator: Operator, value: Scalar) -> tuple[Filter, ...]:
    """A filter, as a list takes it."""
    return (Filter(column, kind, operator, value),)


def everything(store: SpanStore, project: str = "default") -> dict[str, Any]:
    """All rows of a project, to compare one state with another."""
    return {
        noun: sorted(
            (dataclasses.asdict(row) for row in listed(store, noun, project=project)),
            key=lambda row: [row[field] for field in ID_FIELDS[noun]],
        )
        for noun in ID_FIELDS
    }
