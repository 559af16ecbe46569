from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path

import apsw
import pytest
from scores import a_score
from spans import understood

from threadline_server.errors import ThreadlineError
from threadline_server.normalize.pipeline import previews
from threadline_server.store.contract import (
    Changes,
    Rejected,
    ScoreQuery,
    SpanBatch,
    SpanStore,
)
from threadline_server.store.sqlite import SqliteStore, open_store
from threadline_server.store.writer import Writer


def batch(*numbers: int, size: int = 100) -> SpanBatch:
    return SpanBatch("default", [understood(number) for number in numbers], size)


class SlowStore:
    """A store that waits before each transaction until the test lets it go."""

    def __init__(self, store: SqliteStore) -> None:
        self.store = store
        self.go = threading.Semaphore(0)
        self.transactions: list[int] = []
        self.rests = 0

    def rest(self) -> bool:
        self.rests += 1
        return self.rests > 1

    def write(self, batches: Sequence[SpanBatch]) -> tuple[list[list[Rejected]], list[Changes]]:
        assert self.go.acquire(timeout=20)
        self.transactions.append(len(batches))
        return self.store.write(batches)


@pytest.fixture
def store(tmp_path: Path):
    opened = open_store(tmp_path, previewer=previews)
    yield opened
    opened.close()


async def _until(condition) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110  # what it waits for happens on another thread
            await asyncio.sleep(0.005)


async def test_what_arrives_during_a_commit_shares_the_next_one(store: SqliteStore) -> None:
    slow = SlowStore(store)
    writer = Writer(slow)  # type: ignore[arg-type]  # only writes
    writer.start()
    first = asyncio.create_task(writer.write(batch(1)))
    await _until(lambda: writer.waiting_bytes == 100 and not writer._tasks)
    others = [asyncio.create_task(writer.write(batch(n))) for n in (2, 3, 4)]
    await _until(lambda: len(writer._tasks) == 3)
    slow.go.release()
    slow.go.release()
    await asyncio.gather(first, *others)
    assert slow.transactions == [1, 3]
    assert store.stats("default").span_count == 4
    await writer.stop()


async def test_scores_and_spans_share_a_transaction(store: SqliteStore) -> None:
    slow = SlowStore(store)
    writer = Writer(slow)  # type: ignore[arg-type]  # only writes
    writer.start()
    first = asyncio.create_task(writer.write(batch(1)))
    await _until(lambda: writer.waiting_bytes == 100 and not writer._tasks)
    scored = SpanBatch("default", [], 100, [a_score()])
    others = [asyncio.create_task(writer.write(each)) for each in (batch(2), scored, batch(3))]
    await _until(lambda: len(writer._tasks) == 3)
    slow.go.release(2)
    await asyncio.gather(first, *others)
    assert slow.transactions == [1, 3]
    assert len(store.scores(ScoreQuery("default", 10)).rows) == 1
    await writer.stop()


async def test_a_full_queue_refuses_and_forgets_nothing_it_took(store: SqliteStore) -> None:
    slow = SlowStore(store)
    writer = Writer(slow, queue_bytes=250)  # type: ignore[arg-type]  # only writes
    writer.start()
    taken = [asyncio.create_task(writer.write(batch(n))) for n in (1, 2)]
    await _until(lambda: writer.waiting_bytes == 200)
    with pytest.raises(ThreadlineError) as refused:
        await writer.write(batch(3))
    assert (refused.value.status, refused.value.retry_after_s) == (503, 1)
    slow.go.release(2)
    assert await asyncio.gather(*taken) == [[], []]
    assert writer.waiting_bytes == 0
    slow.go.release()
    assert await writer.write(batch(3)) == []
    await writer.stop()


async def test_a_batch_larger_than_the_queue_is_taken_when_it_is_empty(store: SqliteStore) -> None:
    writer = Writer(store, queue_bytes=10)
    writer.start()
    assert await writer.write(batch(1, size=1000)) == []
    await writer.stop()


async def test_stopping_writes_what_was_accepted_and_takes_no_more(store: SqliteStore) -> None:
    writer = Writer(store)
    writer.start()
    accepted = [asyncio.create_task(writer.write(batch(n))) for n in range(1, 20)]
    await asyncio.sleep(0)
    await writer.stop()
    await asyncio.gather(*accepted)
    assert store.stats("default").span_count == 19
    with pytest.raises(ThreadlineError, match="stopping"):
        await writer.write(batch(99))


async def test_a_full_disk_is_told_to_everybody_and_the_writer_lives_on(store: SqliteStore) -> None:
    writer = Writer(store)
    writer.start()
    pages = store._writer.execute("PRAGMA page_count").fetchone()
    store._writer.execute(f"PRAGMA max_page_count = {pages[0]}")
    with pytest.raises(ThreadlineError) as refused:
        await writer.write(SpanBatch("default", [understood(n) for n in range(1, 2000)], 1))
    assert (refused.value.code, refused.value.status) == ("busy", 503)
    assert isinstance(refused.value.__cause__, apsw.FullError)
    assert store.stats("default").span_count == 0
    store._writer.execute("PRAGMA max_page_count = 1000000")
    assert await writer.write(batch(1)) == []
    await writer.stop()


async def test_listeners_hear_of_a_commit_after_it_and_may_fail(store: SpanStore) -> None:
    writer = Writer(store)
    heard: list[tuple[set[str], int]] = []

    def listen(changes: list[Changes]) -> None:
        heard.append((changes[0].trace_ids, store.stats("default").span_count))
        raise RuntimeError("a view that breaks")

    writer.listen(listen)
    writer.start()
    await writer.write(batch(1))
    await writer.write(batch(2))
    await writer.stop()
    assert heard == [({understood().trace_id}, 1), ({understood().trace_id}, 2)]


async def test_a_deletion_comes_after_what_was_accepted_before_it(store: SqliteStore) -> None:
    writer = Writer(store)
    writer.start()
    claimed = understood(1, attributes={"session.id": "s"})
    writing = asyncio.create_task(writer.write(SpanBatch("default", [claimed], 1)))
    await asyncio.sleep(0)
    removed = await writer.delete_session("default", "s")
    await writing
    assert removed is not None
    assert (removed.trace_count, removed.span_count) == (1, 1)
    assert await writer.delete_session("default", "s") is None
    await writer.stop()


async def test_a_store_at_which_nothing_arrives_is_told_until_it_is_in_order(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("threadline_server.store.writer.IDLE_S", 0.01)
    slow = SlowStore(store)
    writer = Writer(slow)  # type: ignore[arg-type]  # only writes and rests
    writer.start()
    slow.go.release()
    await writer.write(batch(1))
    await _until(lambda: slow.rests >= 2 and writer._rested)
    rested = slow.rests
    slow.go.release()
    await writer.write(batch(2))
    await _until(lambda: slow.rests == rested + 1 and writer._rested)
    await writer.stop()
