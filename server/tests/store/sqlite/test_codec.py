from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from threadline_server.store.sqlite.codec import (
    PLAIN,
    ZSTD,
    ZSTD_DOCUMENT_1,
    decoded,
    encoded,
    encoded_document,
)

DOCUMENT = b'{"h":{"kind":3,"code":1},"a":{"gen_ai.operation.name":"chat","session.id":"s-1"}}'
STORED = bytes.fromhex(
    "28b52ffd0000f500008340017b3b7f9bcb09fc34932ae18bd7ea612f49681f9804417ccf030172"
)
"""DOCUMENT as version 1 of the dictionary stores it."""


@given(st.binary(max_size=2_000) | st.binary(max_size=20).map(lambda data: data * 100))
def test_blocks_and_documents_come_back_byte_for_byte(data: bytes) -> None:
    assert decoded(*encoded(data)) == data
    assert decoded(*encoded_document(data)) == data


def test_what_compressing_does_not_make_smaller_stays_as_it_is() -> None:
    assert encoded(b"short")[0] == PLAIN
    assert encoded(bytes(range(256)))[0] == PLAIN
    assert encoded(b"word " * 100)[0] == ZSTD


def test_a_small_document_is_compressed_by_what_documents_share() -> None:
    codec, size, data = encoded_document(DOCUMENT)
    assert (codec, size) == (ZSTD_DOCUMENT_1, len(DOCUMENT))
    assert len(data) < len(DOCUMENT) * 2 / 3


def test_what_was_stored_by_the_dictionary_can_be_read() -> None:
    assert decoded(ZSTD_DOCUMENT_1, len(DOCUMENT), STORED) == DOCUMENT


def test_threads_read_and_write_side_by_side() -> None:
    texts = [f"{number} ".encode() * 500 for number in range(200)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda text: decoded(*encoded_document(text)), texts)) == texts


def test_damaged_data_is_an_error_and_no_other_text() -> None:
    codec, size, data = encoded(b"word " * 100)
    with pytest.raises(zstandard.ZstdError):
        decoded(codec, size, data[:-3])
