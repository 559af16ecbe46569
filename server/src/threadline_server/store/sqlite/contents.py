"""Turn what spans carry into documents, shared blocks and the occurrences that keep these alive."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import apsw

from threadline_server.model.attributes import to_json
from threadline_server.model.span import DecodedSpan, Resource, Scope, Span
from threadline_server.store.content.head import head_of
from threadline_server.store.content.payload import document_of, origin_of
from threadline_server.store.content.template import Splitter
from threadline_server.store.content.words import words_of_span
from threadline_server.store.sqlite.blocks import (
    BlockWriter,
    Ref,
    forget_occurrences,
    refs_of_trace,
)
from threadline_server.store.sqlite.codec import encoded_document
from threadline_server.store.sqlite.packed import pack_refs, unpack_refs
from threadline_server.store.sqlite.statement import many

_INSERT = "INSERT INTO span_content VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_OCCURS = "INSERT OR IGNORE INTO block_traces VALUES (?, ?, ?)"


@dataclass(slots=True)
class _Kept:
    """The content of one span, until its blocks have their numbers."""

    project: int
    trace_no: int
    span_id: bytes
    refs: list[Ref]
    log_refs: bytes | None
    document: bytes


class ContentWriter:
    """Keeps the content of spans within the writer's transaction; `flush` writes what waits."""

    def __init__(self, connection: apsw.Connection, blocks: BlockWriter) -> None:
        self._connection = connection
        self._blocks = blocks
        self._kept: list[_Kept] = []
        self._words: list[tuple[int, str]] = []
        self._splitter = Splitter()
        # By identity, and with the objects themselves, so that an identity is not used again.
        self._origins: dict[tuple[int, int, int], tuple[Ref, Resource, Scope]] = {}

    def rolled_back(self) -> None:
        """Forget what waits."""
        self._kept.clear()
        self._words.clear()
        self._origins.clear()

    def keep(self, project: int, trace_no: int, span: Span, log_refs: bytes | None) -> None:
        """Take the content of a span, to be written with all that waits."""
        whose = span.trace_id if span.session is None else span.session.value
        split = partial(self._splitter.split, whose=whose)
        document, texts = document_of(span.decoded, head_of(span), split)
        refs = [self._origin(project, span.decoded)]
        refs += [self._blocks.keep_text(project, text) for text in texts]
        span_id = bytes.fromhex(span.span_id)
        self._kept.append(_Kept(project, trace_no, span_id, refs, log_refs, to_json(document)))
        self._words.append((project, words_of_span(span, document, span.decoded.events)))

    def _origin(self, project: int, span: DecodedSpan) -> Ref:
        """The block of who sent a span: the spans of a request share the objects that say so."""
        key = (project, id(span.resource), id(span.scope))
        known = self._origins.get(key)
        if known is None:
            origin = origin_of(span.resource, span.scope)
            ref = self._blocks.keep_origin(project, origin)
            known = self._origins[key] = (ref, span.resource, span.scope)
        return known[0]

    def flush(self) -> Sequence[int]:
        """Write what waits; the numbers of the documents in the order of `keep`, a new one for
        every version of a span.
        """
        documents = self._blocks.flush(self._words)
        number = self._blocks.number
        rows, occurrences = [], set()
        for document_no, kept in zip(documents, self._kept, strict=True):
            refs = [number(ref) for ref in kept.refs]
            project, trace_no = kept.project, kept.trace_no
            occurrences.update([(project, ref, trace_no) for ref in refs])
            rows.append(
                (
                    document_no,
                    project,
                    trace_no,
                    kept.span_id,
                    pack_refs(refs),
                    kept.log_refs,
                    *encoded_document(kept.document),
                )
            )
        self._connection.executemany(_INSERT, rows)
        self._connection.executemany(_OCCURS, sorted(occurrences))
        self.rolled_back()
        return documents

    def drop(
        self, project: int, trace_no: int, documents: Iterable[int], blocks: Iterable[int] = ()
    ) -> None:
        """Remove documents of a trace that nothing stands for any more, and those of their blocks,
        and of the `blocks` of log records that had to go, to which nothing else refers.
        """
        candidates = set(blocks)
        for number in documents:
            gone = "DELETE FROM span_content WHERE document_no = ? RETURNING refs"
            for (refs,) in many(self._connection, gone, (number,)):
                candidates.update(unpack_refs(refs))
            self._blocks.forget_words(number)
        if not candidates:
            return
        candidates -= refs_of_trace(self._connection, project, trace_no)
        forget_occurrences(self._connection, project, trace_no, candidates)
        self._blocks.drop_unused(project, candidates)
