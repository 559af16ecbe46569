"""Turn the text that a list is searched by into the few rows that have it."""

from __future__ import annotations

import json
from dataclasses import dataclass

import apsw

from threadline_server.model.search import Found, SearchQuery
from threadline_server.store.contract import ListQuery
from threadline_server.store.sqlite.conditions import Where
from threadline_server.store.sqlite.search import ASKED, Matches, Search
from threadline_server.store.sqlite.search_hits import Hits
from threadline_server.store.sqlite.search_terms import Vocabulary

SPANS_READ = 2_000
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
        ids = [trace.trace_id.hex() for trace in matches.traces]
        in_rows = "t.trace_id IN (SELECT unhex(value) FROM json_each(?))"
        return Selection(in_rows, json.dumps(ids), matches.truncated, hits)
    ids = sorted({each.session_id for each in matches.traces if each.session_id is not None})
    in_rows = "sessions.session_id IN (SELECT value FROM json_each(?))"
    return Selection(in_rows, json.dumps(ids), matches.truncated, hits)


def _spans(search: Search, matches: Matches, hits: Hits) -> Selection:
    """The spans that have all terms themselves, in traces that have them."""
    found: list[tuple[int, str]] = []
    truncated, read, left = matches.truncated, 0, ASKED
    is_whole = any(reach.is_whole for reach in search.reaches)
    for trace in matches.traces:
        if read >= SPANS_READ:
            truncated = True
            break
        spans = search.spans_of(trace.trace_no)
        read += len(spans)
        noted: list[set[int]] = [set() for _ in search.reaches]
        for number, terms in trace.texts.items():
            for term in terms:
                noted[term].add(number)
        for span in spans:
            missing = [
                reach
                for reach, having in zip(search.reaches, noted, strict=True)
                if having.isdisjoint(span.numbers) and reach.numbers.isdisjoint(span.numbers)
            ]
            if missing and is_whole and not any(reach.is_whole for reach in missing):
                # It has the rarer terms; a frequent one may stand in an older text of it.
                if left <= 0:
                    truncated = True
                    continue
                left -= 1
                numbers = set(span.numbers)
                missing = [reach for reach in missing if not search.having(reach, numbers)]
            if not missing:
                found.append((trace.trace_no, span.span_id.hex()))
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
