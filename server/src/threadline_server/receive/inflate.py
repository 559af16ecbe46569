"""Turn a compressed request body into its bytes, stopping a bomb before it has gone off."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator

import zstandard

from threadline_server.errors import ThreadlineError, bad_request

PIECE = 64 * 1024
ZSTD_PIECE = 256
"""Four bytes of Zstandard can stand for 128 KiB, so it is fed in small pieces."""
ZSTD_WINDOW = 8 * 1024 * 1024
"""What RFC 8878 asks every decoder to support, and the most that one frame makes us hold."""

GZIP, ZLIB, RAW_DEFLATE = 31, 15, -15

Grow = Callable[[int], None]
"""Told of every number of bytes that a body grew by, before the next is made."""


def too_large(limit: int, what: str) -> ThreadlineError:
    """The answer for a body over a limit of bytes."""
    return ThreadlineError(
        "too_large",
        f"{what} is larger than {limit:,} bytes",
        hint="send fewer spans in one request",
        status=413,
    )


def unknown_encoding(encoding: str) -> ThreadlineError:
    """The answer for a Content-Encoding that is none of ours."""
    return ThreadlineError(
        "unknown_encoding",
        f"Content-Encoding {encoding[:100]!r} is not supported",
        hint="use gzip, deflate, zstd or none",
        status=415,
    )


def _broken(encoding: str) -> ThreadlineError:
    return bad_request(
        "malformed",
        f"the request body is not whole {encoding}",
        "check that Content-Encoding says what the body is",
    )


def inflate(body: bytes, encoding: str, limit: int, grow: Grow) -> bytes:
    """The bytes of a body by its Content-Encoding, an empty one meaning none.

    Raises ThreadlineError: 413 as soon as more than `limit` bytes have come out, 415 for an unknown
    encoding, 400 `malformed` where the body is cut or is no such encoding.
    """
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        if len(body) > limit:
            raise too_large(limit, "the request body")
        return body
    if encoding in ("gzip", "x-gzip"):
        pieces = _from_zlib(body, GZIP, encoding)
    elif encoding == "deflate":
        pieces = _from_zlib(body, ZLIB if _has_zlib_header(body) else RAW_DEFLATE, encoding)
    elif encoding == "zstd":
        pieces = _from_zstd(body)
    else:
        raise unknown_encoding(encoding)
    result = bytearray()
    for piece in pieces:
        if len(result) + len(piece) > limit:
            raise too_large(limit, "the inflated request body")
        grow(len(piece))
        result += piece
    return bytes(result)


def _has_zlib_header(body: bytes) -> bool:
    """HTTP's deflate is zlib's format, yet some clients send it bare (RFC 9110, 8.4.1.2)."""
    return len(body) >= 2 and body[0] & 0x0F == 8 and (body[0] << 8 | body[1]) % 31 == 0


def _from_zlib(body: bytes, window: int, encoding: str) -> Iterator[bytes]:
    """Pieces of a zlib stream; gzip may have several members, one after the other."""
    stream = zlib.decompressobj(window)
    rest = memoryview(body)
    try:
        while True:
            while rest and not stream.eof:
                given, rest = rest[:PIECE], rest[PIECE:]
                piece = stream.decompress(given, PIECE)
                yield piece
                while stream.unconsumed_tail:
                    yield stream.decompress(stream.unconsumed_tail, PIECE)
            if not stream.eof:
                yield stream.flush()
                raise _broken(encoding)
            rest = memoryview(stream.unused_data + bytes(rest))
            if not rest:
                return
            if window != GZIP:
                raise _broken(encoding)
            stream = zlib.decompressobj(window)
    except zlib.error as error:
        raise _broken(encoding) from error


def _from_zstd(body: bytes) -> Iterator[bytes]:
    """Pieces of a Zstandard stream; it may have several frames, one after the other."""
    reader = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW)
    rest = memoryview(body)
    try:
        while rest:
            stream = reader.decompressobj()
            while rest and not stream.eof:
                given, rest = rest[:ZSTD_PIECE], rest[ZSTD_PIECE:]
                yield stream.decompress(given)
            if not stream.eof:
                raise _broken("zstd")
            if stream.unused_data:
                rest = memoryview(stream.unused_data + bytes(rest))
    except zstandard.ZstdError as error:
        raise _broken("zstd") from error
