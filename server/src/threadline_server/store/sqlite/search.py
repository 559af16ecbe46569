"""Turn the terms of a search into the newest traces that have them all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import apsw

from threadline_server.model.search import SearchTerm
from threadline_server.store.sqlite.packed import unpack_refs
from threadline_server.store.sqlite.search_index import project_token
from threadline_server.store.sqlite.search_terms import Vocabulary, Wanted
from threadline_server.store.sqlite.search_texts import has_term
from threadline_server.store.sqlite.statement import many, value

DOCUMENTS = 1_000
"""Texts with a term that are looked at, the newest ones; of a rarer term all are."""

OCCURRENCES = 1_000
"""Traces of these texts, the newest ones of each text."""

READ = 1_000
"""Texts with all words of a phrase that are read to see whether they stand together."""

ASKED = 200
"""Traces with all rarer terms that are asked for a more frequent one."""

SPANS = 1_000
"""Spans of one trace that are asked."""

NUMBERS = 50_000
"""Texts with a frequent term, the newest ones, and traces of one session or user, whose numbers are
read to answer for many."""

_NEWEST = """
SELECT f.rowid, c.trace_no, c.span_id FROM (
  SELECT rowid FROM search WHERE search MATCH ? AND rowid <= ? ORDER BY rowid DESC LIMIT ?
) f LEFT JOIN span_content c ON c.document_no = f.rowid
"""
_TRACES_OF_BLOCK = """
SELECT trace_no FROM block_traces WHERE project_id = ? AND block_no = ?
ORDER BY trace_no DESC LIMIT ?
"""
_BELOW = """
SELECT rowid FROM search WHERE search MATCH ? AND rowid >= ? AND rowid < ?
ORDER BY rowid DESC LIMIT ?
"""
_WITHIN = "SELECT rowid FROM search WHERE search MATCH ? AND rowid BETWEEN ? AND ? LIMIT ?"
# The plus keeps the planner from walking all traces of the project.
_TRACES = """
SELECT trace_no, trace_id, session_id, user_id, start_ns, end_ns, root_span_id FROM traces
WHERE trace_no IN (SELECT value FROM json_each(?)) AND +project_id = ?
"""
_SPANS = """
SELECT s.start_ns, s.span_id, c.document_no, c.refs, c.log_refs
FROM spans s JOIN span_content c ON c.document_no = s.document_no
WHERE s.project_id = ? AND s.trace_no = ? LIMIT ?
"""
_NEAR = 50
_NO_LIMIT = (1 << 63) - 1


@dataclass(slots=True)
class Reach:
    """Where a term stands: of the texts with it the numbers down to `lowest`, and by trace.

    `is_whole` tells that no text and no trace with it is older than these.
    """

    wanted: Wanted
    lowest: int = 0
    numbers: set[int] = field(default_factory=set)
    by_trace: dict[int, list[int]] = field(default_factory=dict)
    is_whole: bool = True
    asked: dict[int, bool] = field(default_factory=dict)


@dataclass(slots=True)
class Trace:
    """A trace that has all terms, and of each text with any of them which terms those are."""

    trace_no: int
    trace_id: bytes
    session_id: str | None
    user_id: str | None
    start_ns: int
    end_ns: int
    root_span_id: bytes | None
    texts: dict[int, set[int]] = field(default_factory=dict)

    @property
    def group(self) -> str:
        """The session that it belongs to, or itself where it belongs to none."""
        return f"t:{self.trace_id.hex()}" if self.session_id is None else f"s:{self.session_id}"


@dataclass(slots=True)
class SpanTexts:
    """A span and the numbers of all texts that it carries."""

    span_id: bytes
    document_no: int
    numbers: list[int]


@dataclass(slots=True)
class Matches:
    """Traces that have all terms, the newest first; `truncated` tells that older ones may."""

    traces: list[Trace] = field(default_factory=list)
    truncated: bool = False


class Search:
    """One search of one project, on a connection that sees one state meanwhile."""

    def __init__(
        self,
        connection: apsw.Connection,
        vocabulary: Vocabulary,
        project: int,
        terms: Sequence[SearchTerm],
    ) -> None:
        self.connection = connection
        self.project = project
        self._rows_terms = [term for term in terms if term.field in ("session", "user")]
        wanted = [
            found
            for term in terms
            if term not in self._rows_terms and (found := vocabulary.wanted(term)) is not None
        ]
        self.wanted = [each for each in wanted if not each.term.negated]
        """What must occur, without what names a session or a user."""
        self.named = [term for term in self._rows_terms if not term.negated]
        self._unwanted = [each for each in wanted if each.term.negated]
        self.reaches: list[Reach] = []
        self._spans: dict[int, list[SpanTexts]] = {}

    def traces(self, from_ns: int | None = None, to_ns: int | None = None) -> Matches:
        """The traces that have all terms, of those whose interval meets the range.

        Where older ones were left out and the range ends in the past, those are looked for that
        came before its end.
        """
        if not self.wanted and not self.named:
            return Matches()
        matches = self._matches(_NO_LIMIT, from_ns, to_ns)
        if matches.truncated and to_ns is not None:
            last = value(
                self.connection,
                "SELECT max(document_no) FROM (SELECT document_no FROM spans "
                "WHERE project_id = ? AND start_ns < ? ORDER BY start_ns DESC LIMIT 100)",
                (self.project, to_ns),
            )
            if last is not None:
                matches = self._matches(last, from_ns, to_ns)
        return matches

    def _matches(self, upto: int, from_ns: int | None, to_ns: int | None) -> Matches:
        self.reaches = []
        for wanted in self.wanted:
            reach = self._reach(wanted, upto)
            if reach.is_whole and not reach.by_trace:
                return Matches()
            self.reaches.append(reach)
        unwanted = [self._reach(wanted, upto) for wanted in self._unwanted]
        candidates, is_whole = self._candidates()
        found = [
            trace
            for trace in self._rows(candidates)
            if self._is_named(trace)
            and (from_ns is None or trace.end_ns >= from_ns)
            and (to_ns is None or trace.start_ns < to_ns)
        ]
        found.sort(key=lambda each: -each.trace_no)
        matches = Matches(truncated=not is_whole)
        self._read_on(found, [*self.reaches, *unwanted])
        left = ASKED
        for trace in found:
            asked = [reach for reach in (*self.reaches, *unwanted) if self._is_open(trace, reach)]
            if asked and not left:
                matches.truncated = True
                break
            spans = self.spans_of(trace.trace_no) if asked else []
            left -= bool(asked)
            numbers = {number for span in spans for number in span.numbers}
            if self._has_all(trace, numbers) and not any(
                trace.trace_no in reach.by_trace or self.having(reach, numbers)
                for reach in unwanted
            ):
                matches.traces.append(trace)
        return matches

    def _has_all(self, trace: Trace, numbers: set[int]) -> bool:
        """Whether a trace has all terms; notes its texts that do. `numbers` are those of all its
        texts where it must be asked.
        """
        for index, reach in enumerate(self.reaches):
            of_trace = reach.by_trace.get(trace.trace_no) or self.having(reach, numbers)
            if not of_trace:
                return False
            for number in of_trace:
                trace.texts.setdefault(number, set()).add(index)
        return True

    def _read_on(self, found: list[Trace], reaches: list[Reach]) -> None:
        """Read the numbers of frequent terms down to the texts of the traces that will be asked, of
        which each would otherwise be asked by itself.
        """
        for reach in reaches:
            asked = [trace for trace in found if self._is_open(trace, reach)][:ASKED]
            if not asked or not reach.wanted.exact or not reach.wanted.match:
                continue
            known = [
                number
                for trace in asked
                for other in self.reaches
                for number in other.by_trace.get(trace.trace_no, ())
            ]
            lowest = max(0, min(known, default=reach.lowest) - _NEAR)
            bindings = (self._match(reach.wanted), lowest, reach.lowest, NUMBERS)
            numbers = [row[0] for row in many(self.connection, _BELOW, bindings)]
            reach.numbers.update(numbers)
            reach.lowest = numbers[-1] if len(numbers) == NUMBERS else min(lowest, reach.lowest)

    def _is_open(self, trace: Trace, reach: Reach) -> bool:
        """Whether a trace must be asked for a term."""
        return not reach.is_whole and trace.trace_no not in reach.by_trace

    def _candidates(self) -> tuple[Iterable[int], bool]:
        """Numbers of the traces of the rarest term, and whether these are all that it has."""
        reached = [(set(each.by_trace), each.is_whole, each.lowest) for each in self.reaches]
        reached += [(*self._traces_named(term), 0) for term in self.named]
        rarest = min(reached, key=lambda each: (not each[1], each[2] or len(each[0])))
        return rarest[0], rarest[1]

    def _traces_named(self, term: SearchTerm) -> tuple[set[int], bool]:
        """The latest traces of a session or user."""
        column = f"{term.field}_id"
        condition, bindings = f"{column} = ?", [term.text]
        if term.prefix:
            condition, bindings = (
                f"{column} >= ? AND {column} < ?",
                [term.text, f"{term.text}\U0010ffff"],
            )
        rows = many(
            self.connection,
            # Within the index alone, and so far that it is newest first.
            "SELECT trace_no FROM (SELECT trace_no FROM traces "
            f"WHERE project_id = ? AND {condition} LIMIT ?) ORDER BY trace_no DESC LIMIT ?",
            (self.project, *bindings, NUMBERS, OCCURRENCES + 1),
        )
        found = [row[0] for row in rows]
        return set(found[:OCCURRENCES]), len(found) <= OCCURRENCES

    def _is_named(self, trace: Trace) -> bool:
        for term in self._rows_terms:
            name = trace.session_id if term.field == "session" else trace.user_id
            is_it = name is not None and (
                name.startswith(term.text) if term.prefix else name == term.text
            )
            if is_it == term.negated:
                return False
        return True

    def _reach(self, wanted: Wanted, upto: int) -> Reach:
        """Where a term stands, as far as is looked."""
        reach = Reach(wanted)
        if not wanted.match:
            return reach
        reach.is_whole = not wanted.cut
        found = many(self.connection, _NEWEST, (self._match(wanted), upto, DOCUMENTS + 1))
        rows = sorted(found, key=lambda row: -row[0])
        left, read = OCCURRENCES, 0
        for index, (number, trace_no, _) in enumerate(rows):
            read += not wanted.exact
            if left <= 0 or index == DOCUMENTS or read > READ:
                reach.is_whole, reach.lowest = False, number + 1
                break
            if not wanted.exact and not has_term(self.connection, wanted, number):
                continue
            reach.numbers.add(number)
            traces = [trace_no]
            if trace_no is None:
                traces = self._traces_of_block(number, left)
                reach.is_whole = reach.is_whole and len(traces) < left
            for each in traces:
                reach.by_trace.setdefault(each, []).append(number)
            left -= len(traces)
        return reach

    def _traces_of_block(self, number: int, limit: int) -> list[int]:
        rows = many(self.connection, _TRACES_OF_BLOCK, (self.project, number, limit))
        return [row[0] for row in rows]

    def _match(self, wanted: Wanted) -> str:
        return f'({wanted.match}) AND "{project_token(self.project)}"'

    def _rows(self, numbers: Iterable[int]) -> list[Trace]:
        bindings = (json.dumps(list(numbers)), self.project)
        return [Trace(*row) for row in many(self.connection, _TRACES, bindings)]

    def spans_of(self, trace_no: int) -> list[SpanTexts]:
        """The spans of a trace by start, with the numbers of their texts, so many as are asked."""
        known = self._spans.get(trace_no)
        if known is None:
            rows = sorted(many(self.connection, _SPANS, (self.project, trace_no, SPANS)))
            known = self._spans[trace_no] = [
                SpanTexts(
                    span_id,
                    document_no,
                    [document_no, *unpack_refs(refs), *unpack_refs(log_refs or b"")],
                )
                for _, span_id, document_no, refs, log_refs in rows
            ]
        return known

    def having(self, reach: Reach, numbers: set[int]) -> list[int]:
        """Of the texts of a trace those that have a term, also where they are older than what was
        looked at.
        """
        found = [number for number in numbers if number in reach.numbers]
        if reach.wanted.match:
            for near in _neighbours(sorted(each for each in numbers if each < reach.lowest)):
                found += self._older(reach, near)
        return found

    def _older(self, reach: Reach, near: list[int]) -> list[int]:
        """Those with a term of texts with numbers near each other."""
        match = self._match(reach.wanted)
        if len(near) == 1 and near[0] in reach.asked:
            return near if reach.asked[near[0]] else []
        bindings = (match, near[0], near[-1], near[-1] - near[0] + 1)
        having = {row[0] for row in many(self.connection, _WITHIN, bindings)}
        found = [
            number
            for number in near
            if number in having
            and (reach.wanted.exact or has_term(self.connection, reach.wanted, number))
        ]
        if len(near) == 1:
            # What stands alone is shared with other traces, which will ask again.
            reach.asked[near[0]] = bool(found)
        return found


def _neighbours(numbers: list[int]) -> list[list[int]]:
    """Numbers in ascending order by stretches: those of what came with one trace lie together."""
    stretches: list[list[int]] = []
    for number in numbers:
        if stretches and number - stretches[-1][-1] <= _NEAR:
            stretches[-1].append(number)
        else:
            stretches.append([number])
    return stretches
