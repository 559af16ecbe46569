"""Turn the number of a block or document into the passages that a search looks at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import apsw

from threadline_server.model.attributes import from_json
from threadline_server.model.span import SpanType
from threadline_server.store.content.folding import composed, folded
from threadline_server.store.content.passages import Passage, passages
from threadline_server.store.content.payload import Document
from threadline_server.store.content.words import error_text, leaves_of_text
from threadline_server.store.sqlite.blocks import TEXT
from threadline_server.store.sqlite.codec import decoded
from threadline_server.store.sqlite.search_terms import Wanted
from threadline_server.store.sqlite.statement import one
from threadline_server.store.sqlite.stored import unpacked

_BLOCK = "SELECT kind, codec, size, data FROM blocks WHERE block_no = ?"
_DOCUMENT = """
SELECT c.codec, c.size, c.document, s.type, s.name, s.status_message, s.tool_name,
  s.response_model, s.request_model
FROM span_content c JOIN spans s
  ON s.project_id = c.project_id AND s.trace_no = c.trace_no AND s.span_id = c.span_id
WHERE c.document_no = ?
"""


@dataclass(slots=True)
class StoredDocument:
    """The document of a span, and what the span's row says of it."""

    number: int
    document: Document
    kind: SpanType
    name: str
    status_message: str
    tool_name: str | None
    models: tuple[str, ...]

    def passages(self) -> Iterator[Passage]:
        """The short texts of the span, and the places of its long ones."""
        yield Passage("name", self.name)
        if self.status_message:
            yield Passage("error", self.status_message)
        yield from passages(self.document, self.kind)


def read_document(connection: apsw.Connection, number: int) -> StoredDocument | None:
    """The span of a document; None where the number is of none."""
    row = one(connection, _DOCUMENT, (number,))
    if row is None:
        return None
    models = tuple(dict.fromkeys(model for model in row[7:] if model))
    codec, size, document, kind, name, status_message, tool_name, *_ = row
    content = from_json(decoded(codec, size, document))
    return StoredDocument(number, content, kind, name, status_message, tool_name, models)


def read_error(connection: apsw.Connection, span: StoredDocument) -> str:
    """What a failed span says of its failure."""
    return error_text(span.status_message, unpacked(connection, span.number).events)


def read_block(connection: apsw.Connection, number: int) -> list[Passage] | None:
    """What a shared text or a log record says; None where the number is of none. Of a text only the
    span that carries it tells where it stands.
    """
    row = one(connection, _BLOCK, (number,))
    if row is None:
        return None
    kind, *stored = row
    data = decoded(*stored)
    if kind == TEXT:
        return [Passage("attribute", leaf) for leaf in leaves_of_text(data.decode())]
    document = from_json(data)
    return [Passage("event", document["n"]), *passages(document, "span")]


def has_term(connection: apsw.Connection, wanted: Wanted, number: int) -> bool:
    """Whether the words of a term stand together in a block or document."""
    texts: Iterator[str]
    block = read_block(connection, number)
    if block is not None:
        texts = (passage.text for passage in block)
    elif (span := read_document(connection, number)) is None:
        return False
    elif wanted.term.field == "error":
        texts = iter([read_error(connection, span)])
    else:
        texts = (passage.text for passage in span.passages())
    for text in texts:
        shown = composed(text)
        if next(wanted.phrase.find(shown, folded(shown)), None) is not None:
            return True
    return False
