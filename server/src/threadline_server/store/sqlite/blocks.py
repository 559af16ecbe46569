"""Turn texts and documents into blocks that a project keeps once, and block numbers back into them."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence

import apsw
import zstandard

from threadline_server.store.content.payload import Payload
from threadline_server.store.sqlite.packed import pack_refs, unpack_refs
from threadline_server.store.sqlite.statement import one, value

DOCUMENT, ORIGIN, TEXT = 1, 2, 3
_PLAIN, _ZSTD = 0, 1
_WORTH_COMPRESSING = 200
_KEY_BYTES = 16
_REMEMBERED = 200_000

_compress = zstandard.ZstdCompressor(level=3).compress


def content_key(kind: int, data: bytes) -> bytes:
    """The key under which a project keeps a block: a hash of its kind and exact bytes."""
    return hashlib.blake2b(data, digest_size=_KEY_BYTES, salt=bytes([kind])).digest()


def _encoded(data: bytes) -> tuple[int, bytes]:
    if len(data) >= _WORTH_COMPRESSING:
        packed = _compress(data)
        if len(packed) < len(data) * 0.9:
            return _ZSTD, packed
    return _PLAIN, data


def _decoded(codec: int, data: bytes, size: int) -> bytes:
    if codec == _PLAIN:
        return data
    return zstandard.ZstdDecompressor().decompress(data, max_output_size=max(size, 1))


class BlockWriter:
    """Keeps blocks within the writer's transaction and remembers the numbers of recent ones.

    What a transaction added is remembered only once it is committed.
    """

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._known: OrderedDict[tuple[int, bytes], int] = OrderedDict()
        self._fresh: dict[tuple[int, bytes], int] = {}
        self._next: int = value(connection, "SELECT coalesce(max(block_no), 0) + 1 FROM blocks")

    def committed(self) -> None:
        """Remember what the transaction added."""
        self._known.update(self._fresh)
        self._fresh.clear()
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)

    def rolled_back(self) -> None:
        """Forget what the transaction added."""
        self._fresh.clear()

    def _find(self, project: int, key: bytes) -> int | None:
        known = self._known.get((project, key)) or self._fresh.get((project, key))
        if known is not None:
            return known
        found: int | None = value(
            self._connection,
            "SELECT block_no FROM blocks WHERE project_id = ? AND content_key = ?",
            (project, key),
        )
        if found is not None:
            self._fresh[project, key] = found
        return found

    def keep(self, project: int, kind: int, data: bytes, words: Callable[[], str] | None) -> int:
        """The number of the block with these bytes; a new one is indexed under its words."""
        key = content_key(kind, data)
        found = self._find(project, key)
        if found is not None:
            return found
        number = self._next
        codec, stored = _encoded(data)
        self._connection.execute(
            "INSERT INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?)",
            (number, project, key, kind, codec, len(data), stored),
        )
        if words is not None:
            self._connection.execute(
                "INSERT INTO search (rowid, words) VALUES (?, ?)", (number, words())
            )
        self._next += 1
        self._fresh[project, key] = number
        return number

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
            self._known.pop((project, row[0]), None)
            self._fresh.pop((project, row[0]), None)
            if row[1] != ORIGIN:
                self._connection.execute("DELETE FROM search WHERE rowid = ?", (number,))
            dropped += 1
        return dropped


def packed_refs(document: int, origin: int, texts: Sequence[int]) -> bytes:
    """A span's reference list: its document, its origin, then its texts in order."""
    return pack_refs((document, origin, *texts))


def read_payload(connection: apsw.Connection, refs: bytes) -> Payload:
    """The payload that a span's reference list names."""
    numbers = unpack_refs(refs)
    data = {}
    for number in set(numbers):
        row = one(connection, "SELECT codec, data, size FROM blocks WHERE block_no = ?", (number,))
        assert row is not None  # a block stays while a trace refers to it
        data[number] = _decoded(*row)
    document, origin, *texts = (data[number] for number in numbers)
    return Payload(document, [text.decode() for text in texts], origin)
