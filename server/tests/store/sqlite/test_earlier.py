"""A data directory that an earlier version wrote opens, and shows what it held.

`earlier/N.db.zst` is a database of schema version N that the server of that version wrote: two
captures of real clients, and a call whose messages came as log records.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import zstandard
from store.battery_log_events import ONE, SPAN

from threadline_server.decode.otlp_protobuf import decode_traces
from threadline_server.model.span import DecodedSpan
from threadline_server.normalize.pipeline import previews
from threadline_server.store.content.version import content_hash
from threadline_server.store.sqlite import SqliteStore, open_store
from threadline_server.store.sqlite.store import DATABASE

EARLIER = Path(__file__).with_name("earlier")
CAPTURES = Path(__file__).parents[4] / "conformance" / "otlp"
HELD = ("lmnr-node-checkout/01.bin", "openinf/01.bin")


@pytest.fixture(params=sorted(EARLIER.iterdir()), ids=lambda path: path.name)
def store(request: pytest.FixtureRequest, tmp_path: Path):
    written = zstandard.ZstdDecompressor().decompress(request.param.read_bytes())
    (tmp_path / DATABASE).write_bytes(written)
    opened = open_store(tmp_path, previewer=previews)
    yield opened
    opened.close()


def captured() -> dict[tuple[str, str], DecodedSpan]:
    spans = [span for each in HELD for span in decode_traces((CAPTURES / each).read_bytes()).spans]
    return {(span.trace_id, span.span_id): span for span in spans}


def test_every_span_of_an_earlier_version_is_there_as_it_was_sent(store: SqliteStore) -> None:
    walked = store.sent("default", after=None, limit=1000)
    held = {(each.span.trace_id, each.span.span_id): each.span for each in walked.items}
    expected = captured()
    assert held.keys() == expected.keys() | {(ONE, SPAN)}
    for key, span in expected.items():
        assert content_hash(held[key]) == content_hash(span)


def test_what_log_records_of_an_earlier_version_told_is_told(store: SqliteStore) -> None:
    shown = store.trace("default", ONE)
    assert shown is not None
    assert (shown.input, shown.output) == ("Weather?", "Mild.")
    span = store.span("default", ONE, SPAN)
    assert span is not None
    assert sum(event.logged for event in span.events) == 2


def test_a_session_of_an_earlier_version_can_be_deleted_whole(store: SqliteStore) -> None:
    walked = store.sent("default", after=None, limit=1000)
    spans = len(walked.items)
    for session in {
        row.session_id
        for each in walked.items
        if (row := store.trace("default", each.span.trace_id)) and row.session_id
    }:
        found = store.delete_session("default", session)
        assert found is not None
        spans -= found[0].span_count
    assert store.stats("default").span_count == spans
