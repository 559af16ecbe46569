"""Turn texts and documents into blocks that a project keeps once, and block numbers back into them."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import TypeAlias

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

_FIND = (
    "SELECT content_key, block_no FROM block_keys WHERE project_id = ? AND content_key IN carray(?)"
)
_INSERT = "INSERT INTO blocks VALUES (?, ?, ?, ?, ?, ?)"
_INSERT_KEY = "INSERT INTO block_keys VALUES (?, ?, ?)"

Key: TypeAlias = tuple[int, bytes]
"""A project and a content key."""

Ref: TypeAlias = int | Key
"""The number of a block that is known, or the key of one that `flush` will find or write."""


def content_key(kind: int, data: bytes) -> bytes:
    """The key under which a project keeps a block: a hash of its kind and exact bytes."""
    return hashlib.blake2b(data, digest_size=_KEY_BYTES, salt=bytes([kind])).digest()


class BlockWriter:
    """Keeps blocks within the writer's transaction and remembers the numbers of recent ones.

    What is not remembered waits for `flush`, which looks for all of it at once and writes what is
    new. What a transaction added is remembered only once it is committed.
    """

    def __init__(self, connection: apsw.Connection, search: SearchWriter) -> None:
        self._connection = connection
        self._search = search
        self._known: OrderedDict[Key, int] = OrderedDict()
        self._fresh: dict[Key, int] = {}
        self._texts: OrderedDict[tuple[int, str], int] = OrderedDict()
        self._fresh_texts: dict[tuple[int, str], Ref] = {}
        self._characters = 0
        self._waiting: dict[Key, tuple[int, bytes, str | None]] = {}
        self._next: int = value(
            connection,
            "SELECT 1 + max((SELECT coalesce(max(block_no), 0) FROM blocks), "
            "(SELECT coalesce(max(document_no), 0) FROM span_content))",
        )

    def committed(self) -> None:
        """Remember what the transaction added, and forget what was added longest ago."""
        for text, ref in self._fresh_texts.items():
            self._texts[text] = self.number(ref)
            self._characters += len(text[1])
        self._fresh_texts.clear()
        while self._characters > _REMEMBERED_CHARACTERS:
            (_, oldest), _ = self._texts.popitem(last=False)
            self._characters -= len(oldest)
        self._known.update(self._fresh)
        self._fresh.clear()
        while len(self._known) > _REMEMBERED_KEYS:
            self._known.popitem(last=False)

    def rolled_back(self) -> None:
        """Forget what the transaction added."""
        self._fresh.clear()
        self._fresh_texts.clear()
        self._waiting.clear()
        self._search.rolled_back()

    def keep_text(self, project: int, text: str) -> Ref:
        """The block of a text; a new one is indexed under its words."""
        known = self._texts.get((project, text)) or self._fresh_texts.get((project, text))
        if known is None:
            known = self._keep(project, TEXT, text.encode(), text)
            self._fresh_texts[project, text] = known
        return known

    def keep_origin(self, project: int, origin: bytes) -> Ref:
        """The block of a resource and scope, in which nothing is searched."""
        return self._keep(project, ORIGIN, origin, None)

    def keep_record(self, project: int, document: bytes, words: str) -> Ref:
        """The block of a log record; a new one is indexed under the words."""
        return self._keep(project, RECORD, document, words)

    def _keep(self, project: int, kind: int, data: bytes, words: str | None) -> Ref:
        key = (project, content_key(kind, data))
        number = self._known.get(key) or self._fresh.get(key)
        if number is not None:
            return number
        self._waiting.setdefault(key, (kind, data, words))
        return key

    def number(self, ref: Ref) -> int:
        """The number of a block that was kept, after `flush`."""
        return ref if isinstance(ref, int) else self._fresh[ref]

    def flush(self, documents: Sequence[tuple[int, str]] = ()) -> range:
        """Find or write what waits; give numbers of the same sequence to documents of spans, told
        by their project and words, so that search can name either.
        """
        for project in {project for project, _ in self._waiting}:
            sought = tuple(key for mine, key in self._waiting if mine == project)
            for key, number in many(self._connection, _FIND, (project, apsw.carray(sought))):
                self._fresh[project, key] = number
        rows, keys = [], []
        for found, (kind, data, text) in self._waiting.items():
            if found in self._fresh:
                continue
            number = self._fresh[found] = self._next
            self._next += 1
            rows.append((number, found[0], kind, *encoded(data)))
            keys.append((*found, number))
            if text is not None:
                words = words_of_text(text) if kind == TEXT else text
                self._search.add(found[0], number, words)
        self._waiting.clear()
        numbers = range(self._next, self._next + len(documents))
        self._next = numbers.stop
        for number, (project, words) in zip(numbers, documents, strict=True):
            self._search.add(project, number, words)
        self._connection.executemany(_INSERT, rows)
        self._connection.executemany(_INSERT_KEY, sorted(keys))
        self._search.flush()
        return numbers

    def drop_unused(self, project: int, numbers: Iterable[int]) -> int:
        """Remove those blocks that no trace refers to, with their search entries; how many."""
        dropped = 0
        for number in numbers:
            used = "SELECT 1 FROM block_traces WHERE project_id = ? AND block_no = ? LIMIT 1"
            if value(self._connection, used, (project, number)) is not None:
                continue
            gone = "DELETE FROM blocks WHERE block_no = ? RETURNING kind, codec, size, data"
            row = one(self._connection, gone, (number,))
            if row is None:
                continue
            key = (project, content_key(row[0], decoded(*row[1:])))
            forgotten = "DELETE FROM block_keys WHERE project_id = ? AND content_key = ?"
            self._connection.execute(forgotten, key)
            self._known.pop(key, None)
            self._fresh.pop(key, None)
            if row[0] != ORIGIN:
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
