"""Turn the traces that a search found into its hits: what was said, in which span, and where."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from threadline_server.model.search import Found, Hit, Place, SearchQuery, SessionHits, Where
from threadline_server.store.content.passages import Passage
from threadline_server.store.content.snippet import snippet
from threadline_server.store.sqlite.packed import unpack_refs
from threadline_server.store.sqlite.search import Search, Trace
from threadline_server.store.sqlite.search_texts import (
    StoredDocument,
    read_block,
    read_document,
    read_error,
)
from threadline_server.store.sqlite.statement import one

HITS_PER_SESSION = 100
"""Texts of one session that are given as hits, the most relevant ones."""

_OF_SEVERAL = 0.5
"""What the score of a text counts that several sessions have: it is a prompt or a greeting, and what
a session says by itself tells more of it."""


@dataclass(slots=True)
class _Group:
    """A session, or a trace of none, with each text that hit and the first trace that says it."""

    name: str
    end_ns: int = 0
    traces: list[Trace] = field(default_factory=list)
    texts: dict[int, tuple[Trace, set[int]]] = field(default_factory=dict)


class Hits:
    """The hits of one search."""

    def __init__(self, search: Search, traces: Iterable[Trace]) -> None:
        self._search = search
        self._connection = search.connection
        self._weights = _weights([len(reach.numbers) for reach in search.reaches])
        self._groups: dict[str, _Group] = {}
        for trace in traces:
            group = self._groups.setdefault(trace.group, _Group(trace.group))
            group.end_ns = max(group.end_ns, trace.end_ns)
            group.traces.append(trace)
            for number, terms in trace.texts.items():
                known = group.texts.get(number)
                if known is None or (trace.start_ns, trace.trace_id) < (
                    known[0].start_ns,
                    known[0].trace_id,
                ):
                    group.texts[number] = (trace, terms)
        self._session_counts = Counter(
            number for group in self._groups.values() for number in group.texts
        )

    def page(self, query: SearchQuery, *, truncated: bool) -> Found:
        """One page, of the sessions whose trace with a hit ended last first."""
        after = query.after
        groups = sorted(self._groups.values(), key=lambda each: (-each.end_ns, each.name))
        found = Found(truncated=truncated)
        places: list[Place] = []
        for group in groups:
            if after is not None and (-group.end_ns, group.name) < (-after.end_ns, after.group):
                continue
            found.truncated = found.truncated or len(group.texts) > HITS_PER_SESSION
            for index, hit in self._of_group(group):
                place = Place(group.end_ns, group.name, index)
                if after is not None and group.name == after.group and index <= after.index:
                    continue
                if len(found.hits) == query.limit:
                    found.following = places[-1]
                    return found
                found.hits.append(hit)
                places.append(place)
        return found

    def of_sessions(self, session_ids: Iterable[str]) -> dict[str, SessionHits]:
        """The best hit of each of these sessions."""
        found = {}
        for session_id in session_ids:
            group = self._groups.get(f"s:{session_id}")
            first = None if group is None else next(self._of_group(group), None)
            if group is not None and first is not None:
                found[session_id] = SessionHits(first[1], max(len(group.texts), 1))
        return found

    def _of_group(self, group: _Group) -> Iterator[tuple[int, Hit]]:
        """The hits of a session, the most relevant first, of equals what was said first; the same
        text said again is one hit.
        """
        if not group.texts:
            hit = self._named(group)
            if hit is not None:
                yield 0, hit
            return
        order = sorted(
            (-self._score(number, terms), number) for number, (_, terms) in group.texts.items()
        )
        said: set[str] = set()
        for index, (score, number) in enumerate(order[:HITS_PER_SESSION]):
            trace, terms = group.texts[number]
            hit = self._hit(trace, number, terms, -score)
            if hit is None:
                continue
            # An error stands in the status of a span and in its exception.
            once = f"{hit.trace_id}:{hit.span_id}" if hit.where == "error" else hit.snippet
            if once not in said:
                said.add(once)
                yield index, hit

    def _score(self, number: int, terms: set[int]) -> float:
        score = sum(self._weights[term] for term in terms)
        return score * _OF_SEVERAL if self._session_counts[number] > 1 else score

    def _hit(self, trace: Trace, number: int, terms: set[int], score: float) -> Hit | None:
        wanted = [self._search.wanted[term] for term in sorted(terms)]
        span = read_document(self._connection, number)
        span_id: bytes | None = None
        if span is not None:
            found = one(
                self._connection,
                "SELECT span_id FROM span_content WHERE document_no = ?",
                (number,),
            )
            span_id = None if found is None else found[0]
            candidates = list(self._named_passages(span, terms))
            candidates += [each for each in span.passages() if each.text]
        else:
            block = read_block(self._connection, number)
            if block is None:
                return None
            span_id, where = self._carrier(trace, number)
            candidates = [Passage(where or each.where, each.text) for each in block]
        best: tuple[int, Hit] | None = None
        phrases = [each.phrase for each in wanted]
        for passage in candidates:
            shown = snippet(passage.text, phrases)
            if best is None or len(shown.found) > best[0]:
                hit = Hit(
                    trace.trace_id.hex(),
                    None if span_id is None else span_id.hex(),
                    trace.session_id,
                    passage.where,
                    shown.text,
                    shown.highlights,
                    round(score, 4),
                )
                best = (len(shown.found), hit)
            if best[0] == len(phrases):
                break
        return None if best is None else best[1]

    def _named_passages(self, span: StoredDocument, terms: set[int]) -> Iterator[Passage]:
        """What a term with a field names in a span."""
        fields = {self._search.wanted[term].term.field for term in terms}
        if "error" in fields:
            yield Passage("error", read_error(self._connection, span))
        if "tool" in fields and span.tool_name:
            yield Passage("tool", span.tool_name)
        if "model" in fields:
            for model in span.models:
                yield Passage("model", model)

    def _carrier(self, trace: Trace, number: int) -> tuple[bytes | None, Where | None]:
        """The span of a trace that carries a text first, and where in it the text stands."""
        for span in self._search.spans_of(trace.trace_no):
            if number in span.numbers:
                return span.span_id, self._where(span.document_no, number)
        return None, None

    def _where(self, document_no: int, number: int) -> Where | None:
        """Where in a span a text stands; None where the span does not carry it itself."""
        row = one(
            self._connection, "SELECT refs FROM span_content WHERE document_no = ?", (document_no,)
        )
        span = read_document(self._connection, document_no)
        if row is None or span is None:
            return None
        numbers = unpack_refs(row[0])[1:]
        if number not in numbers:
            return None
        index = numbers.index(number)
        for passage in span.passages():
            if passage.reference == index:
                return passage.where
        return None

    def _named(self, group: _Group) -> Hit | None:
        """The hit of a session in which nothing but its id or its user was looked for."""
        trace = max(group.traces, key=lambda each: (each.start_ns, each.trace_id))
        term = self._search.named[0]
        name = trace.session_id if term.field == "session" else trace.user_id
        if name is None:
            return None
        shown = snippet(name, [])
        length = len(term.text) if term.prefix else len(shown.text)
        return Hit(
            trace.trace_id.hex(),
            None if trace.root_span_id is None else trace.root_span_id.hex(),
            trace.session_id,
            "session" if term.field == "session" else "user",
            shown.text,
            [(0, min(length, len(shown.text)))],
            1.0,
        )


def _weights(counts: list[int]) -> list[float]:
    """How much each term counts, all together 1: the rarer the more."""
    weights = [1 / math.log2(count + 2) for count in counts]
    return [weight / sum(weights) for weight in weights]
