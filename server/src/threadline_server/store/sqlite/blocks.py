"""Turn texts and documents into blocks that a project keeps once, and block numbers back into them."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Any

import apsw

from threadline_server.store.content.payload import Payload
from threadline_server.store.content.words import words_of_text
from threadline_server.store.sqlite.codec import decoded, encoded
from threadline_server.store.sqlite.packed import unpack_refs
from threadline_server.store.sqlite.search_index import SearchWriter
from threadline_server.store.sqlite.statement import many, one, value

RECORD, ORIGIN, TEXT = 1, 2, 3
"""Kinds of blocks: the document of a log record, who sent, and a text that may be shared."""

_KEY_BYTES = 16
_REMEMBERED_KEYS = 65_536
_REMEMBERED_CHARACTERS = 16_000_000

_FIND = "SELECT block_no FROM blocks WHERE project_id = ? AND content_key = ?"
_INSERT = "INSERT INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?)"


def content_key(kind: int, data: bytes) -> bytes:
    """The key under which a project keeps a block: a hash of its kind and exact bytes."""
    return hashlib.blake2b(data, digest_size=_KEY_BYTES, salt=bytes([kind])).digest()


class BlockWriter:
    """Keeps blocks within the writer's transaction and remembers the numbers of recent ones.

    New blocks wait for `flush`, which writes them all at once. What a transaction added is
    remembered only once it is committed.
    """

    def __init__(self, connection: apsw.Connection, search: SearchWriter) -> None:
        self._connection = connection
        self._search = search
        self._keys: OrderedDict[tuple[int, bytes], int] = OrderedDict()
        self._fresh_keys: dict[tuple[int, bytes], int] = {}
        self._texts: OrderedDict[tuple[int, str], int] = OrderedDict()
        self._fresh_texts: dict[tuple[int, str], int] = {}
        self._characters = 0
        self._rows: list[tuple[Any, ...]] = []
        self._next: int = value(
            connection,
            "SELECT 1 + max((SELECT coalesce(max(block_no), 0) FROM blocks), "
            "(SELECT coalesce(max(document_no), 0) FROM span_content))",
        )

    def committed(self) -> None:
        """Remember what the transaction added, and forget what was added longest ago."""
        self._keys.update(self._fresh_keys)
        self._fresh_keys.clear()
        while len(self._keys) > _REMEMBERED_KEYS:
            self._keys.popitem(last=False)
        self._texts.update(self._fresh_texts)
        self._characters += sum(len(text) for _, text in self._fresh_texts)
        self._fresh_texts.clear()
        while self._characters > _REMEMBERED_CHARACTERS:
            (_, text), _ = self._texts.popitem(last=False)
            self._characters -= len(text)

    def rolled_back(self) -> None:
        """Forget what the transaction added."""
        self._fresh_keys.clear()
        self._fresh_texts.clear()
        self._rows.clear()
        self._search.rolled_back()

    def number(self, project: int, words: str) -> int:
        """The number of a span's document, of the same sequence as those of blocks, so that search
        can name either; it is indexed under the words.
        """
        number = self._next
        self._next += 1
        self._search.add(project, number, words)
        return number

    def keep_text(self, project: int, text: str) -> int:
        """The number of the block of a text; a new one is indexed under its words."""
        known = self._texts.get((project, text)) or self._fresh_texts.get((project, text))
        if known is None:
            known = self._keep(project, TEXT, text.encode(), text)
            self._fresh_texts[project, text] = known
        return known

    def keep_origin(self, project: int, origin: bytes) -> int:
        """The number of the block of a resource and scope, in which nothing is searched."""
        return self._keep(project, ORIGIN, origin, None)

    def keep_record(self, project: int, document: bytes, words: str) -> int:
        """The number of the block of a log record; a new one is indexed under the words."""
        return self._keep(project, RECORD, document, words)

    def _keep(self, project: int, kind: int, data: bytes, text: str | None) -> int:
        key = (project, content_key(kind, data))
        number = self._keys.get(key) or self._fresh_keys.get(key)
        if number is not None:
            return number
        number = value(self._connection, _FIND, key)
        if number is None:
            number = self._next
            self._next += 1
            self._rows.append((number, *key, kind, *encoded(data)))
            if text is not None:
                words = words_of_text(text) if kind == TEXT else text
                self._search.add(project, number, words)
        self._fresh_keys[key] = number
        return number

    def flush(self) -> None:
        """Write new blocks, and the words of these and of documents."""
        if self._rows:
            self._connection.executemany(_INSERT, self._rows)
            self._rows.clear()
        self._search.flush()

    def drop_unused(self, project: int, numbers: Iterable[int]) -> int:
        """Remove those blocks that no trace refers to, with their search entries; how many."""
        dropped = 0
        for number in numbers:
            used = "SELECT 1 FROM block_traces WHERE project_id = ? AND block_no = ? LIMIT 1"
            if value(self._connection, used, (project, number)) is not None:
                continue
            gone = "DELETE FROM blocks WHERE block_no = ? RETURNING content_key, kind"
            row = one(self._connection, gone, (number,))
            if row is None:
                continue
            self._keys.pop((project, row[0]), None)
            self._fresh_keys.pop((project, row[0]), None)
            if row[1] != ORIGIN:
                self.forget_words(number)
            dropped += 1
        if dropped:
            # Texts are remembered by themselves, and which of them went is not known here.
            self._texts.clear()
            self._fresh_texts.clear()
            self._characters = 0
        return dropped

    def forget_words(self, number: int) -> None:
        """Let search no longer find a block or document."""
        self._search.forget(number)


def read_blocks(connection: apsw.Connection, numbers: Iterable[int]) -> dict[int, bytes]:
    """The bytes of blocks by their number."""
    found = {}
    for number in numbers:
        row = one(connection, "SELECT codec, size, data FROM blocks WHERE block_no = ?", (number,))
        assert row is not None  # a block stays while a trace refers to it
        found[number] = decoded(*row)
    return found


def read_record(connection: apsw.Connection, refs: bytes) -> Payload:
    """The payload of a log record: the first of its references is its document."""
    document, *rest = unpack_refs(refs)
    return _payload(connection, read_blocks(connection, [document])[document], rest)


def read_payload(connection: apsw.Connection, document_no: int) -> Payload:
    """The payload of a span, by the number of its document."""
    row = one(
        connection,
        "SELECT codec, size, document, refs FROM span_content WHERE document_no = ?",
        (document_no,),
    )
    assert row is not None  # a span and its document come and go together
    return _payload(connection, decoded(*row[:3]), unpack_refs(row[3]))


def _payload(connection: apsw.Connection, document: bytes, refs: Sequence[int]) -> Payload:
    """A payload from its document and its references: the origin, then the texts in order."""
    data = read_blocks(connection, dict.fromkeys(refs))
    origin, *texts = (data[number] for number in refs)
    return Payload(document, [text.decode() for text in texts], origin)


def forget_occurrences(
    connection: apsw.Connection, project: int, trace_no: int, numbers: Iterable[int]
) -> None:
    """Let blocks no longer be kept alive by a trace."""
    connection.executemany(
        "DELETE FROM block_traces WHERE project_id = ? AND block_no = ? AND trace_no = ?",
        [(project, number, trace_no) for number in numbers],
    )


def refs_of_trace(connection: apsw.Connection, project: int, trace_no: int) -> set[int]:
    """Numbers of all blocks to which the spans and the log records of a trace refer."""
    numbers: set[int] = set()
    for (refs,) in many(connection, _REFS_OF_TRACE, (project, trace_no, project, trace_no)):
        numbers.update(unpack_refs(refs))
    return numbers


_REFS_OF_TRACE = """
SELECT c.refs FROM spans s JOIN span_content c ON c.document_no = s.document_no
WHERE s.project_id = ? AND s.trace_no = ?
UNION ALL SELECT refs FROM log_events WHERE project_id = ? AND trace_no = ?
"""
