"""Turn the text that a list is searched by into the few rows that have it."""

from __future__ import annotations

import json
from dataclasses import dataclass

import apsw

from threadline_server.model.search import Found, SearchQuery
from threadline_server.store.contract import ListQuery
from threadline_server.store.sqlite.conditions import Where
from threadline_server.store.sqlite.search import Matches, Search
from threadline_server.store.sqlite.search_hits import Hits
from threadline_server.store.sqlite.search_terms import Vocabulary

SPANS_READ = 5_000
"""Spans of the traces with all terms of which a list of spans looks for those that have them all."""


@dataclass(slots=True)
class Selection:
    """The condition that keeps the rows that a search found, as SQL, and its hits; `truncated` tells
    that it looked at the newest alone.
    """

    condition: str
    rows: str
    truncated: bool
    hits: Hits

    def narrow(self, where: Where) -> None:
        """Keep those rows."""
        where.add(self.condition, self.rows)


def select(
    connection: apsw.Connection, vocabulary: Vocabulary, project: int, query: ListQuery
) -> Selection | None:
    """What a list is narrowed to by its terms; None where it has none."""
    if query.terms is None:
        return None
    search = Search(connection, vocabulary, project, query.terms)
    matches = search.traces(query.from_ns, query.to_ns)
    hits = Hits(search, matches.traces)
    if query.noun == "spans":
        return _spans(search, matches, hits)
    if query.noun == "traces":
        numbers = [trace.trace_no for trace in matches.traces]
        in_rows = "t.trace_no IN (SELECT value FROM json_each(?))"
        return Selection(in_rows, json.dumps(numbers), matches.truncated, hits)
    ids = {trace.session_id for trace in matches.traces if trace.session_id is not None}
    in_rows = "sessions.session_id IN (SELECT value FROM json_each(?))"
    return Selection(in_rows, json.dumps(sorted(ids)), matches.truncated, hits)


def _spans(search: Search, matches: Matches, hits: Hits) -> Selection:
    """The spans that have all terms themselves, in traces that have them."""
    found: list[tuple[int, str]] = []
    truncated, read = matches.truncated, 0
    for trace in matches.traces:
        if read >= SPANS_READ:
            truncated = True
            break
        spans = search.spans_of(trace.trace_no)
        read += len(spans)
        numbers = {number for span in spans for number in span.numbers}
        having = [frozenset(search.having(reach, numbers)) for reach in search.reaches]
        found += [
            (trace.trace_no, span.span_id.hex())
            for span in spans
            if all(not each.isdisjoint(span.numbers) for each in having)
        ]
    in_rows = (
        "(s.trace_no, s.span_id) IN (SELECT value ->> 0, unhex(value ->> 1) FROM json_each(?))"
    )
    return Selection(in_rows, json.dumps(found), truncated, hits)


def found(
    connection: apsw.Connection, vocabulary: Vocabulary, project: int, query: SearchQuery
) -> Found:
    """One page of hits."""
    search = Search(connection, vocabulary, project, query.terms)
    matches = search.traces(query.from_ns, query.to_ns)
    return Hits(search, matches.traces).page(query, truncated=matches.truncated)
