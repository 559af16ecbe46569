from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from scores import a_score
from spans import TRACE, understood

from threadline_server.normalize.pipeline import previews
from threadline_server.show import live as live_module
from threadline_server.show.live import QUEUE_EVENTS, LiveFeed
from threadline_server.store.contract import Changes, SpanBatch
from threadline_server.store.sqlite import open_store
from threadline_server.store.writer import Writer


class Watching:
    """Reads a stream of server-sent events, event by event."""

    def __init__(self, stream: AsyncIterator[bytes]) -> None:
        self.stream = stream

    async def next(self) -> tuple[str, dict]:
        async with asyncio.timeout(20):
            async for chunk in self.stream:
                lines = dict(line.split(": ", 1) for line in chunk.decode().splitlines() if line)
                if "event" in lines:
                    return lines["event"], json.loads(lines["data"])
        raise AssertionError("the stream ended")

    async def until(self, expected: tuple[str, dict]) -> None:
        """Read on until an event; a commit from before may be told first."""
        while await self.next() != expected:
            pass


@pytest.fixture
async def served(tmp_path):
    store = open_store(tmp_path, previewer=previews)
    writer, feed = Writer(store), LiveFeed(store, pause_s=0)
    writer.listen(feed.changed)
    writer.start()
    feed.start()
    yield writer, feed
    await feed.stop()
    await writer.stop()
    store.close()


async def watching(feed: LiveFeed) -> Watching:
    stream = feed.watch("default")
    assert (await anext(stream)).startswith(b"retry")
    return Watching(stream)


async def test_a_commit_is_told_with_new_totals(served) -> None:
    writer, feed = served
    watcher = await watching(feed)
    span = understood(1, attributes={"session.id": "a/b ?#"})
    await writer.write(SpanBatch("default", [span], 1))
    name, session = await watcher.next()
    assert (name, session["session_id"], session["span_count"]) == ("session", "a/b ?#", 1)
    name, trace = await watcher.next()
    assert (name, trace["trace_id"], trace["session_id"]) == ("trace", TRACE, "a/b ?#")


async def test_a_deletion_is_told(served) -> None:
    writer, feed = served
    await writer.write(SpanBatch("default", [understood(1, attributes={"session.id": "s"})], 1))
    watcher = await watching(feed)
    await writer.delete_session("default", "s")
    await watcher.until(("session", {"session_id": "s", "deleted": True}))
    await watcher.until(("trace", {"trace_id": TRACE, "deleted": True}))


@pytest.mark.parametrize(("target", "told"), [({"trace_id": TRACE}, 2), ({}, 1)])
async def test_a_score_is_told_to_who_watches_what_it_is_on(served, target, told) -> None:
    writer, feed = served
    await writer.write(SpanBatch("default", [understood(1, attributes={"session.id": "s"})], 1))
    watcher = await watching(feed)
    await writer.write(SpanBatch("default", [], 1, [a_score(**target)]))
    seen = [await watcher.next() for _ in range(told)]
    assert [name for name, _ in seen] == ["session", "trace"][:told]
    assert all(document["session_id"] == "s" for _, document in seen)


async def test_a_session_that_lost_its_last_trace_is_told_as_gone(served) -> None:
    writer, feed = served
    child = understood(2, 1, attributes={"session.id": "child"})
    await writer.write(SpanBatch("default", [child], 1))
    watcher = await watching(feed)
    root = understood(1, attributes={"session.id": "root"})
    await writer.write(SpanBatch("default", [root], 1))
    await watcher.until(("session", {"session_id": "child", "deleted": True}))
    name, session = await watcher.next()
    while session.get("session_id") != "root" or name != "session":
        name, session = await watcher.next()
    assert session["span_count"] == 2


async def test_who_reads_too_slowly_is_told_to_read_anew(served) -> None:
    _, feed = served
    watcher = await watching(feed)
    (queue,) = feed._watchers
    for number in range(QUEUE_EVENTS + 10):
        queue.offer(live_module._event("trace", {"n": number}))
    assert await watcher.next() == ("lagged", {})
    queue.offer(live_module._event("trace", {"n": "after"}))
    assert await watcher.next() == ("trace", {"n": "after"})


async def test_a_flood_of_changes_is_one_event(served) -> None:
    _, feed = served
    watcher = await watching(feed)
    feed.changed([Changes("default", trace_ids={f"{n:032x}" for n in range(600)})])
    assert await watcher.next() == ("lagged", {})


async def test_streams_end_when_the_server_stops_and_nobody_is_left(served) -> None:
    _, feed = served
    watcher = await watching(feed)
    reading = asyncio.create_task(watcher.next())
    await asyncio.sleep(0)
    await feed.stop()
    with pytest.raises(AssertionError, match="ended"):
        await reading
    assert feed.watcher_count == 0


async def test_a_quiet_stream_shows_that_it_lives(served, monkeypatch) -> None:
    monkeypatch.setattr(live_module, "HEARTBEAT_S", 0.01)
    _, feed = served
    stream = feed.watch("default")
    assert await anext(stream) == b"retry: 2000\n\n"
    assert await anext(stream) == b": still here\n\n"
    await stream.aclose()
