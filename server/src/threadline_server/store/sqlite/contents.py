"""Turn what spans carry into documents, shared blocks and the occurrences that keep these alive."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import apsw

from threadline_server.model.attributes import to_json
from threadline_server.model.span import DecodedSpan, Resource, Scope, Span
from threadline_server.store.content.head import head_of
from threadline_server.store.content.payload import document_of, origin_of
from threadline_server.store.content.template import LiteralMemo
from threadline_server.store.content.words import words_of_span
from threadline_server.store.sqlite.blocks import (
    BlockWriter,
    forget_occurrences,
    refs_of_trace,
)
from threadline_server.store.sqlite.codec import encoded
from threadline_server.store.sqlite.packed import pack_refs, unpack_refs
from threadline_server.store.sqlite.statement import many

_INSERT = "INSERT INTO span_content VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_OCCURS = "INSERT OR IGNORE INTO block_traces VALUES (?, ?, ?)"


class ContentWriter:
    """Keeps the content of spans within the writer's transaction; `flush` writes what waits."""

    def __init__(self, connection: apsw.Connection, blocks: BlockWriter) -> None:
        self._connection = connection
        self._blocks = blocks
        self._rows: list[tuple[Any, ...]] = []
        self._occurrences: set[tuple[int, int, int]] = set()
        self._literals = LiteralMemo()
        # By identity, and with the objects themselves, so that an identity is not used again.
        self._origins: dict[tuple[int, int, int], tuple[int, Resource, Scope]] = {}

    def rolled_back(self) -> None:
        """Forget what waits."""
        self._rows.clear()
        self._occurrences.clear()
        self._origins.clear()

    def keep(self, project: int, trace_no: int, span: Span, log_refs: bytes | None) -> int:
        """The number of the document of a span, a new one for every version of it."""
        blocks = self._blocks
        document, texts = document_of(span.decoded, head_of(span), self._literals.decode)
        words = words_of_span(span, document, span.decoded.events)
        number = blocks.number(project, words)
        refs = [self._origin(project, span.decoded)]
        refs += [blocks.keep_text(project, text) for text in texts]
        self._occurrences.update([(project, ref, trace_no) for ref in refs])
        span_id = bytes.fromhex(span.span_id)
        self._rows.append(
            (
                number,
                project,
                trace_no,
                span_id,
                pack_refs(refs),
                log_refs,
                *encoded(to_json(document)),
            )
        )
        return number

    def _origin(self, project: int, span: DecodedSpan) -> int:
        """The block of who sent a span: the spans of a request share the objects that say so."""
        key = (project, id(span.resource), id(span.scope))
        known = self._origins.get(key)
        if known is None:
            origin = origin_of(span.resource, span.scope)
            number = self._blocks.keep_origin(project, origin)
            known = self._origins[key] = (number, span.resource, span.scope)
        return known[0]

    def flush(self) -> None:
        """Write what waits."""
        self._blocks.flush()
        self._connection.executemany(_INSERT, self._rows)
        self._connection.executemany(_OCCURS, sorted(self._occurrences))
        self.rolled_back()

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
