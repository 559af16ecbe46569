"""Turn a request to search into hits and the cursor that follows."""

from __future__ import annotations

import re
from dataclasses import dataclass

from threadline_server.errors import bad_request
from threadline_server.model.search import Hit, Place, SearchQuery
from threadline_server.query.cursor import decode_cursor, encode_cursor
from threadline_server.query.pages import require_project
from threadline_server.query.parameters import page_limit, time_of
from threadline_server.query.search_text import search_terms
from threadline_server.store.contract import SpanStore

ORDER = "search"
"""The one order there is: of the session with the latest hit first, then by relevance."""

_WITHIN = re.compile(r"(\d{1,9}):([st]:.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class SearchParameters:
    """What a request to search says, as it said it; None where it said nothing."""

    project: str
    text: str
    limit: int | None = None
    cursor: str | None = None
    start: str | None = None
    end: str | None = None


@dataclass(slots=True)
class Hits:
    """One page of hits and the cursor of the next; `truncated` as the store says it."""

    hits: list[Hit]
    next_cursor: str | None
    truncated: bool


def search(store: SpanStore, asked: SearchParameters) -> Hits:
    """One page of hits; ThreadlineError where a parameter other than the text makes no sense."""
    query = SearchQuery(
        project=require_project(store, asked.project),
        terms=search_terms(asked.text),
        limit=page_limit(asked.limit),
        from_ns=time_of("from", asked.start),
        to_ns=time_of("to", asked.end),
        after=_place(asked.cursor) if asked.cursor else None,
    )
    found = store.search(query)
    last = found.following
    following = None
    if last is not None:
        following = encode_cursor(ORDER, last.end_ns, f"{last.index}:{last.group}")
    return Hits(found.hits, following, found.truncated)


def _place(cursor: str) -> Place:
    end_ns, identity = decode_cursor(cursor, "search", ORDER)
    within = _WITHIN.fullmatch(identity)
    if within is None:
        raise bad_request(
            "invalid_cursor",
            f"cursor {cursor[:80]!r} is not one of a search",
            "pass next_cursor of the page before",
        )
    return Place(int(end_ns or 0), within[2], int(within[1]))
