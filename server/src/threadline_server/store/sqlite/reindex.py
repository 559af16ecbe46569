"""Turn what is stored into a new index of words, stretch by stretch, where there is none of today's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import apsw
import structlog

from threadline_server.model.attributes import as_sent, from_json
from threadline_server.model.span import Event, Status
from threadline_server.store.content.words import (
    WORDS_VERSION,
    words_of_record,
    words_of_span,
    words_of_text,
)
from threadline_server.store.sqlite.blocks import RECORD, TEXT
from threadline_server.store.sqlite.codec import decoded
from threadline_server.store.sqlite.search_index import SearchWriter, create_index
from threadline_server.store.sqlite.statement import many, one, value
from threadline_server.store.sqlite.stored import unpacked

INDEXED_AT_ONCE = 5_000
"""Blocks and documents that one transaction indexes."""

_log = structlog.get_logger(__name__)

_BLOCKS = """
SELECT block_no, project_id, kind, codec, size, data FROM blocks
WHERE block_no >= ? AND block_no < ? AND kind IN (?, ?)
"""
_DOCUMENTS = """
SELECT c.document_no, c.project_id, c.codec, c.size, c.document, s.name, s.status,
  s.status_message, s.request_model, s.response_model, s.tool_name
FROM span_content c JOIN spans s
  ON s.project_id = c.project_id AND s.trace_no = c.trace_no AND s.span_id = c.span_id
WHERE c.document_no >= ? AND c.document_no < ?
"""
_LAST = """
SELECT max((SELECT coalesce(max(block_no), 0) FROM blocks),
  (SELECT coalesce(max(document_no), 0) FROM span_content))
"""


@dataclass(slots=True)
class _Named:
    name: str
    status: Status
    status_message: str
    request_model: str | None
    response_model: str | None
    tool_name: str | None


def reindex(connection: apsw.Connection) -> int:
    """Index all that an index of today's words does not hold yet; how many entries that were.

    Each stretch is a transaction of its own that says how far it came, so that what is broken off
    goes on from there.
    """
    version, next_no = _state(connection)
    if version != WORDS_VERSION:
        with connection:
            create_index(connection)
            connection.execute(
                "UPDATE search_state SET words_version = ?, next_no = 1", (WORDS_VERSION,)
            )
        next_no = 1
    count = 0
    last = value(connection, _LAST)
    while next_no is not None:
        if next_no > 1:
            _log.info("making the search index anew", done=next_no - 1, of=last)
        beyond = next_no + INDEXED_AT_ONCE
        with connection:
            index = SearchWriter(connection)
            for project, number, words in _stretch(connection, next_no, beyond):
                index.add(project, number, words)
                count += 1
            index.flush()
            next_no = beyond if beyond <= last else None
            connection.execute("UPDATE search_state SET next_no = ?", (next_no,))
    return count


def _state(connection: apsw.Connection) -> tuple[int, int | None]:
    row = one(connection, "SELECT words_version, next_no FROM search_state")
    assert row is not None  # the migration that made the table filled it
    return row[0], row[1]


def _stretch(
    connection: apsw.Connection, first: int, beyond: int
) -> Iterator[tuple[int, int, str]]:
    """Project, number and words of all within a range of numbers, in the order of these."""
    found: list[tuple[int, int, str]] = []
    for number, project, kind, *stored in many(connection, _BLOCKS, (first, beyond, RECORD, TEXT)):
        data = decoded(*stored)
        is_text = kind == TEXT
        words = words_of_text(data.decode()) if is_text else words_of_record(from_json(data))
        found.append((number, project, words))
    for number, project, codec, size, document, *named in many(
        connection, _DOCUMENTS, (first, beyond)
    ):
        words = words_of_document(connection, number, decoded(codec, size, document), named)
        found.append((number, project, words))
    yield from ((project, number, words) for number, project, words in sorted(found))


def words_of_document(
    connection: apsw.Connection, number: int, document: bytes, named: list[Any]
) -> str:
    """What search sees of a stored span; `named` are its name, status, status message, requested
    model, model of the response, and tool.
    """
    span = _Named(*named)
    # Only what failed is asked for what its events say, which may stand in shared texts.
    events: list[Event] = unpacked(connection, number).events if span.status == "error" else []
    return words_of_span(span, as_sent(from_json(document)), events)
