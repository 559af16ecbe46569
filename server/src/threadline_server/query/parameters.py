"""Turn the query parameters that every list shares into a query for the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from threadline_server.errors import bad_request
from threadline_server.model.time import from_iso
from threadline_server.query.cursor import decode_cursor, encode_cursor
from threadline_server.query.fields import DEFAULT_SORT, FIELDS
from threadline_server.query.filters import parse_filter
from threadline_server.query.search_text import search_terms
from threadline_server.store.contract import ListQuery, Noun, Page

MAX_LIMIT = 1_000
DEFAULT_LIMIT = 50
MAX_FILTERS = 50


@dataclass(frozen=True, slots=True)
class ListParameters:
    """What a request says, as it said it; None where it said nothing."""

    project: str
    limit: int | None = None
    cursor: str | None = None
    sort: str | None = None
    start: str | None = None
    end: str | None = None
    text: str | None = None
    filters: Sequence[str] = ()
    session_id: str | None = None


def page_limit(limit: int | None) -> int:
    """How many rows a page has; ThreadlineError where a request asks for none or too many."""
    if limit is None:
        return DEFAULT_LIMIT
    if not 1 <= limit <= MAX_LIMIT:
        raise bad_request(
            "invalid_limit",
            f"limit {limit} is not within 1 and {MAX_LIMIT}",
            "ask for less and follow next_cursor",
        )
    return limit


def time_of(name: str, text: str | None) -> int | None:
    """The nanoseconds of an ISO-8601 time; ThreadlineError where it is none."""
    if text is None:
        return None
    try:
        # A plus sign that was not escaped arrives as a space.
        return from_iso(text.strip().replace(" ", "+") if "T" in text else text)
    except (ValueError, OverflowError) as error:
        raise bad_request(
            "invalid_time", f"{name} {text!r} is no ISO-8601 time", "write 2026-11-01T00:00:00Z"
        ) from error


def list_query(noun: Noun, asked: ListParameters) -> ListQuery:
    """The store's query for a list; ThreadlineError where a parameter cannot be understood."""
    sort = asked.sort or DEFAULT_SORT[noun]
    field = FIELDS[noun].get(sort.removeprefix("-"))
    if field is None or field.kind == "array":
        sortable = [name for name, each in FIELDS[noun].items() if each.kind != "array"]
        raise bad_request(
            "unknown_sort",
            f"{noun} cannot be sorted by {sort!r}",
            f"sort by one of {', '.join(sortable)}; a leading - descends",
        )
    if len(asked.filters) > MAX_FILTERS:
        raise bad_request(
            "too_many_filters", f"{len(asked.filters)} filters", f"at most {MAX_FILTERS} are taken"
        )
    text = (asked.text or "").strip()
    return ListQuery(
        project=asked.project,
        noun=noun,
        sort=field.column,
        descending=sort.startswith("-"),
        limit=page_limit(asked.limit),
        filters=tuple(parse_filter(noun, each) for each in asked.filters),
        from_ns=time_of("from", asked.start),
        to_ns=time_of("to", asked.end),
        terms=search_terms(text) if text else None,
        session_id=asked.session_id,
        after=None if not asked.cursor else decode_cursor(asked.cursor, noun, sort),
    )


def next_cursor(noun: Noun, asked: ListParameters, query: ListQuery, page: Page[Any]) -> str | None:
    """The cursor of the page that follows, or None on the last."""
    if not page.more:
        return None
    last = page.rows[-1]
    return encode_cursor(
        asked.sort or DEFAULT_SORT[noun], getattr(last, query.sort), _identity(noun, last)
    )


def _identity(noun: Noun, row: Any) -> str:
    if noun == "sessions":
        return str(row.session_id)
    return f"{row.trace_id}:{row.span_id}" if noun == "spans" else str(row.trace_id)
