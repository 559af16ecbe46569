"""Turn the bytes of blocks and documents into fewer bytes and back."""

from __future__ import annotations

import threading
from pathlib import Path

import zstandard

PLAIN, ZSTD, ZSTD_DOCUMENT_1 = 0, 1, 2
"""Codecs, by the numbers that stand in the database: as it is, compressed, and compressed by the
first dictionary of documents."""

DICTIONARIES = Path(__file__).with_name("dictionaries")

_WORTH_COMPRESSING = 200
_SMALLER = 0.9
_LEVEL = 1
"""A third of the time of higher levels, for texts of this length at the same size."""


class _Tools(threading.local):
    """Compressors of one thread: none of them may be used by two at once."""

    def __init__(self) -> None:
        dictionary = zstandard.ZstdCompressionDict((DICTIONARIES / "1.zstd").read_bytes())
        dictionary.precompute_compress(level=_LEVEL)
        self.compressor = zstandard.ZstdCompressor(
            level=_LEVEL, write_content_size=False, write_checksum=False
        )
        self.document_compressor = zstandard.ZstdCompressor(
            level=_LEVEL,
            dict_data=dictionary,
            write_content_size=False,
            write_checksum=False,
            write_dict_id=False,
        )
        self.decompressor = zstandard.ZstdDecompressor()
        self.document_decompressor = zstandard.ZstdDecompressor(dict_data=dictionary)


_tools = _Tools()


def encoded(data: bytes) -> tuple[int, int, bytes]:
    """The codec, the size and the stored form of a block."""
    if len(data) >= _WORTH_COMPRESSING:
        packed = _tools.compressor.compress(data)
        if len(packed) < len(data) * _SMALLER:
            return ZSTD, len(data), packed
    return PLAIN, len(data), data


def encoded_document(data: bytes) -> tuple[int, int, bytes]:
    """The codec, the size and the stored form of a span's document, small as it may be."""
    packed = _tools.document_compressor.compress(data)
    if len(packed) < len(data) * _SMALLER:
        return ZSTD_DOCUMENT_1, len(data), packed
    return PLAIN, len(data), data


def decoded(codec: int, size: int, data: bytes) -> bytes:
    """What `encoded` or `encoded_document` was given."""
    if codec == PLAIN:
        return data
    by = _tools.decompressor if codec == ZSTD else _tools.document_decompressor
    return by.decompress(data, max_output_size=max(size, 1))
