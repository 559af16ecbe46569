from __future__ import annotations

import json
from pathlib import Path

import pytest
from spans import TRACE, decoded, span_id, understood

from threadline_server.model.span import Span
from threadline_server.normalize.pipeline import previews
from threadline_server.store.contract import SpanBatch
from threadline_server.store.sqlite import SqliteStore, open_store

LONG = "the very same words that every call carries along " * 6


@pytest.fixture
def store(tmp_path: Path):
    opened = open_store(tmp_path, previewer=previews)
    yield opened
    opened.close()


def write(store: SqliteStore, *spans: Span) -> None:
    store.write([SpanBatch("default", list(spans), 0)])


def count(store: SqliteStore, table: str) -> int:
    return int(store._writer.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # type: ignore[index,arg-type]  # an aggregate


def history(number: int, turns: int) -> Span:
    """A call that carries all turns so far, as JSON and flattened, in a trace of its own."""
    said = [{"role": "user", "content": f"{turn} {LONG}"} for turn in range(turns)]
    attributes = {"input.value": json.dumps({"messages": said}), "session.id": "s"}
    attributes |= {
        f"llm.input_messages.{turn}.message.content": message["content"]
        for turn, message in enumerate(said)
    }
    return understood(number, trace_id=f"{number:032x}", attributes=attributes)


def test_a_history_sent_with_every_call_is_kept_once(store: SqliteStore) -> None:
    write(store, *(history(turn, turn) for turn in range(1, 31)))
    texts = store._writer.execute("SELECT count(*) FROM blocks WHERE kind = 3").fetchone()
    assert texts == (30,)


def test_deleting_a_session_leaves_nothing_of_it(store: SqliteStore) -> None:
    write(store, history(1, 3), history(2, 4))
    assert store.delete_session("default", "s") is not None
    for table in ("spans", "span_content", "traces", "sessions", "blocks", "block_traces"):
        assert count(store, table) == 0, table
    assert store._writer.execute(
        "SELECT count(*) FROM search WHERE search MATCH 'words'"
    ).fetchone() == (0,)


def test_deleting_a_session_keeps_what_another_still_says(store: SqliteStore) -> None:
    other = understood(9, trace_id="9" * 32, attributes={"text": f"0 {LONG}", "session.id": "t"})
    write(store, history(1, 2), other)
    store.delete_session("default", "s")
    kept = store.span("default", "9" * 32, span_id(9))
    assert kept is not None
    assert kept.attributes["text"] == f"0 {LONG}"


def test_a_text_that_only_a_replaced_version_held_goes(store: SqliteStore) -> None:
    write(store, understood(1, attributes={"text": LONG + "old"}))
    write(store, understood(1, attributes={"text": LONG + "new"}, end_ns=decoded().end_ns + 5))
    found = store.span("default", TRACE, span_id(1))
    assert found is not None
    assert found.attributes == {"text": LONG + "new"}
    assert count(store, "blocks") == 2
    assert count(store, "block_traces") == 2
    assert count(store, "span_content") == 1


def test_what_a_failed_transaction_kept_is_not_remembered(store: SqliteStore) -> None:
    bad = understood(2, attributes={"text": LONG})
    bad.start_ns = 2**70
    rejected, _ = store.write(
        [SpanBatch("default", [understood(1, attributes={"text": LONG}), bad], 0)]
    )
    assert [each.span_id for each in rejected[0]] == [span_id(2)]
    found = store.span("default", TRACE, span_id(1))
    assert found is not None
    assert found.attributes == {"text": LONG}
