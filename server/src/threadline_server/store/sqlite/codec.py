"""Turn the bytes of blocks and documents into fewer bytes and back."""

from __future__ import annotations

import zstandard

PLAIN, ZSTD = 0, 1
_WORTH_COMPRESSING = 200

_compressor = zstandard.ZstdCompressor(level=3, write_content_size=False, write_checksum=False)


def encoded(data: bytes) -> tuple[int, int, bytes]:
    """The codec, the size and the stored form of some bytes."""
    if len(data) >= _WORTH_COMPRESSING:
        packed = _compressor.compress(data)
        if len(packed) < len(data) * 0.9:
            return ZSTD, len(data), packed
    return PLAIN, len(data), data


def decoded(codec: int, size: int, data: bytes) -> bytes:
    """What `encoded` was given."""
    if codec == PLAIN:
        return data
    return zstandard.ZstdDecompressor().decompress(data, max_output_size=max(size, 1))
